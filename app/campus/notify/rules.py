"""What a message may hold and when it may go out: pure, so that tables of cases can test it.

A field's limits are the platform's, from the parameter table of its templates. A value is never
refused for them: it is cut so that what matters of it stays.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from app.campus.notify import values
from app.campus.notify.notice import Kind, Notice
from app.kit.clock import SHANGHAI

Value = values.Value
Plain = str | int


def cut(kind: Kind, value: Value) -> str:
    """`value` as the platform takes it in a field of `kind`: one line, never empty, no emoji.

    Integers in AMOUNT are fen. A value that has nothing of its kind becomes 「无」, 「-」, 0 or
    midnight; whoever asks people for values asks `reads` first.
    """
    said = values.say(kind, value)
    return said if values.FITS[kind](said) else values.CUTS[kind](said)


def fits(kind: Kind, text: str) -> bool:
    """Whether the platform takes `text` as it is."""
    return values.FITS[kind](text)


def reads(kind: Kind, value: Value) -> bool:
    """Whether `value` means something of `kind`: a time in TIME, digits in NUMBER, …"""
    return values.reads(kind, value)


def say(kind: Kind, value: Value) -> str:
    """`value` in words, one line of any length: what the inbox and the desk show."""
    return values.say(kind, value)


def plain(kind: Kind, value: Value) -> Plain:
    """`value` as JSON keeps it; `cut` and `say` make the same of it as of the value itself."""
    if not isinstance(value, date):
        return value
    if kind in (Kind.TIME, Kind.DATE):
        return value.isoformat()
    return values.say(Kind.TIME if isinstance(value, datetime) else Kind.DATE, value)


def quiet_until(now: datetime, start: time, end: time) -> datetime | None:
    """When the quiet hours end that `now` is in, None outside them.

    From `start` to before `end`, Shanghai time, over midnight if `end` is the earlier; the same
    time twice means no quiet hours.
    """
    here = now.astimezone(SHANGHAI)
    clock = here.time().replace(tzinfo=None)
    ends = datetime.combine(here.date(), end, SHANGHAI)
    if start < end:
        return ends if start <= clock < end else None
    if start == end or end <= clock < start:
        return None
    return ends if clock < end else ends + timedelta(days=1)


def fill(page: str, fields: Mapping[str, Plain]) -> str:
    """`page` with each `{field}` replaced, quoted so that it stays one part of the address."""
    return page.format_map({name: quote(str(value), safe="") for name, value in fields.items()})


def merged(notice: Notice, fields: Mapping[str, Plain], count: int) -> dict[str, Plain]:
    """The newest one's `fields` as they read for `count` of them; one reads as itself."""
    said = {name: words.format(count=count) for name, words in notice.several}
    return {**fields, **(said if count > 1 else {})}
