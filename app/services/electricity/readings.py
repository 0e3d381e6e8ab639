"""What meters report, however it reaches us (pushed, fetched, imported), written to the tables."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Building, Room, parse_room
from app.kit.errors import Invalid
from app.services.electricity.low import tell_low
from app.services.electricity.models import DayUse, Meter, TopUp
from app.services.electricity.rules import Circuit, State

Fen = Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
SKEW = dt.timedelta(minutes=5)


class DayFigure(BaseModel):
    """One date's use in Wh."""

    date: dt.date
    wh: Annotated[int, Field(ge=0, le=10_000_000)]


class Payment(BaseModel):
    """Money paid in at `at`; `channel` is shown (「微信充值」), `by` never is."""

    at: AwareDatetime
    fen: Fen
    balance_after_fen: Fen
    channel: Annotated[str, Field(min_length=1, max_length=20)]
    by: Annotated[str, Field(max_length=64)] = ""


class Reading(BaseModel):
    """One circuit at one moment, with days and payments that came along."""

    circuit: Circuit
    state: State = State.NORMAL
    balance_fen: Fen
    price_fen: Annotated[int, Field(ge=0, le=10_000)]
    read_at: AwareDatetime
    days: Annotated[list[DayFigure], Field(max_length=366)] = []
    topups: Annotated[list[Payment], Field(max_length=200)] = []


class RoomReading(Reading):
    """A reading that names its room, 「3号楼 501」. A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")

    room: Annotated[str, Field(min_length=1, max_length=40)]


@dataclass(frozen=True, slots=True)
class Report:
    """`taken`: meters that moved on; `known`: those that already had this or a newer reading;
    `unknown`: rooms that are not on our campus."""

    taken: int
    known: int
    unknown: list[str]


Key = tuple[int, str]


async def record_rooms(
    db: AsyncSession, readings: Sequence[RoomReading], now: dt.datetime
) -> Report:
    """`record`, for readings that name their rooms."""
    rooms = await _room_ids(db, {reading.room for reading in readings})
    found = [(rooms[reading.room], reading) for reading in readings if reading.room in rooms]
    taken = await record(db, found, now)
    unknown = list(dict.fromkeys(r.room for r in readings if r.room not in rooms))
    meters = len({(room, reading.circuit) for room, reading in found})
    return Report(taken, meters - taken, unknown)


async def record(
    db: AsyncSession, readings: Iterable[tuple[int, Reading]], now: dt.datetime
) -> int:
    """Write readings by room id; how many meters moved on.

    Idempotent by meter and time: an equal or older reading leaves balance and state alone, and
    only fills days and payments that are missing. Raises Invalid for a time in the future.
    """
    newest: dict[Key, Reading] = {}
    days: dict[Key, dict[dt.date, int]] = {}
    topups: dict[Key, list[Payment]] = {}
    for room_id, reading in sorted(readings, key=lambda pair: pair[1].read_at):
        if reading.read_at > now + SKEW:
            raise Invalid(f"抄表时间 {reading.read_at.isoformat()} 还没到，检查那边的时钟")
        key = (room_id, str(reading.circuit))
        newest[key] = reading
        days.setdefault(key, {}).update({day.date: day.wh for day in reading.days})
        topups.setdefault(key, []).extend(reading.topups)
    if not newest:
        return 0
    moved = await _write_meters(db, newest)
    ids = await _meter_ids(db, {room_id for room_id, _ in newest})
    await _write_days(db, {ids[key]: figures for key, figures in days.items()}, moved)
    await _write_topups(db, {ids[key]: payments for key, payments in topups.items()})
    await tell_low(db, moved, now)
    return len(moved)


async def _write_meters(db: AsyncSession, newest: Mapping[Key, Reading]) -> set[int]:
    """Insert or move on; the ids of those that did. Sorted, so that two writers cannot deadlock."""
    names = ("state", "balance_fen", "price_fen", "read_at")
    rows = [
        {"room_id": room_id, "circuit": circuit, **{name: getattr(reading, name) for name in names}}
        for (room_id, circuit), reading in sorted(newest.items(), key=lambda item: item[0])
    ]
    new = insert(Meter)
    upsert = new.on_conflict_do_update(
        index_elements=["room_id", "circuit"],
        set_={name: new.excluded[name] for name in names},
        where=Meter.read_at < new.excluded.read_at,
    )
    return set(await db.scalars(upsert.returning(Meter.id), rows))


async def _write_days(
    db: AsyncSession, days: Mapping[int, Mapping[dt.date, int]], moved: set[int]
) -> None:
    for corrects in (True, False):
        rows: list[dict[str, Any]] = [
            {"meter_id": meter, "date": date, "wh": wh}
            for meter, figures in sorted(days.items())
            if (meter in moved) is corrects
            for date, wh in sorted(figures.items())
        ]
        new = insert(DayUse)
        upsert = (
            new.on_conflict_do_update(
                index_elements=["meter_id", "date"], set_={"wh": new.excluded.wh}
            )
            if corrects
            else new.on_conflict_do_nothing()
        )
        if rows:
            await db.execute(upsert, rows)


async def _write_topups(db: AsyncSession, topups: Mapping[int, Sequence[Payment]]) -> None:
    rows = [
        {"meter_id": meter, **payment.model_dump()}
        for meter, payments in sorted(topups.items())
        for payment in payments
    ]
    if rows:
        await db.execute(insert(TopUp).on_conflict_do_nothing(), rows)


async def _meter_ids(db: AsyncSession, rooms: set[int]) -> dict[Key, int]:
    query = select(Meter.room_id, Meter.circuit, Meter.id).where(Meter.room_id.in_(rooms))
    return {(room, circuit): id for room, circuit, id in await db.execute(query)}


async def _room_ids(db: AsyncSession, names: set[str]) -> dict[str, int]:
    """Room ids by the name they were asked under; unknown ones are missing."""
    split = {name: parse_room(name) or _by_space(name) for name in names}
    query = (
        select(Building.name, Room.number, Room.id)
        .join(Room.building)
        .where(tuple_(Building.name, Room.number).in_(set(split.values())))
    )
    ids = {(building, number): id for building, number, id in await db.execute(query)}
    return {name: ids[pair] for name, pair in split.items() if pair in ids}


def _by_space(name: str) -> tuple[str, str]:
    building, _, number = name.strip().rpartition(" ")
    return building.strip(), number
