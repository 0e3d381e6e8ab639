"""Words → numbers. In chat a number is plain digits: WeChat makes those tappable."""

from datetime import datetime
from urllib.parse import quote

from app.campus.calendar import Calendar, DayKind, calendar
from app.kit.answers import Link, Offer, Say
from app.kit.chat import Chat
from app.kit.clock import SHANGHAI
from app.services.phones.book import Book, Line, Office, Thing, book
from app.services.phones.models import EntryKind
from app.services.phones.rules import Hours, say_hours, say_state
from app.services.phones.search import BEGINS, EXACT, find, nearest

chat = Chat(book=book, calendar=calendar)
MOST = 8  # matches in one message
FIRST = 5  # emergency and complaint numbers shown when nothing was found
PAGE = Link("打开电话簿", "/h5/phones")


@chat.say("电话", "电话簿", "电话本", "通讯录", "常用电话", "办公电话", "联系电话", "号码簿")
def open_book(book: Book) -> Say:
    """Emergency and complaint numbers first, then the departments."""
    if not book.lines:
        return Say("电话簿还是空的，各部门的号码正在录", links=(PAGE,))
    text = "\n".join([*_short(book.first), "", "找哪个部门，也可以发「电话 维修」："])
    return Say(text, _offers(book, book.top[:MOST]), (PAGE,))


@chat.match(r"(?P<number>\d[\d -]{2,}\d)\s*(是?(谁|哪里|哪儿|哪个)的?)?(电话|号码)?")
def whose(number: str, book: Book, calendar: Calendar, now: datetime) -> Say | None:
    """A bare number is answered only if the whole of it stands in the book."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    known = any(line.number == digits for line in book.lines)
    return answer(book, digits, calendar, now) if known else None


@chat.match(r"(谁的|哪里的|哪儿的|查|找|搜)?\s*(电话|号码)\s*(?P<query>\S.*)")
def look_up(query: str, book: Book, calendar: Calendar, now: datetime) -> Say:
    return answer(book, query, calendar, now)


@chat.match(r"(查|找|搜)?\s*(?P<query>\S.*?)\s*的?(电话|联系方式)(号码?)?(是)?(多少|几号|什么)?")
def look_up_of(query: str, book: Book, calendar: Calendar, now: datetime) -> Say:
    return answer(book, query, calendar, now)


def answer(book: Book, query: str, calendar: Calendar, now: datetime) -> Say:
    """What the book has for `query`: one in full, several as a list, or what is nearest."""
    grades = find(book, query)
    found = [thing for grade in grades for thing in grade]
    if not found:
        return _nothing(book, query)
    if (one := _the_one(grades)) is None:
        return _list(book, found, query)
    if isinstance(one, Office):
        return _office(book, one, calendar, now)
    return _line(book, one, calendar, now)


def _the_one(grades: list[list[Thing]]) -> Thing | None:
    """What was meant, if there is no doubt: 「维修」 begins one department's name."""
    exact, begins = grades[EXACT], grades[BEGINS]
    if exact:
        return exact[0] if len(exact) == 1 else None
    if len(begins) == 1 and isinstance(begins[0], Office):
        return begins[0]
    found = [thing for grade in grades for thing in grade]
    return found[0] if len(found) == 1 else None


def _office(book: Book, office: Office, calendar: Calendar, now: datetime) -> Say:
    """One department: where, when, whether somebody is there, its numbers, what is below it."""
    head = [office.path, office.place, *_when(office.hours, calendar, now)]
    lines = _short(office.lines[:MOST])
    if not lines and not office.children:
        lines = ["这里还没登记电话"]
    url = f"/h5/phones/units/{office.id}"
    left = len(office.lines) - MOST
    more = f"打开{office.name}，还有 {left} 个号码" if left > 0 else f"打开{office.name}的电话"
    text = "\n".join([*filter(None, head), "", *lines]).strip()
    return Say(text, _offers(book, office.children[:MOST]), (Link(more, url),))


def _line(book: Book, line: Line, calendar: Calendar, now: datetime) -> Say:
    """One number: whose, where, and whether somebody answers now."""
    whose = f"{line.office.path} {line.title}" if line.post else line.title
    said = [whose, line.number, line.office.place, *_when(line.hours, calendar, now)]
    return Say("\n".join(filter(None, said)), _offers(book, [line.office]))


def _list(book: Book, things: list[Thing], query: str) -> Say:
    """Several: each with its number; offers narrow to a department, the page has them all."""
    shown = things[:MOST]
    lines = [_row(thing) for thing in shown]
    offices = dict.fromkeys(one if isinstance(one, Office) else one.office for one in shown)
    url = f"/h5/phones?q={quote(query)}"
    if len(things) > MOST:
        lines.append(f"一共 {len(things)} 个，写具体一点，或者在网页上看全部")
        return Say("\n".join(lines), _offers(book, list(offices)), (Link("看全部", url),))
    return Say("\n".join(lines), _offers(book, list(offices)), (PAGE,))


def _row(thing: Thing) -> str:
    if isinstance(thing, Line):
        return f"{thing.title} {thing.number}（{thing.office.name}）"
    above = f"（{thing.parent.name}）" if thing.parent else ""
    return f"{thing.name} {_main(thing)}".rstrip() + above


def _main(office: Office) -> str:
    """The number to try first; a complaint line is not that."""
    usual = [line for line in office.lines if line.kind != EntryKind.COMPLAINT]
    return usual[0].number if usual else ""


def _nothing(book: Book, query: str) -> Say:
    near = nearest(book, query)
    ask = "，是不是想找下面这几个" if near else "，换个说法试试，比如「电话 维修」"
    text = "\n".join(
        [f"没找到「{query[:20]}」{ask}", "", "急事先打：", *_short(book.first[:FIRST])]
    )
    offers = tuple(Offer(name, f"电话 {name}") for name in near)
    return Say(text if book.first else text.split("\n")[0], offers, (PAGE,))


def _short(lines: list[Line]) -> list[str]:
    return [f"{line.title} {line.number}" for line in lines]


def _offers(book: Book, offices: list[Office]) -> tuple[Offer, ...]:
    """Departments to go on with; one that shares its name is asked for by its path."""
    names = [office.name for office in book.offices.values()] + [line.post for line in book.lines]
    shared = {one.name for one in offices if names.count(one.name) > 1}
    return tuple(
        Offer(title, f"电话 {title}")
        for title in (one.path if one.name in shared else one.name for one in offices)
    )


def _when(hours: Hours | None, calendar: Calendar, now: datetime) -> list[str]:
    if hours is None:
        return []
    state = say_state(
        hours,
        now.astimezone(SHANGHAI),
        lambda day: calendar.day(day).kind == DayKind.WORKDAY,
    )
    said = say_hours(hours)
    return [state] if state.startswith(said) else [said, state]
