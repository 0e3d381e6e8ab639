"""The rules as a spreadsheet: one rule a row, found again by how it matches and its words."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit import sheets
from app.kit.clock import WEEKDAYS
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.answers import book, draft
from app.services.answers.models import Row
from app.services.answers.rules import RESTDAYS, WORKDAYS, MatchKind
from app.services.answers.wording import KINDS

YES, NO = "是", "否"
CARD = {"title": "标题", "text": "说明", "url": "链接", "picture": "图片"}
DAYS = {WORKDAYS: "工作日", RESTDAYS: "休息日"}
TITLES = {
    "kind": "怎么匹配", "words": "同学发的话", "text": "答复",
    **{f"card{n}_{part}": f"卡片{n}{CARD[part]}" for n in range(1, draft.CARDS + 1)
       for part in draft.PARTS},
    "starts": "从哪天", "ends": "到哪天", "opens": "几点起", "closes": "到几点", "days": "哪些日子",
    "priority": "优先", "first": "先于服务", "enabled": "启用", "note": "备注",
}  # fmt: skip
MOST_ERRORS = 20


def _kind(cell: str) -> str:
    found = [kind for kind, word in KINDS.items() if word == cell]
    if not found:
        raise ValueError(f"写{'、'.join(KINDS.values())}之一")
    return found[0]


def _yes(cell: str) -> str:
    if cell not in (YES, NO):
        raise ValueError(f"写「{YES}」或「{NO}」")
    return "on" if cell == YES else ""


def _day(cell: str) -> str:
    return cell.removesuffix(" 00:00:00").replace("/", "-")  # as a spreadsheet gives a date


def _days(cell: str) -> str:
    """What a form's `days` and `day0`… hold, as one word: 「工作日」, or 「周一、周三」."""
    for code, word in DAYS.items():
        if cell == word:
            return code
    names = cell.replace(",", "、").replace("，", "、").split("、")
    if set(names) - set(WEEKDAYS):
        raise ValueError("写「工作日」「休息日」，或「周一、周三」这样")
    return "".join(str(WEEKDAYS.index(name)) for name in names)


PARSE = {"kind": _kind, "first": _yes, "enabled": _yes, "days": _days, "starts": _day,
         "ends": _day, "priority": lambda cell: cell.removesuffix(".0")}  # fmt: skip
COLUMNS = tuple(
    Column(title, name, PARSE.get(name, str), required=name in ("kind", "words"))
    for name, title in TITLES.items()
)


def _fields(row: Mapping[str, str | None]) -> dict[str, str]:
    """A row of the sheet as a form; an empty 「启用」 means yes."""
    fields = {name: value for name, value in row.items() if value is not None}
    fields.setdefault("enabled", "on")
    days = fields.get("days", "")
    if days.isdecimal():
        fields |= {"days": "", **{f"day{sign}": "on" for sign in days}}
    return fields


async def put(db: AsyncSession, data: bytes, filename: str, me: Me) -> str:
    """Take the file in: rules that are there are changed, others added, none removed.

    Raises Invalid with what is wrong, rule by rule.
    """
    rows = await asyncio.to_thread(sheets.read, data, filename, COLUMNS)
    read = [draft.read(_fields(row)) for row in rows]
    wrong = [
        f"第 {n} 条「{TITLES.get(name, name)}」：{why}"
        for n, one in enumerate(read, start=1) for name, why in one.errors.items()
    ]  # fmt: skip
    if wrong or not read:
        raise Invalid("\n".join(wrong[:MOST_ERRORS]) or "表里没有规则，从第 2 行填起")
    there = {_key(row.kind, row.words): row for row in await db.scalars(select(Row))}
    added = changed = 0
    for one in read:
        row = there.get(_key(one.values["kind"], one.values["words"]))
        if row is None:
            await book.add(db, me, one.values)
            added += 1
        elif any(getattr(row, name) != value for name, value in one.values.items()):
            await book.change(db, me, row.id, row.version, one.values)
            changed += 1
    return f"新增 {added} 条，更新 {changed} 条，没变 {len(read) - added - changed} 条"


def _key(kind: str, words: list[str]) -> tuple[str, frozenset[str]]:
    return kind, frozenset(words)


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """`put` for the preview and the command line."""
    return await put(db, data, filename, Me(session_id=0, who=None))


async def dump(db: AsyncSession) -> bytes:
    """Every rule, as a file that can come in again (xlsx)."""
    rows = [_cells(row) for row in await db.scalars(select(Row).order_by(Row.id))]
    return await asyncio.to_thread(sheets.write, COLUMNS, rows)


def template() -> bytes:
    """Two rules as an example (xlsx)."""
    return sheets.write(COLUMNS, [
        {"kind": "就是这句", "words": "补卡、一卡通", "text": "补卡去行政楼一楼 3 号窗"},
        {"kind": "话里有", "words": "没电了、跳闸", "text": "夜里没电打 8880 0163",
         "opens": "22:00", "closes": "06:00", "days": "周五、周六", "priority": "1"},
    ])  # fmt: skip


def _cells(row: Row) -> dict[str, Any]:
    fields = draft.shown(row).fields
    days = "、".join(WEEKDAYS[int(sign)] for sign in row.days if sign.isdecimal())
    return fields | {
        "kind": KINDS[MatchKind(row.kind)],
        "words": row.words[0] if row.kind == MatchKind.PATTERN else "、".join(row.words),
        "days": DAYS.get(row.days, days), "first": YES if row.first else NO,
        "enabled": YES if row.enabled else NO,
    }  # fmt: skip
