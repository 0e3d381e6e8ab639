"""Subjects as a spreadsheet: rows are added, or change the subject of that name and form."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit, units
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Campus, Room, campus, parse_room
from app.desk.imports import Import
from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.evaluations.actions import MAKE
from app.services.evaluations.board import board
from app.services.evaluations.desk_words import SUBJECTS
from app.services.evaluations.models import Form, FormKind, Subject
from app.services.evaluations.subjects import MOST_NAME

MOST_ROWS = 5_000
Row = dict[str, Any]


def _kind(cell: str) -> str:
    for kind, said in SUBJECTS.items():
        if cell == said and said != SUBJECTS["survey"]:
            return str(kind)
    raise ValueError(f"写{'、'.join(said for said in SUBJECTS.values() if said != '问卷')}里的一个")


def _name(cell: str) -> str:
    if len(cell) > MOST_NAME:
        raise ValueError(f"最多 {MOST_NAME} 个字")
    return cell


def _position(cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 7):
        raise ValueError("写一个数，小的在前")
    return int(cell)


COLUMNS = (
    Column("名称", "name", _name),
    Column("类型", "kind", _kind),
    Column("用哪张表", "form"),
    Column("单位", "unit", required=False),
    Column("在哪里", "place", required=False),
    Column("谁的（学号或工号）", "person", required=False),
    Column("班组", "team", required=False),
    Column("次序", "position", _position, required=False),
)


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Take in a file; what it did, in a sentence. Raises Invalid with errors by row."""
    rows = await asyncio.to_thread(sheets.read, data, filename, COLUMNS)
    if len(rows) > MOST_ROWS:
        raise Invalid(f"一次最多 {MOST_ROWS} 行，分几次导入")
    made, changed = await put(db, rows)
    return f"加了 {made} 样，改了 {changed} 样；表里没写的不动。码从「打印码」里下载"


async def take(db: AsyncSession, data: bytes, filename: str, me: Me) -> str:
    """As `load`, and say in the audit trail who did it."""
    said = await load(db, data, filename)
    what = {"文件": filename, "结果": said}
    audit.record(db, me, "evaluations.import", audit.thing("evaluations_subject", "*"), after=what)
    return said


async def put(db: AsyncSession, rows: Sequence[Row]) -> tuple[int, int]:
    """Add or change what `rows` (as COLUMNS read them) name; how many of each. Raises Invalid."""
    known = await _known(db, rows)
    found: list[Row] = []
    wrong: list[str] = []
    for at, row in enumerate(rows, 2):
        try:
            found.append(_values(row, known))
        except ValueError as error:
            wrong.append(f"第 {at} 行：{error}")
    if wrong:
        raise Invalid("\n".join(wrong[:20]))
    named = select(Subject).where(Subject.name.in_({row["name"] for row in rows}))
    there = {(one.form_id, one.name): one for one in await db.scalars(named)}
    made = changed = 0
    for values in found:
        key = (values["form_id"], values["name"])
        if key in there:
            for name, value in {**values, "gone_at": None}.items():
                setattr(there[key], name, value)
            changed += 1
        else:
            there[key] = Subject(**values)
            db.add(there[key])
            made += 1
    await board.changed(db)
    await db.flush()
    return made, changed


@dataclass(frozen=True, slots=True)
class _Known:
    """What the cells may name: forms by title, units, people by number, the campus."""

    forms: Mapping[str, int]
    units: set[str]
    people: Mapping[str, int]
    places: Campus


async def _known(db: AsyncSession, rows: Sequence[Row]) -> _Known:
    forms = select(Form.title, Form.id).where(Form.kind == FormKind.RATING).order_by(Form.id)
    numbers = {row["person"] for row in rows if row["person"]}
    people = select(Person.id, Person.number).where(Person.number.in_(numbers))
    return _Known(
        dict((await db.execute(forms)).all()), set(await units.names(db)),
        {number or "": id for id, number in await db.execute(people)}, await campus.within(db),
    )  # fmt: skip


def _values(row: Row, known: _Known) -> Row:
    """The columns of a subject. Raises ValueError with what is wrong with the row."""
    if row["form"] not in known.forms:
        raise ValueError(f"没有叫「{row['form'][:20]}」的评价表，先做好表")
    if row["unit"] and row["unit"] not in known.units:
        raise ValueError(f"没有「{row['unit'][:20]}」这个单位")
    if row["person"] and row["person"] not in known.people:
        raise ValueError(f"名册里没有 {row['person'][:20]}")
    place = place_of(row["place"] or "", known.places)
    if place is None:
        raise ValueError(f"没认出「{row['place'][:20]}」，写成「3号楼 501」或「3号楼」")
    return {
        "name": row["name"], "kind": row["kind"], "form_id": known.forms[row["form"]],
        "unit": row["unit"] or "", "person_id": known.people.get(row["person"] or ""),
        "team": row["team"] or "", "position": row["position"] or 0, **place,
    }  # fmt: skip


def place_of(text: str, places: Campus) -> dict[str, int | None] | None:
    """Building and room of 「3号楼 501」 or 「二食堂」; None if it is not there.

    Nothing typed is nowhere, which is fine.
    """
    text = text.strip()
    if not text:
        return {"building_id": None, "room_id": None}
    if (house := places.named(text)) is not None:
        return {"building_id": house.id, "room_id": None}
    named = parse_room(text)
    door = places.find(*named) if named else None
    house = places.house_of(door.id) if door else None
    return {"building_id": house.id, "room_id": door.id} if door and house else None


def template() -> bytes:
    """Two windows and a dormitory."""
    names = [column.name for column in COLUMNS]
    rows = [
        ("二食堂 3 号窗口", "窗口", "食堂评价", "饮食中心", "", "", "二食堂", "1"),
        ("二食堂 4 号窗口", "窗口", "食堂评价", "饮食中心", "", "", "二食堂", "2"),
        ("3号楼", "宿舍楼", "宿舍评价", "公寓中心", "3号楼", "", "", "1"),
    ]
    return sheets.write(COLUMNS, [dict(zip(names, row, strict=True)) for row in rows])


async def dump(db: AsyncSession) -> bytes:
    """All subjects that are rated, as such a file."""
    query = (
        select(Subject, Form.title, Building.name, Room.number, Person.number)
        .join(Form, Form.id == Subject.form_id).outerjoin(Person, Person.id == Subject.person_id)
        .outerjoin(Building, Building.id == Subject.building_id)
        .outerjoin(Room, Room.id == Subject.room_id)
        .where(Subject.gone_at.is_(None), Form.kind == FormKind.RATING)
        .order_by(Subject.kind, Subject.position, Subject.id)
    )  # fmt: skip
    rows = [
        {"name": one.name, "kind": SUBJECTS[one.kind], "form": form, "unit": one.unit,
         "place": " ".join(filter(None, (house, room))), "person": person, "team": one.team,
         "position": one.position}
        for one, form, house, room, person in await db.execute(query)
    ]  # fmt: skip
    return await asyncio.to_thread(sheets.write, COLUMNS, rows)


SUBJECTS_FILE = Import(
    "evaluations", "导入评价对象", load, MAKE, template=template, dump=dump, take=take,
    help=(
        "一行一样：窗口、宿舍楼、班车、浴室……「用哪张表」写评价表的标题。",
        "同一张表里同名的就更新，别的加上；表里没写到的不动。",
        "「在哪里」写「3号楼 501」或楼名：扫门上的码就看得到它。「谁的」写工号，星记到他的考核里。",
    ),
    back=("评的对象", "/desk/evaluations/subjects"),
)  # fmt: skip
