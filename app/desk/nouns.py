"""Fields for the nouns of the campus, as every service's views show and ask for them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.campus.calendar import DayKind
from app.campus.people.binding import tidy
from app.campus.people.models import Person
from app.campus.places import Area, Building, Room, parse_room
from app.desk.fields import Pick, Ref
from app.kit.errors import NotFound

Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
DAY_KINDS = {
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "节假日",
    DayKind.VACATION: "寒暑假",
}


def room(name: str, label: str, **more: Any) -> Ref:
    """A room, typed as 「3号楼 501」."""
    return Ref(name, label, names=room_names, find=room_id, placeholder="3号楼 501", **more)


def person(name: str, label: str, **more: Any) -> Ref:
    """Somebody on the roster, typed by number."""
    return Ref(name, label, names=person_names, find=person_id, placeholder="学号或工号", **more)


def building(name: str, label: str, **more: Any) -> Pick:
    return Pick(name, label, options=buildings, **more)


def area(name: str, label: str, **more: Any) -> Pick:
    return Pick(name, label, options=areas, **more)


async def buildings(db: AsyncSession) -> list[tuple[int, str]]:
    found = await db.execute(select(Building.id, Building.name).order_by(Building.name))
    return [(id, name) for id, name in found]


async def areas(db: AsyncSession) -> list[tuple[int, str]]:
    return [(id, name) for id, name in await db.execute(select(Area.id, Area.name))]


async def room_names(db: AsyncSession, ids: Collection[Any]) -> Mapping[Any, str]:
    query = select(Room.id, Building.name, Room.number).join(Room.building).where(Room.id.in_(ids))
    return {id: f"{house} {number}" for id, house, number in await db.execute(query)}


async def room_id(db: AsyncSession, text: str) -> int:
    """The room that `text` names. Raises NotFound."""
    house, number = _parts(text)
    query = select(Room.id).join(Room.building)
    found = await db.scalar(query.where(Building.name == house, Room.number == number))
    if found is None:
        raise NotFound(f"没有「{text[:20]}」这间，写成「3号楼 501」这样")
    return found


def rooms_like(column: Column, term: str) -> ColumnElement[bool]:
    """Whether `column` is a room that the search box names: 「3号楼 501」, or a building."""
    house, number = _parts(term)
    ids = select(Room.id).join(Room.building)
    if house and number:
        return column.in_(ids.where(Building.name == house, Room.number == number))
    word = term.strip()
    return column.in_(ids.where(Building.name == word)) if word else false()


def _parts(text: str) -> tuple[str, str]:
    house, _, number = text.strip().rpartition(" ")
    return parse_room(text) or (house.strip(), number.upper())


async def person_names(db: AsyncSession, ids: Collection[Any]) -> Mapping[Any, str]:
    query = select(Person.id, Person.name, Person.number).where(Person.id.in_(ids))
    found = await db.execute(query)
    return {id: f"{name} {number}" if number else "已删除" for id, name, number in found}


async def person_id(db: AsyncSession, text: str) -> int:
    """Who has the number that `text` ends with: 「王建国 20260001」. Raises NotFound."""
    number = tidy(text.rsplit(maxsplit=1)[-1])
    found = await db.scalar(
        select(Person.id).where(Person.number == number, Person.gone_at.is_(None))
    )
    if found is None:
        raise NotFound(f"名册里没有「{number[:20]}」，写学号或工号")
    return found


def people_like(column: Column, term: str) -> ColumnElement[bool]:
    """Whether `column` is somebody whose number is `term`, or whose name begins with it."""
    word = term.strip()
    theirs = (Person.number == tidy(word)) | Person.name.startswith(word, autoescape=True)
    return column.in_(select(Person.id).where(theirs))
