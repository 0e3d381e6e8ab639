"""What the page shows for a way and a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.services.bus import phrases, timetable
from app.services.bus.answers import View, Way, page
from app.services.bus.network import Departures, Leg, Line, Table

RECENT = 2
MOST_OTHER_DAYS = 5
LOOK_AHEAD = 150


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A link to a day that runs differently: 「明天 周日」, 「首班 7:40，末班 21:10，20 班」."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """`view` and `way`, with what templates ask of them."""

    view: View
    way: Way

    @property
    def departures(self) -> Departures:
        return self.view.board.departures(*self.way)

    @property
    def is_today(self) -> bool:
        return self.view.date == self.view.today

    @property
    def day(self) -> str:
        return phrases.say_day(self.view.date, self.view.today)

    @property
    def full_day(self) -> str:
        return phrases.say_full(self.view.date, self.view.today)

    @property
    def legs(self) -> tuple[Leg, ...]:
        return self.departures.legs

    @property
    def gone(self) -> int:
        return self.departures.gone(self.view.second)

    @property
    def earlier(self) -> tuple[Leg, ...]:
        """Runs that left a while ago: folded up."""
        return self.legs[: max(0, self.gone - RECENT)]

    @property
    def recent(self) -> tuple[Leg, ...]:
        return self.legs[len(self.earlier) : self.gone]

    @property
    def coming(self) -> tuple[Leg, ...]:
        return self.legs[self.gone :]

    @property
    def next(self) -> Leg | None:
        """The run to wait for on this day."""
        return self.coming[0] if self.coming else None

    @property
    def left(self) -> int:
        """Seconds until the next run of today leaves."""
        return self.next.at * 60 - self.view.second if self.next else 0

    @property
    def after(self) -> tuple[date, Leg] | None:
        """The first run on a later day."""
        return timetable.following(self.view.network, self.view.calendar, self.view.date, *self.way)

    @property
    def connected(self) -> bool:
        """Some run, on whatever day, goes this way."""
        joined = self.view.network.joined
        return bool(self.legs) or self.way[1] in joined(self.way[0], to=True)

    @property
    def reason(self) -> tuple[str, str]:
        return phrases.why(self.view.board, self.view.today)

    def ago(self, leg: Leg) -> str:
        """「17 分钟前已发」, after an hour 「已发」."""
        minutes = self.view.second // 60 - leg.at
        if minutes >= 60:
            return "已发"
        return f"{minutes} 分钟前已发" if minutes else "刚发"

    @property
    def lines(self) -> list[Line]:
        """Lines that serve this way, on whatever day if not on this one."""
        runs = [leg.run.line for leg in self.legs]
        if not runs and (after := self.after):
            runs = [after[1].run.line]
        return list(dict.fromkeys(runs))

    @property
    def fares(self) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
        """(names of lines, fares): lines that cost the same are told together."""
        groups: dict[tuple[tuple[str, int], ...], list[str]] = {}
        for line in self.lines:
            if line.fares:
                groups.setdefault(line.fares, []).append(line.name)
        return [("、".join(names), fares) for fares, names in groups.items()]

    @property
    def contact(self) -> str:
        """Whom to phone when the bus does not come: of the run waited for, else of any line."""
        lines = [self.next.run.line] if self.next else []
        return next((line.contact for line in [*lines, *self.lines] if line.contact), "")

    @property
    def notes(self) -> list[str]:
        """What lines say of themselves."""
        return list(dict.fromkeys(line.note for line in self.lines if line.note))

    @property
    def other_days(self) -> list[OtherDay]:
        """Today and tomorrow, then the next day of each kind that runs differently."""
        found, seen = [], {self._kind(self.view.date)}
        for ahead in range(LOOK_AHEAD):
            date = self.view.today + timedelta(days=ahead)
            kind = self._kind(date)
            if date != self.view.date and (ahead < 2 or kind not in seen):
                other = self._other(date)
                found += [other] if other else []
            seen.add(kind)
        return found[:MOST_OTHER_DAYS]

    def _kind(self, date: date) -> frozenset[Table]:
        """Two days with the same tables run the same: no need to list both."""
        return frozenset(self.view.network.tables_on(self.view.calendar.day(date)))

    def _other(self, date: date) -> OtherDay | None:
        """None for a day without a run, except today and tomorrow."""
        board = timetable.board_of(self.view.network, self.view.calendar, date)
        legs = board.departures(*self.way).legs
        if not legs and (date - self.view.today).days > 1:
            return None
        text = "没有班车" if board.published else "还没公布"
        if len(legs) == 1:
            text = f"只有 {phrases.say_time(legs[0].at)} 一班"
        elif legs:
            first, last = phrases.say_time(legs[0].at), phrases.say_time(legs[-1].at)
            text = f"首班 {first}，末班 {last}，{len(legs)} 班"
        special = "临时改班" if board.changes else board.day.name if not board.day.swapped else ""
        title = phrases.say_full(date, self.view.today)
        day = None if date == self.view.today else date
        return OtherDay(f"{title}，{special}" if special else title, text, page(self.way, day))
