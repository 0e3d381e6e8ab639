"""What the account says about buses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from app.campus.calendar import Calendar
from app.kit.answers import Link, Offer, Say
from app.services.bus import phrases, places, timetable
from app.services.bus.network import Board, Leg, Network, Run
from app.services.bus.phrases import say_day, say_left, say_time
from app.services.bus.questions import Edge

Way = tuple[str, str]
HOME = "/h5/bus"
MOST_WAYS = 8
MOST_TIMES = 60
NEAREST = 3
NONE = "还没有班车时刻表，车队公布了这里就能查"


@dataclass(frozen=True, slots=True)
class View:
    """The timetable as seen at one moment; `board` is that of `date`, `today` the moment's."""

    network: Network
    calendar: Calendar
    today: date
    date: date
    second: int
    board: Board

    def next(self, way: Way) -> Leg | None:
        """The next run; on another day than today its first."""
        return self.board.departures(*way).next(self.second)

    def following(self, way: Way) -> str:
        """When the first run after this day leaves: 「明天 6:50」; empty if none in two weeks.

        With a space before a digit, as it stands after words.
        """
        found = timetable.following(self.network, self.calendar, self.date, *way)
        words = f"{say_day(found[0], self.today)} {say_time(found[1].at)}" if found else ""
        return f" {words}" if words[:1].isdecimal() else words

    def leaving(self, start: str) -> list[Way]:
        """Ways out of `start` on this day, or if there are none, on whatever day."""
        own = next((s.campus for s in self.network.stops if s.name == start), "")
        ends = dict.fromkeys(end for _, end in self.network.directions)
        ways = [(start, end) for end in ends if end not in (start, own)]
        return self._running(ways) or [way for way in ways if self.following(way)]

    def arriving(self, end: str) -> list[Way]:
        """Ways into `end` on this day, or if there are none, on whatever day."""
        own = next((s.campus for s in self.network.stops if s.name == end), "")
        starts = dict.fromkeys(start for start, _ in self.network.directions)
        ways = [(start, end) for start in starts if start not in (end, own)]
        return self._running(ways) or [way for way in ways if self.following(way)]

    def _running(self, ways: list[Way]) -> list[Way]:
        return [way for way in ways if self.board.departures(*way).legs]


def view(network: Network, calendar: Calendar, now: datetime, day: date | None = None) -> View:
    today = timetable.today(now)
    day = day or today
    board = timetable.board_of(network, calendar, day)
    return View(network, calendar, today, day, timetable.second(now) if day == today else -1, board)


def page(way: Way | None = None, day: date | None = None) -> str:
    """The address of the page for a way and a day."""
    query = {"from": way[0], "to": way[1]} if way else {}
    if day:
        query["day"] = day.isoformat()
    return f"{HOME}?{urlencode(query)}" if query else HOME


def overview(view: View, ways: Iterable[Way], edge: Edge | None = None) -> Say:
    """One row for each way: the next run, or the first or last of the day."""
    if not view.network.directions:
        return Say(NONE)
    told = {way: row for way in list(ways)[:MOST_WAYS] if (row := _row(view, way, edge))}
    reason = "".join(phrases.why(view.board, view.today))
    day = _day_word(view)
    # A row is what its digit asks more about: one line does for both.
    offers = [Offer(row, f"{start}到{end}{day}") for (start, end), row in told.items()]
    if edge is None and view.board.runs:
        offers.append(Offer("末班车", f"末班车{day}"))
    address = page(day=view.date if view.date != view.today else None)
    words = "\n".join(row for row in (_title(view, told, edge), reason) if row)
    return Say(words or "下一班：", tuple(offers), (Link("看全部班次", address),))


def _title(view: View, ways: Iterable[Way], edge: Edge | None) -> str:
    """What stands above the rows: nothing, while there is something to wait for today."""
    day = say_day(view.date, view.today)
    legs = [view.board.departures(*way).legs for way in ways]
    if not view.board.runs:
        return rest_day(view)
    if not any(legs):
        return f"{day}没有车，下一趟："
    if edge is not None:
        return f"{day}的{'首班车' if edge is Edge.FIRST else '末班车'}："
    if view.date != view.today:
        return f"{day}的班车："
    return "" if any(view.next(way) for way in ways) else "今天的车都发完了，下一趟："


def _day_word(view: View) -> str:
    if view.date == view.today:
        return ""
    return f" {view.date.month}月{view.date.day}日"


def rest_day(view: View) -> str:
    """Why nothing runs all day."""
    day = say_day(view.date, view.today)
    if not view.board.published:
        return f"{day}的班次还没公布"
    free = view.board.day.kind in ("holiday", "vacation")
    return f"{view.board.day.name}，{day}没有班车" if free else f"{day}没有班车"


