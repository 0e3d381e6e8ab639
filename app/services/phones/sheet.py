"""The phone book as a spreadsheet: the whole book in, the whole book out.

A row with a number is a line; a row without number and post describes the department itself.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.phones.book import book
from app.services.phones.models import Entry, EntryKind, Unit
from app.services.phones.rules import parse_hours, parse_number, say_hours, say_number

Path = tuple[str, ...]
Row = dict[str, Any]
KINDS = {
    EntryKind.EMERGENCY: ("紧急", "抢修", "报警", "急救"),
    EntryKind.COMPLAINT: ("投诉", "监督"),
    EntryKind.NORMAL: ("普通", "一般", "办公"),
}


def _path(cell: str) -> Path:
    names = tuple(name.strip() for name in cell.replace("／", "/").split("/"))
    if not all(names):
        raise ValueError("部门之间用一个「/」隔开，像「后勤管理处/维修中心」")
    return names


def _kind(cell: str) -> EntryKind:
    for kind, words in KINDS.items():
        if cell in words:
            return kind
    raise ValueError("只能写「紧急」「投诉」或「普通」")


def _hours(cell: str) -> str:
    return say_hours(parse_hours(cell))


COLUMNS = (
    Column("部门", "path", _path),
    Column("岗位", "post", required=False),
    Column("姓名", "person", required=False),
    Column("电话", "number", parse_number, required=False),
    Column("办公时间", "hours", _hours, required=False),
    Column("地点", "place", required=False),
    Column("类别", "kind", _kind, required=False),
)


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Replace the whole book by the file's. Raises Invalid with errors by row."""
    rows = await asyncio.to_thread(sheets.read, data, filename, COLUMNS)
    units, lines = await replace(db, rows)
    return f"电话簿换好了，{units} 个部门，{lines} 个电话"


async def replace(db: AsyncSession, rows: Sequence[Row]) -> tuple[int, int]:
    """Put `rows` (as `COLUMNS` read them) in place of all; answers counts of units and lines.

    A department that stays keeps its id, so links that people saved go on working.
    """
    draft = _draft(rows)
    if not any(row["number"] for row in rows):
        raise Invalid("表里一个电话也没有，原来的电话簿没动")
    await db.execute(text("LOCK TABLE phones_units IN SHARE ROW EXCLUSIVE MODE"))
    old = await _ids(db)
    await db.execute(delete(Entry))
    await db.execute(delete(Unit))
    ids: dict[Path, int] = {}
    for position, (path, unit) in enumerate(draft.items()):
        made = Unit(
            id=old.get(path),
            parent_id=ids.get(path[:-1]),
            name=path[-1],
            hours=unit.hours,
            place=unit.place,
            position=position,
        )
        db.add(made)
        await db.flush()
        ids[path] = made.id
    lines = [row for row in rows if row["number"]]
    db.add_all(_entry(row, ids[row["path"]], at) for at, row in enumerate(lines))
    await db.flush()
    await book.changed(db)
    return len(draft), len(lines)


@dataclass
class _Unit:
    hours: str = ""
    place: str = ""
    lines: list[Row] = field(default_factory=list)


def _draft(rows: Sequence[Row]) -> dict[Path, _Unit]:
    """Every department by its path, parents before children; errors by row as Invalid."""
    units: dict[Path, _Unit] = {}
    errors: list[str] = []
    for row in rows:
        path: Path = row["path"]
        for depth in range(1, len(path) + 1):
            units.setdefault(path[:depth], _Unit())
        name = "/".join(path)
        if not row["number"] and (row["post"] or row["person"]):
            errors.append(f"「{name}」的「{row['post'] or row['person']}」没有写电话")
        if not row["number"]:
            units[path].hours = row["hours"] or units[path].hours
        place = row["place"] or units[path].place
        if units[path].place not in ("", place):
            errors.append(f"「{name}」写了两个地点：「{units[path].place}」和「{place}」")
        units[path].place = place
    if errors:
        raise Invalid("\n".join(errors[: sheets.MOST_ERRORS]))
    return units


def _entry(row: Row, unit_id: int, position: int) -> Entry:
    return Entry(
        unit_id=unit_id,
        post=row["post"] or "",
        person=row["person"] or "",
        number=row["number"],
        hours=row["hours"] or "",
        kind=row["kind"] or EntryKind.NORMAL,
        position=position,
    )


async def _ids(db: AsyncSession) -> dict[Path, int]:
    found = await db.execute(select(Unit.id, Unit.parent_id, Unit.name))
    units = {id: (parent, name) for id, parent, name in found}

    def path(id: int) -> Path:
        parent, name = units[id]
        return (*(() if parent is None else path(parent)), name)

    return {path(id): id for id in units}


async def dump(db: AsyncSession) -> bytes:
    """The book as an xlsx that `load` reads back. With full names: for operators only."""
    ids = await _ids(db)
    units = {unit.id: unit for unit in await db.scalars(select(Unit))}
    entries = await db.scalars(select(Entry).order_by(Entry.position, Entry.id))
    lines: dict[int, list[Row]] = {}
    for entry in entries:
        lines.setdefault(entry.unit_id, []).append(_line(entry))
    rows: list[Row] = []
    for path, id in sorted(ids.items(), key=lambda item: (units[item[1]].position, item[1])):
        name = "/".join(path)
        rows.append({"path": name, "hours": units[id].hours, "place": units[id].place})
        rows += [{"path": name, **line} for line in lines.get(id, [])]
    return sheets.write(COLUMNS, rows)


def _line(entry: Entry) -> Row:
    return {
        "post": entry.post,
        "person": entry.person,
        "number": say_number(entry.number),
        "hours": entry.hours,
        "kind": KINDS[EntryKind(entry.kind)][0],
    }
