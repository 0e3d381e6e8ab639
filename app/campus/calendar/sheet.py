"""The university's own calendar as a spreadsheet: terms and periods, the whole of it at once.

A row is days of one kind (起, 止, 类型, 名称), later rows before earlier ones where they overlap.
A term is a row, too: it begins on a Monday, and its last day is in its last week.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar.days import DayKind, calendar
from app.campus.calendar.models import Period, Term
from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column

TERM = "term"
KINDS = {
    TERM: ("学期",),
    DayKind.VACATION: ("寒暑假", "寒假", "暑假", "假期"),
    DayKind.HOLIDAY: ("放假", "节假日"),
    DayKind.WORKDAY: ("上班", "工作日", "调休"),
    DayKind.WEEKEND: ("周末", "休息"),
}
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00:00)?")
LONGEST = 366  # days of one period: longer is a slip of the year
MOST_WEEKS = 40
FIRST_YEAR, LAST_YEAR = 2000, 2099
Said = tuple[date, date, str, str]


def parse_date(cell: str) -> date:
    """2026-10-01, 2026/10/1, 2026年10月1日 or 20261001. Raises ValueError with the reason."""
    found = _DATE.fullmatch(cell)
    try:
        day = date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"日期写成 2026-10-01 这样，「{cell[:12]}」看不懂")
    return day


def _kind(cell: str) -> str:
    for kind, words in KINDS.items():
        if cell in words:
            return str(kind)
    raise ValueError("只能写「学期」「寒暑假」「放假」「上班」或「周末」")


COLUMNS = (
    Column("起", "first", parse_date),
    Column("止", "last", parse_date),
    Column("类型", "kind", _kind),
    Column("名称", "name"),
)


@dataclass(frozen=True)
class Change:
    """What an import adds and takes away, as (first, last, kind, name)."""

    added: tuple[Said, ...]
    removed: tuple[Said, ...]

    def __str__(self) -> str:
        """「新增 2 条：…；去掉 1 条：…」."""
        said = [
            f"{verb} {len(rows)} 条：{'、'.join(f'{row[3]}（{_days(row)}）' for row in rows[:5])}"
            for verb, rows in (("新增", self.added), ("去掉", self.removed))
            if rows
        ]
        return "；".join(said) or "和现在的一样，什么都没变"


def _days(row: Said) -> str:
    first, last = row[0], row[1]
    end = "" if first == last else f"–{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日{end}"


async def preview(db: AsyncSession, data: bytes, filename: str) -> Change:
    """What `load` would change, changing nothing. Raises Invalid as `load` does."""
    return _change(await _now(db), await asyncio.to_thread(_read, data, filename))


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Put the file's terms and periods in place of all. Raises Invalid; then nothing changed."""
    rows = await asyncio.to_thread(_read, data, filename)
    await db.execute(text("LOCK TABLE campus_periods, campus_terms IN SHARE ROW EXCLUSIVE MODE"))
    change = _change(await _now(db), rows)
    await db.execute(delete(Period))
    await db.execute(delete(Term))
    for row in rows:
        db.add(_made(row))
        await db.flush()  # one by one: their ids say which was entered last
    await calendar.changed(db)
    return f"校历换好了：{change}"


async def dump(db: AsyncSession) -> bytes:
    """Terms and periods as an xlsx that `load` reads back and finds nothing to change."""
    rows = [
        {"first": first, "last": last, "kind": KINDS[kind][0], "name": name}
        for first, last, kind, name in await _now(db)
    ]
    return sheets.write(COLUMNS, rows)


async def _now(db: AsyncSession) -> list[Said]:
    terms = await db.scalars(select(Term).order_by(Term.first))
    periods = await db.scalars(select(Period).order_by(Period.id))
    return [
        *((t.first, t.first + timedelta(days=7 * t.weeks - 1), TERM, t.name) for t in terms),
        *((p.first, p.last, p.kind, p.name) for p in periods),
    ]


def _change(before: Sequence[Said], after: Iterable[Said]) -> Change:
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    return Change(tuple(r for r in new if r not in old), tuple(r for r in old if r not in new))


def _read(data: bytes, filename: str) -> list[Said]:
    rows = sheets.read(data, filename, COLUMNS)
    if not rows:
        raise Invalid("表里一行也没有，原来的校历没动")
    errors = [wrong for row in rows if (wrong := _wrong(row))]
    names = [row["name"] for row in rows if row["kind"] == TERM]
    errors += [f"学期「{name}」写了两行" for name in dict.fromkeys(names) if names.count(name) > 1]
    said = [_said(row) for row in rows]
    terms = sorted(row for row in said if row[2] == TERM)
    for one, other in pairwise(terms):
        if other[0] <= one[1]:
            errors.append(f"学期「{one[3]}」和「{other[3]}」的日子重叠了")
    if errors:
        raise Invalid("\n".join(errors[: sheets.MOST_ERRORS]))
    return said


def _wrong(row: dict[str, Any]) -> str:
    first, last, name = row["first"], row["last"], row["name"]
    if last < first:
        return f"「{name}」的「止」在「起」前面"
    if (last - first).days >= LONGEST:
        return f"「{name}」有 {(last - first).days + 1} 天，看看是不是年份写错了"
    if row["kind"] == TERM and first.weekday() != 0:
        return f"学期「{name}」的「起」要是第一周的周一"
    if row["kind"] == TERM and (last - first).days >= 7 * MOST_WEEKS:
        return f"学期「{name}」超过 {MOST_WEEKS} 周"
    return ""


def _said(row: dict[str, Any]) -> Said:
    """A row; a term's last day becomes the Sunday of its last week."""
    first, last, kind = row["first"], row["last"], row["kind"]
    if kind == TERM:
        last += timedelta(days=6 - last.weekday())
    return first, last, kind, row["name"]


def _made(row: Said) -> Period | Term:
    first, last, kind, name = row
    if kind == TERM:
        return Term(name=name, first=first, weeks=((last - first).days + 1) // 7)
    return Period(first=first, last=last, kind=kind, name=name)