def _row(view: View, way: Way, edge: Edge | None) -> str:
    name = f"{way[0]} → {way[1]}"
    legs = view.board.departures(*way).legs
    if edge is not None and legs:
        return f"{name} {_edge(view, way, edge)}"
    leg = view.next(way)
    if leg is None:
        later = view.following(way)
        return f"{name} {later.strip()}" if later else ""
    if view.date != view.today:
        return f"{name} {say_time(leg.at)} 到 {say_time(legs[-1].at)}，{len(legs)} 班"
    return f"{name} {say_time(leg.at)}，还有 {say_left(leg.at, view.second)}"


def _edge(view: View, way: Way, edge: Edge) -> str:
    departures = view.board.departures(*way)
    leg = departures.legs[0 if edge is Edge.FIRST else -1]
    if leg.at * 60 > view.second:
        return say_time(leg.at)
    later = view.following(way) if edge is Edge.FIRST else ""
    return f"{say_time(leg.at)} 已发" + (f"，下次是{later}" if later else "")


def one_way(view: View, way: Way, edge: Edge | None = None) -> Say:
    """From one place to another: the next run with what follows; another day: all runs."""
    start, end = way
    legs = view.board.departures(*way).legs
    if edge is not None and legs:
        name = "首班" if edge is Edge.FIRST else "末班"
        day = say_day(view.date, view.today)
        text = f"{day}从{start}到{end}的{name}：{_edge(view, way, edge)}"
    elif not legs or view.next(way) is None:
        text = _gone(view, way)
    elif view.date != view.today:
        text = _whole_day(view, way)
    else:
        text = _coming(view, way)
    reason = "".join(phrases.why(view.board, view.today))
    offers = [Offer(f"{end}到{start}", f"{end}到{start}{_day_word(view)}")]
    if edge is None and legs:
        offers.append(Offer("末班车", f"{start}到{end}末班车{_day_word(view)}"))
    address = page(way, view.date if view.date != view.today else None)
    words = f"{text}\n{reason}" if reason else text
    return Say(words, tuple(offers), (Link("看途经站和全部班次", address),))


def _gone(view: View, way: Way) -> str:
    """No run (any more) on this day: says so, and when the next one is."""
    start, end = way
    legs = view.board.departures(*way).legs
    later = view.following(way)
    then = f"，下一趟是{later}" if later else ""
    if legs:
        return f"从{start}到{end}今天没车了，末班 {say_time(legs[-1].at)} 已发{then}"
    if not later and way not in view.network.directions:
        return f"从{start}没有直达{end}的班车"
    return f"从{start}到{end}，{rest_day(view)}{then}"


def _whole_day(view: View, way: Way) -> str:
    legs = view.board.departures(*way).legs
    more = "…" if len(legs) > MOST_TIMES else ""
    day = say_day(view.date, view.today)
    return f"{day}从{way[0]}到{way[1]} {len(legs)} 班：\n{phrases.times(legs[:MOST_TIMES])}{more}"


def _coming(view: View, way: Way) -> str:
    departures = view.board.departures(*way)
    gone = departures.gone(view.second)
    leg, later = departures.legs[gone], departures.legs[gone + 1 :]
    first, last = leg.calls[0].stop.name, leg.calls[-1].stop.name
    arrives = f"，{say_time(leg.arrives)} 到" if leg.arrives is not None else "，到"
    rows = [
        f"{say_time(leg.at)} 从{first}开{arrives}{last}，还有 {say_left(leg.at, view.second)}",
        "，".join(phrases.remarks(leg)),
        f"后面：{phrases.times(later[:4])}" if later else "这是今天的末班",
    ]
    if len(later) > 4:
        rows[-1] += f"，末班 {say_time(later[-1].at)}"
    return "\n".join(row for row in rows if row)


def near(view: View, latitude: float, longitude: float) -> Say | None:
    """The nearest stops, how far, and what leaves from each; None if no stop has coordinates."""
    found = places.nearest(view.network, latitude, longitude, NEAREST)
    if not found:
        return None
    rows = [_near(view, stop.name, places.say_distance(metres)) for stop, metres in found]
    offers = tuple(Offer(f"{stop.name}的班车", f"班车 {stop.name}") for stop, _ in found)
    return Say("离你最近的站：\n" + "\n".join(rows), offers, (Link("看全部班次", HOME),))


def _near(view: View, stop: str, far: str) -> str:
    """One row; a run that calls at several places is told by where it ends."""
    ends: dict[Run, tuple[int, str]] = {}
    for way in view.leaving(stop):
        leg = view.next(way)
        if leg and (leg.run not in ends or way[1] == leg.run.direction[1]):
            ends[leg.run] = (leg.at, way[1])
    runs = "，".join(f"{say_time(at)} 去{end}" for at, end in sorted(ends.values())[:2])
    return f"{stop} {far}：{runs or '今天没车了'}"
