"""The columns of a roster, and how each cell is read."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.campus.people.binding import tidy
from app.campus.people.cards import last_six
from app.campus.people.models import PersonKind
from app.campus.places import parse_room
from app.kit.sheets import Column

KINDS = {"学生": PersonKind.STUDENT, "新生": PersonKind.FRESHMAN, "教师": PersonKind.TEACHER,
         "职工": PersonKind.STAFF, "外包": PersonKind.CONTRACTOR}  # fmt: skip
LABELS = {kind: label for label, kind in KINDS.items()}
CLEARED = "无"  # empties a cell; an empty one leaves what is known
NO_ROOM, NO_END = 0, date(9999, 12, 31)  # what 「无」 is read as
LONGEST = 60
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y.%m.%d")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z_-]{1,31}")
_SERIAL = re.compile(r"[34567]\d{4}(?:\.0)?")
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets

Rooms = Mapping[tuple[str, str], int]


def columns(rooms: Rooms) -> tuple[Column, ...]:
    """The columns for one file, whose numbers must differ; `rooms`: ids by building and number."""
    return (
        Column("学号/工号", "number", _once(_number)),
        Column("姓名", "name", _name),
        Column("身份", "kind", _kind),
        Column("性别", "sex", _sex, required=False),
        Column("学院", "college", _text, required=False),
        Column("年级", "grade", _text, required=False),
        Column("班级", "class_name", _text, required=False),
        Column("手机", "phone", _phone, required=False),
        Column("宿舍", "room", _room(rooms), required=False),
        Column("有效期", "valid_until", _date, required=False),
        Column("身份证后六位", "card", last_six, required=False),
    )


def _once(parse: Callable[[str], str]) -> Callable[[str], str]:
    seen: set[str] = set()

    def first(cell: str) -> str:
        value = parse(cell)
        if value in seen:
            raise ValueError(f"「{value}」前面已经有一行")
        seen.add(value)
        return value

    return first


def _number(cell: str) -> str:
    number = tidy(cell.removesuffix(".0"))
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"「{cell[:20]}」不像学号，用 2 到 32 位字母和数字")
    return number


def _name(cell: str) -> str:
    if len(cell) > LONGEST:
        raise ValueError(f"太长了，最多 {LONGEST} 个字")
    return cell


def _text(cell: str) -> str:
    return "" if cell == CLEARED else _name(cell.removesuffix(".0"))


def _kind(cell: str) -> PersonKind:
    if cell not in KINDS:
        raise ValueError(f"写{'、'.join(KINDS)}之一")
    return KINDS[cell]


def _sex(cell: str) -> str:
    if cell not in ("男", "女", CLEARED):
        raise ValueError("写「男」或「女」")
    return "" if cell == CLEARED else cell


def _phone(cell: str) -> str:
    number = re.sub(r"[\s-]", "", cell).removesuffix(".0")
    if cell == CLEARED:
        return ""
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise ValueError(f"「{cell[:20]}」不像电话")
    return number


def _room(rooms: Rooms) -> Callable[[str], int]:
    def find(cell: str) -> int:
        if cell == CLEARED:
            return NO_ROOM
        found = rooms.get(parse_room(cell) or ("", ""))
        if found is None:
            raise ValueError(f"没有「{cell[:20]}」这间，写成「3号楼 501」这样")
        return found

    return find


def _date(cell: str) -> date:
    """A day in any of the ways that people and spreadsheets write one."""
    if cell in (CLEARED, "长期"):
        return NO_END
    if _SERIAL.fullmatch(cell):
        return _EPOCH + timedelta(days=int(float(cell)))
    for form in _FORMATS:
        try:
            return datetime.strptime(cell.removesuffix(".0"), form).date()
        except ValueError:
            continue
    raise ValueError("写成 2026-09-01 这样")


def shown(name: str, value: Any) -> Any:
    """The value of column `name` as a cell of the export."""
    if name == "kind":
        return LABELS[PersonKind(value)]
    return value.isoformat() if isinstance(value, date) else value
