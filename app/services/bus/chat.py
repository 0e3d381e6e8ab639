"""Words → answers. All of it reads memory only."""

from datetime import datetime

from app.campus.calendar import Calendar, calendar
from app.kit.answers import Offer, Say
from app.kit.chat import Chat, Kind
from app.services.bus import answers, places
from app.services.bus.network import Network
from app.services.bus.questions import Edge, Question, parse
from app.services.bus.timetable import timetable, today

chat = Chat(timetable=timetable, calendar=calendar)


@chat.say("班车", "校车", "班车时刻表", "下一班车")
def next_buses(timetable: Network, calendar: Calendar, now: datetime) -> Say:
    view = answers.view(timetable, calendar, now)
    return answers.overview(view, view.board.directions or timetable.directions)


@chat.say("末班车", "最后一班车")
def last_buses(timetable: Network, calendar: Calendar, now: datetime) -> Say:
    view = answers.view(timetable, calendar, now)
    return answers.overview(view, view.board.directions or timetable.directions, Edge.LAST)


@chat.say("首班车", "头班车")
def first_buses(timetable: Network, calendar: Calendar, now: datetime) -> Say:
    view = answers.view(timetable, calendar, now)
    return answers.overview(view, view.board.directions or timetable.directions, Edge.FIRST)


@chat.match(r"(?!班次$).{0,30}(?:班车|校车|班次|时刻表|末班|首班|头班|最后一[班趟]).{0,30}")
def asked(text: str, timetable: Network, calendar: Calendar, now: datetime) -> Say | None:
    """Anything with 「班车」 in it; None if the rest of it is no place, day or edge."""
    if not timetable.directions:
        return Say(answers.NONE)
    return _reply(parse(text, today(now)), timetable, calendar, now)


@chat.match(r".{0,20}(?:到|去|往|至|→|->).{1,20}")
def way(text: str, timetable: Network, calendar: Calendar, now: datetime) -> Say | None:
    """「南校区到北校区」; None if neither end is a place of ours."""
    question = parse(text, today(now))
    if len(question.start) == 1 or len(question.end) < 2:
        return None  # 「从门到窗都坏了」: one letter is part of too many names
    return _reply(question, timetable, calendar, now)


def _reply(question: Question, network: Network, calendar: Calendar, now: datetime) -> Say | None:
    start, end = (places.find(network, word) for word in (question.start, question.end))
    if missing := _missing(question, start, end):
        if question.named or start or end:
            raise places.unknown(network, missing)
        return None
    if max(len(start), len(end)) > 1:
        return _which(question, start, end)
    view = answers.view(network, calendar, now, question.day)
    return _answer(view, question.edge, "".join(start), "".join(end))


def _missing(question: Question, start: list[str], end: list[str]) -> str:
    """What was written, but is no place."""
    if question.start and not start:
        return question.start
    return question.end if question.end and not end else ""


def _answer(view: answers.View, edge: Edge | None, start: str, end: str) -> Say:
    if start and end:
        return answers.one_way(view, (start, end), edge)
    ways = list(view.board.directions or view.network.directions)
    if start:
        ways = view.leaving(start)
    if end:
        ways = view.arriving(end)
    if len(ways) == 1 and (start or end):
        return answers.one_way(view, ways[0], edge)
    return answers.overview(view, ways, edge)


def _which(question: Question, start: list[str], end: list[str]) -> Say:
    """Several places fit what was written: choose by digit."""
    if len(start) > 1:
        tail = f"到{end[0]}" if end else ""
        ways = [f"{name}{tail}" if tail else f"班车 {name}" for name in start]
        return Say(f"「{question.start}」有几处，是哪一个：", _offers(start, ways))
    head = start[0] if start else ""
    return Say(f"「{question.end}」有几处，是哪一个：", _offers(end, [f"{head}到{n}" for n in end]))


def _offers(titles: list[str], words: list[str]) -> tuple[Offer, ...]:
    return tuple(Offer(title, word) for title, word in zip(titles[:9], words, strict=False))


@chat.on(Kind.LOCATION)
def near(
    latitude: float | None,
    longitude: float | None,
    timetable: Network,
    calendar: Calendar,
    now: datetime,
) -> Say | None:
    """The stops around where the user is."""
    if latitude is None or longitude is None:
        return None
    return answers.near(answers.view(timetable, calendar, now), latitude, longitude)
