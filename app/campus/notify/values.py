"""Each kind of field: what it holds, and how a value is brought to that. `rules` is its face.

Lengths are in UTF-16 units, the larger of the two ways in which the platform may count.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from app.campus.notify import moments
from app.campus.notify.notice import Kind

Value = str | int | datetime | date
LONGEST = {
    Kind.THING: 20, Kind.SHORT_THING: 5, Kind.CHARACTER_STRING: 32, Kind.NUMBER: 32,
    Kind.LETTER: 32, Kind.PHONE_NUMBER: 17, Kind.CAR_NUMBER: 8, Kind.PHRASE: 5, Kind.CONST: 20,
}  # fmt: skip
NOTHING, NO_SIGN = "无", "-"
HAN, LETTERS = 10, 20  # of a name
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_NUMBER = re.compile(r"(?<![\d.-])\d+(?:\.\d+)?", re.ASCII)
_MONEY = re.compile(r"(?<![\d.-])(\d+)(?:\.(\d{1,2})\d*)?", re.ASCII)
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
_IN_NAMES = frozenset(" ·•.'’-,()（）")


def say(kind: Kind, value: Value) -> str:
    """`value` in words, one line of any length."""
    if isinstance(value, date):
        by_day = kind is Kind.DATE or not isinstance(value, datetime)
        return moments.day(value) if by_day and kind is not Kind.TIME else moments.moment(value)
    if kind in moments.KINDS:
        return moments.say(kind, line(half(str(value))))
    if kind is Kind.AMOUNT and isinstance(value, int):
        return f"¥{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    return line(str(value))


def reads(kind: Kind, value: Value) -> bool:
    """Whether `value` means something of `kind`; as words everything does."""
    if kind is Kind.TIME and isinstance(value, date) and not isinstance(value, datetime):
        return False
    if kind in moments.KINDS:
        return moments.fits(kind, say(kind, value))
    pattern = {Kind.NUMBER: _NUMBER, Kind.AMOUNT: _MONEY}.get(kind)
    return pattern is None or pattern.search(half(say(kind, value))) is not None


def line(text: str) -> str:
    """On one line, without what cannot be seen, and without emoji."""
    return " ".join("".join(c if _shows(c) else " " * c.isspace() for c in text).split())


def _shows(c: str) -> bool:
    kind, code = unicodedata.category(c), ord(c)
    if code > 0xFFFF:
        return kind[0] == "L"  # the rare characters of names, but no pictures
    picture = kind == "So" and 0x2300 <= code < 0x3000
    return kind[0] not in "CZ" and not picture and code not in (0x20E3, *range(0xFE00, 0xFE10))


def half(text: str) -> str:
    """Full-width signs and digits as the half-width ones that the platform wants."""
    return unicodedata.normalize("NFKC", text)


def size(text: str) -> int:
    """The length as the platform may count it."""
    return len(text) + sum(c > "\uffff" for c in text)


def _first(text: str, most: int) -> str:
    while size(text) > most:
        text = text[:-1]
    return text


def _last(text: str, most: int) -> str:
    while size(text) > most:
        text = text[1:]
    return text


def _any(most: int) -> Callable[[str], str]:
    """A text that is too long ends in 「…」."""
    return lambda text: f"{_first(text, most - 1).rstrip()}…" if size(text) > most else NOTHING


def _signs(text: str) -> str:
    """「3号楼 501」 is 3-501; it is the end of a long number that tells it from others."""
    kept = re.sub(r"[^!-~]+", "-", half(text)).strip("-")
    return kept[-LONGEST[Kind.CHARACTER_STRING] :] or NO_SIGN


def _number(text: str) -> str:
    found = _NUMBER.search(half(text))
    return found[0][: LONGEST[Kind.NUMBER]].rstrip(".") if found else "0"


def _letters(text: str) -> str:
    return re.sub("[^A-Za-z]", "", half(text))[: LONGEST[Kind.LETTER]] or "NA"


def _amount(text: str) -> str:
    found = _MONEY.search(half(text))
    if found is None:
        return "¥0.00"
    yuan, fen = found[1].lstrip("0") or "0", (found[2] or "").ljust(2, "0")
    return f"¥{yuan}.{fen}" if len(yuan) <= 8 else f"¥{min(yuan, '9' * 10, key=_worth)}"


def _worth(digits: str) -> tuple[int, str]:
    return len(digits), digits


def _phone(text: str) -> str:
    """The first of several."""
    one = re.split("[/、,;或]", half(text))[0]
    kept = re.sub(r"[^0-9+() -]", "", one).strip()
    most = LONGEST[Kind.PHONE_NUMBER]
    return (kept if len(kept) <= most else re.sub(r"[^0-9+]", "", kept)[:most]) or NO_SIGN


def _car(text: str) -> str:
    kept = re.sub(f"[^A-Z0-9{_HAN}]", "", half(text).upper())
    inner = re.sub(f"[{_HAN}]", "", kept[1:-1])
    return (kept[:1] + inner + kept[1:][-1:])[: LONGEST[Kind.CAR_NUMBER]] or NOTHING


def _name(text: str) -> str:
    """A long one keeps its end, 「维修中心东区王建国」, and no half of a word."""
    kept = "".join(c for c in text.translate(_NUMERALS) if _in_name(c)).strip()
    most = _longest_name(kept)
    end = _last(kept, most)
    if most == LETTERS and end != kept and not kept[: -len(end)].endswith(" "):
        end = end.partition(" ")[2] or end
    return end.lstrip("".join(_IN_NAMES)) or NOTHING


def _in_name(c: str) -> bool:
    return c.isalpha() or c in _IN_NAMES


def _longest_name(text: str) -> int:
    return HAN if any(c >= "\u2e80" for c in text) else LETTERS


def _phrase(text: str) -> str:
    kept = re.sub(f"[^{_HAN}]", "", text.translate(_NUMERALS))
    return kept[: LONGEST[Kind.PHRASE]] or NOTHING


def _like(pattern: str, most: int = 99) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: len(text) <= most and compiled.fullmatch(text) is not None


def _short(kind: Kind) -> Callable[[str], bool]:
    return lambda text: 0 < size(text) <= LONGEST[kind] and line(text) == text


def _is_name(text: str) -> bool:
    return 0 < size(text) <= _longest_name(text) and all(map(_in_name, text.strip() or "0"))


def _is_amount(text: str) -> bool:
    found = re.fullmatch(r"[¥$€£]?([0-9]+)(?:\.([0-9]{1,2}))?元?", text)
    return found is not None and len(found[1] + (found[2] or "")) <= 10


# What brings a text to a kind whose limits it breaks, and what says whether it does.
CUTS: dict[Kind, Callable[[str], str]] = {
    Kind.THING: _any(20), Kind.SHORT_THING: _any(5), Kind.CONST: _any(20),
    Kind.CHARACTER_STRING: _signs, Kind.NUMBER: _number, Kind.LETTER: _letters,
    Kind.TIME: lambda _: "00:00", Kind.DATE: lambda _: "1970年1月1日",
    Kind.AMOUNT: _amount, Kind.PHONE_NUMBER: _phone, Kind.CAR_NUMBER: _car,
    Kind.NAME: _name, Kind.PHRASE: _phrase,
}  # fmt: skip
FITS: dict[Kind, Callable[[str], bool]] = {
    Kind.THING: _short(Kind.THING),
    Kind.SHORT_THING: _short(Kind.SHORT_THING),
    Kind.CONST: _short(Kind.CONST),
    Kind.CHARACTER_STRING: _like("[!-~]{1,32}"),
    Kind.NUMBER: _like(r"[0-9]+(\.[0-9]+)?", LONGEST[Kind.NUMBER]),
    Kind.LETTER: _like("[A-Za-z]{1,32}"),
    Kind.TIME: lambda text: moments.fits(Kind.TIME, text),
    Kind.DATE: lambda text: moments.fits(Kind.DATE, text),
    Kind.AMOUNT: _is_amount,
    Kind.PHONE_NUMBER: _like(r"[0-9+()-][0-9+() -]{0,16}"),
    Kind.CAR_NUMBER: _like(f"[A-Z0-9{_HAN}]([A-Z0-9]{{0,6}}[A-Z0-9{_HAN}])?"),
    Kind.NAME: _is_name,
    Kind.PHRASE: _like(f"[{_HAN}]{{1,5}}"),
}
