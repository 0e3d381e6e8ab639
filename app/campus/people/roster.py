"""The roster in and out: who there is, who has changed, who has left.

A file is read and checked whole, then compared with the table in the database, and written in
the caller's transaction. People of the file's kinds that it does not list have left.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people import roster_sql as sql
from app.campus.people.cards import keyed
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.people.roster_columns import Rooms, columns, shown
from app.campus.places import Building, Room
from app.kit import clock, sheets
from app.kit.errors import Conflict, Invalid

STEP = 1000  # rows between two reports of progress
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a file means for the table, in people. `kept`: administrators that it does not list."""

    new: int
    changed: int
    leaving: int
    unchanged: int
    kept: int = 0

    def __str__(self) -> str:
        kept = f"；表里没有的管理员 {self.kept} 人留着，要走先收回角色" if self.kept else ""
        return (
            f"新增 {self.new} 人，更新 {self.changed} 人，"
            f"离校 {self.leaving} 人，没变 {self.unchanged} 人{kept}"
        )

    @property
    def drastic(self) -> bool:
        """More than half of those who were there would leave: most likely a part of a file."""
        return self.leaving > 20 and self.leaving > self.changed + self.unchanged


def _silent(done: int, total: int) -> None:
    pass


async def preview(
    db: AsyncSession, data: bytes, filename: str, progress: Progress = _silent
) -> Report:
    """What `put` would do; nothing is written. Raises Invalid with errors by row."""
    return await _compare(db, await _read(db, data, filename), progress)


async def put(
    db: AsyncSession, data: bytes, filename: str, *, me: Me | None = None,
    sure: bool = False, progress: Progress = _silent,
) -> Report:  # fmt: skip
    """Take the file in. `progress(rows done, rows)` is called every 1,000 rows.

    Raises Invalid with errors by row; Conflict if more than half would leave and nobody is `sure`.
    """
    rows = await _read(db, data, filename)
    report = await store(db, rows, clock.now(), sure=sure, progress=progress)
    record(
        db,
        me,
        "people.import",
        thing("person", "*"),
        after={"文件": filename[:100], "结果": str(report)},
    )
    return report


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """`put` for the command line: one sentence of what was done."""
    return f"名册导入好了：{await put(db, data, filename)}"


async def store(
    db: AsyncSession, rows: Sequence[dict[str, Any]], now: datetime, *,
    sure: bool = False, progress: Progress = _silent,
) -> Report:  # fmt: skip
    """Write rows as `columns` reads them; leavers are marked. Raises Conflict like `put`."""
    report = await _compare(db, rows, progress)
    if report.drastic and not sure:
        raise Conflict(
            f"照这份表有 {report.leaving} 人要离校，比留下的还多。表要是全的，先预览再确认导入"
        )
    await db.execute(text(sql.UPDATE))
    await db.execute(text(sql.INSERT))
    await db.execute(text(sql.LEAVE), {"now": now})
    return report


async def _read(db: AsyncSession, data: bytes, filename: str) -> list[dict[str, Any]]:
    rooms = await _rooms(db)
    # A long file takes seconds to read: others are answered meanwhile.
    rows = await asyncio.to_thread(sheets.read, data, filename, columns(rooms))
    if not rows:
        raise Invalid("表里没有人，从第 2 行填起")
    return rows


async def _rooms(db: AsyncSession) -> Rooms:
    query = select(Building.name, Room.number, Room.id).join(Room.building)
    query = query.where(Room.gone_at.is_(None))
    return {(building, number): id for building, number, id in await db.execute(query)}


async def _compare(db: AsyncSession, rows: Sequence[dict[str, Any]], progress: Progress) -> Report:
    """Bring the rows beside the table, in a table of their own that ends with the transaction."""
    await db.execute(text(sql.LOCK))
    await db.execute(text(sql.DROP))
    await db.execute(text(sql.CREATE))
    await _copy(db, rows, progress)
    await db.execute(text(sql.ANALYZE))
    counts = (await db.execute(text(sql.COUNT))).one()
    return Report(*counts)


async def _copy(db: AsyncSession, rows: Sequence[dict[str, Any]], progress: Progress) -> None:
    connection = await (await db.connection()).get_raw_connection()
    driver: psycopg.AsyncConnection[object] = connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy types it Any | None
    async with driver.cursor() as cursor, cursor.copy(sql.COPY) as copy:
        for done, row in enumerate(rows, start=1):
            card = row.get("card")
            hashed = keyed(row["number"], card) if card else None
            await copy.write_row([*(row.get(name) for name in sql.NAMES), hashed])
            if done % STEP == 0 or done == len(rows):
                progress(done, len(rows))


def template() -> bytes:
    """An empty sheet with the columns (xlsx)."""
    return sheets.write(columns({}), [])


async def export(db: AsyncSession) -> bytes:
    """Everybody who is there, as a sheet that can be imported again (xlsx); no ID cards."""
    query = (
        select(Person, Building.name, Room.number)
        .outerjoin(Room, Room.id == Person.room_id)
        .outerjoin(Building, Building.id == Room.building_id)
        .where(Person.gone_at.is_(None), Person.number.is_not(None))
        .order_by(Person.kind, Person.number)
    )
    rows = list(_exported((await db.execute(query)).all()))
    kept = [column for column in columns({}) if column.name != "card"]
    return await asyncio.to_thread(sheets.write, kept, rows)


def _exported(found: Iterable[tuple[Person, str, str]]) -> Iterable[dict[str, Any]]:
    for person, building, number in found:
        row = {name: shown(name, getattr(person, name)) for name in sql.NAMES if name != "room"}
        yield {**row, "room": f"{building} {number}" if building else None}
