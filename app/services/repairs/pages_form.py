"""The form that reports: what was typed, where it is, and when somebody may come. Reads only."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Request, UploadFile
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import calendar, say_day
from app.campus.people.me import Me
from app.campus.places import Campus, campus
from app.campus.places.doors import code_key, find_place
from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid
from app.services.repairs.clocks import Slot, clocks
from app.services.repairs.models import Kind
from app.services.repairs.orders import AHEAD, EARLIEST, LATEST
from app.services.repairs.rules import Source
from app.services.repairs.words import say_promise

DAYS, STEP = 4, 2  # days of visits to choose from; hours of each
ID = 2**31 - 1


def _number(value: Any) -> int | None:
    """Ids that cannot be one are none: the page then says what is missing."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:12]) <= ID else None


def _cut(most: int) -> Any:
    """Text of at most so many characters, as PostgreSQL can keep it; the rest is dropped."""
    clean = BeforeValidator(lambda value: str(value or "").replace("\0", "")[:most])
    return Annotated[str, clean, Field(max_length=most)]


class Sent(BaseModel):
    """The form as it came, or the query that opens it; whatever is missing is empty.

    `place`: the code of a door. `other`: another place than one's own room. `anew`: the number of
    the order that is said not to be the same. `photo`: an upload that came through the chat.
    """

    place: _cut(64) = ""  # type: ignore[valid-type]  # an Annotated made by a function
    other: bool = False
    building: _cut(40) = ""  # type: ignore[valid-type]
    room: _cut(20) = ""  # type: ignore[valid-type]
    spot: _cut(60) = ""  # type: ignore[valid-type]
    kind: Annotated[int | None, BeforeValidator(_number)] = None
    sign: _cut(40) = ""  # type: ignore[valid-type]
    words: _cut(600) = ""  # type: ignore[valid-type]
    phone: _cut(20) = ""  # type: ignore[valid-type]
    urgent: bool = False
    slot: _cut(16) = ""  # type: ignore[valid-type]
    key: bool = False
    anew: _cut(20) = ""  # type: ignore[valid-type]
    photo: Annotated[int | None, BeforeValidator(_number)] = None
    once: _cut(64) = ""  # type: ignore[valid-type]
    answers: dict[str, str] = {}


QUESTION = "q-"  # what the names of a kind's own questions begin with


def asked(request: Request) -> Sent:
    """FastAPI dependency: the query."""
    return _read(request.query_params)


async def sent(request: Request) -> AsyncIterator[tuple[Sent, list[UploadFile]]]:
    """FastAPI dependency: the form, and its photos, whose files are closed afterwards."""
    form = await request.form()
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [file for file in form.getlist("photos") if not isinstance(file, str)]
    try:
        yield _read(typed), files  # type: ignore[misc]  # Starlette's files, FastAPI's is one
    finally:
        await request.close()


def _read(typed: Mapping[str, str]) -> Sent:
    answers = {n.removeprefix(QUESTION): v[:200] for n, v in typed.items() if n[:2] == QUESTION}
    said = {name: value for name, value in typed.items() if name in Sent.model_fields}
    switches = {
        name: said.get(name, "") in ("on", "1", "true") for name in ("other", "urgent", "key")
    }
    return Sent.model_validate({**said, **switches, "answers": answers})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it is: `name` as people say it, `sub` how we know. `room_id` None: needs words."""

    name: str
    sub: str
    building_id: int
    room_id: int | None
    source: Source = Source.H5
    home: bool = False


async def spot_of(db: AsyncSession, me: Me, sent: Sent, address: str) -> Spot | None:
    """The place that the form means; None while nobody said. Raises NotFound, Invalid."""
    tree = await campus.within(db)
    if sent.building:
        return _picked(tree, sent)
    if sent.place:
        place = await find_place(db, await code_key.within(db), sent.place, address)
        if place.where.building_id is None:
            raise Invalid("这张码上没有楼，自己选一下")
        return Spot(place.name, "扫的门牌码", place.where.building_id, place.room_id, Source.CODE)
    house = tree.house_of(me.room_id) if me.room_id and not sent.other else None
    door = tree.room(me.room_id) if me.room_id else None
    return Spot(door.name, "你的寝室", house.id, door.id, home=True) if house and door else None


def _picked(tree: Campus, sent: Sent) -> Spot:
    house = tree.named(sent.building)
    if house is None:
        raise Invalid("没有这栋楼，从列表里选")
    number = sent.room.strip()
    door = tree.find(house.name, number) if number else None
    if number and door is None:
        raise Invalid(f"{house.name}没有 {number}，不在房间里就写在「具体在哪」")
    return Spot(door.name if door else house.name, "", house.id, door.id if door else None)


def slots(now: datetime) -> list[tuple[str, str]]:
    """The visits that one may choose from: value and words, the earliest first."""
    found = []
    today = now.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS)):
        for hour in range(EARLIEST, LATEST, STEP):
            starts = day.replace(hour=hour)
            if starts >= now + AHEAD:
                ends = min(hour + STEP, LATEST)
                words = f"{say_day(day.date(), today.date())} {hour}:00–{ends}:00"
                found.append((f"{starts:%Y-%m-%dT%H}", words))
    return found


def slot_of(value: str) -> Slot | None:
    """What one of `slots` means; None for 「尽快」. Raises Invalid for anything else."""
    if not value:
        return None
    try:
        starts = datetime.strptime(value, "%Y-%m-%dT%H").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Invalid("上门时间从列表里选") from error
    return Slot(starts, starts.replace(hour=max(starts.hour, min(starts.hour + STEP, LATEST))))


async def promise(db: AsyncSession, kind: Kind, sent: Sent, now: datetime) -> str:
    """「今天 21:30 前修好」, before it is sent."""
    works = await calendar.within(db)
    try:
        slot = slot_of(sent.slot)
    except Invalid:
        slot = None
    return say_promise(clocks(kind, sent.urgent, works, now, slot).finish_by, now)
