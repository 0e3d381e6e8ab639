"""Times and days as the platform writes them: 「2026年11月21日 15:01」, two of them joined by ~."""

import re
from datetime import date, datetime

from app.campus.notify.notice import Kind
from app.kit.clock import SHANGHAI

_CLOCK = r"(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)"
_DAY = r"(?<!\d)\d{4}年(?:1[0-2]|0?[1-9])月(?:3[01]|[12]\d|0?[1-9])日"
KINDS = {
    Kind.TIME: re.compile(rf"(?:{_DAY} )?{_CLOCK}", re.ASCII),
    Kind.DATE: re.compile(rf"{_DAY}(?: {_CLOCK})?", re.ASCII),
}
_UNTIL = re.compile("[~–—至]")


def moment(value: date) -> str:
    """A moment with its minute, in Shanghai; without a time zone it is taken to be there."""
    if not isinstance(value, datetime):
        return f"{day(value)} 00:00"
    here = _here(value)
    return f"{day(here)} {here.hour:02}:{here.minute:02}"


def day(value: date) -> str:
    """The day alone."""
    here = _here(value) if isinstance(value, datetime) else value
    return f"{here.year:04}年{here.month}月{here.day}日"


def _here(value: datetime) -> datetime:
    try:
        return value.astimezone(SHANGHAI) if value.tzinfo else value
    except OverflowError:  # the first or the last day there is
        return value


def say(kind: Kind, text: str) -> str:
    """The moment or two that `text` speaks of, as ISO or as the platform writes; else `text`."""
    parts = [_find(kind, part.strip()) for part in _UNTIL.split(text)]
    if len(parts) == 2 and all(parts):
        return "~".join(parts)
    return _find(kind, text) or text


def _find(kind: Kind, text: str) -> str:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        found = KINDS[kind].search(text)
        return found[0] if found else ""
    return moment(value) if kind is Kind.TIME else day(value)


def fits(kind: Kind, text: str) -> bool:
    """Whether `text` is one moment, or two with ~ between them."""
    parts = text.split("~")
    return len(parts) <= 2 and all(KINDS[kind].fullmatch(part) for part in parts)
