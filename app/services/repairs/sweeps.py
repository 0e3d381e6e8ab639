"""Sweeps (扫楼): a building gone through room by room; what is broken becomes an order at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.permission import Where
from app.campus.places import Building, Room
from app.campus.places.tree import order as by_number
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.repairs.follows import alike, follow
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Sweep, SweepRoom
from app.services.repairs.orders import New, report
from app.services.repairs.parts import by_rights
from app.services.repairs.rules import Source, Who

MOST_ITEMS = 30
NO_SWEEP = "没有这次扫楼，回列表里再选"
SWEEPERS = {Who.KEEPER, Who.DISPATCHER}


class Seen(StrEnum):
    """What became of a room."""

    TODO = "todo"
    FINE = "fine"
    FAULTS = "faults"
    ABSENT = "absent"  # nobody in: to come back


SAYS = {Seen.TODO: "还没查", Seen.FINE: "都好", Seen.FAULTS: "有毛病", Seen.ABSENT: "没人，要再来"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A room of the picture; `orders`: numbers of what was found."""

    room_id: int
    number: str
    floor: int
    state: Seen
    orders: tuple[str, ...]

    @property
    def says(self) -> str:
        return SAYS[self.state]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is: its rooms by floor, highest last."""

    floors: Mapping[int, Sequence[Cell]]

    def count(self, *states: Seen, floor: int | None = None) -> int:
        cells = (c for f, cells in self.floors.items() if floor in (None, f) for c in cells)
        return sum(cell.state in states for cell in cells)

    @property
    def rooms(self) -> int:
        return self.count(*Seen)

    @property
    def seen(self) -> int:
        return self.count(Seen.FINE, Seen.FAULTS)


async def start(
    db: AsyncSession, me: Me, building_id: int, now: datetime, *,
    title: str, kind_ids: Sequence[int], until: date | None = None,
) -> Sweep:  # fmt: skip
    """Begin a sweep of every room of a building, with a checklist of kinds.

    Raises NotFound (no building of `me`'s), Invalid, Conflict while one goes on there.
    """
    building = await db.get(Building, building_id, with_for_update=True)
    if building is None or not _reaches(me, building):
        raise NotFound("没有这栋楼，或者不归你管")
    known = await kinds.within(db)
    chosen = [known[id] for id in dict.fromkeys(kind_ids) if id in known and not known[id].gone_at]
    if not 0 < len(chosen) <= MOST_ITEMS or not title.strip():
        raise Invalid("写个名字，至少勾一样要查的")
    if until is not None and until < now.date():
        raise Invalid("查完的日子要在今天以后")
    going = select(Sweep.id).where(Sweep.building_id == building_id, Sweep.ended_at.is_(None))
    if await db.scalar(going) is not None:
        raise Conflict(f"{building.name}正在扫，先把那次收尾")
    sweep = Sweep(
        building_id=building_id, title=title.strip()[:40], by_id=me.person_id, until=until, at=now,
        checklist=[{"name": kind.name, "kind_id": kind.id} for kind in chosen],
    )  # fmt: skip
    db.add(sweep)
    await db.flush()
    there = Room.building_id == building_id, Room.gone_at.is_(None)
    rooms = select(literal(sweep.id), Room.id, literal(Seen.TODO.value)).where(*there)
    columns = ["sweep_id", "room_id", "state"]
    made = await db.scalars(
        insert(SweepRoom).from_select(columns, rooms).returning(SweepRoom.room_id)
    )
    if not made.all():
        raise Invalid("这栋楼还没有房间名单，先在桌面端导入")
    return sweep


async def find(db: AsyncSession, me: Me, sweep_id: int) -> tuple[Sweep, Building]:
    """A sweep in a building of `me`'s. Raises NotFound."""
    query = select(Sweep, Building).join(Building, Building.id == Sweep.building_id)
    row = (await db.execute(query.where(Sweep.id == sweep_id))).one_or_none()
    if row is None or not _reaches(me, row[1]):
        raise NotFound(NO_SWEEP)
    return row[0], row[1]


async def check(
    db: AsyncSession, me: Me, sweep_id: int, room_id: int, now: datetime, *,
    faults: Mapping[int, str], uploads: Sequence[int] = (),
) -> list[str]:  # fmt: skip
    """A room was seen; `faults`: words by the item's place in the checklist. Numbers of orders.

    What is known already is followed instead of reported again. Photos go with each new order.
    Raises NotFound, Invalid; Conflict when a colleague was faster, or the sweep has ended.
    """
    sweep, _ = await find(db, me, sweep_id)
    row = await _open(db, sweep, room_id)
    found: dict[str, Any] = {}
    for item, words in sorted(faults.items()):
        if item not in range(len(sweep.checklist)):
            raise Invalid("清单改过了，刷新再查这间")
        name, kind_id = sweep.checklist[item]["name"], sweep.checklist[item]["kind_id"]
        number = await _order(
            db, me, kind_id, room_id, now, name=name, words=words, uploads=uploads
        )
        found[name] = {"words": words.strip(), "order": number}
    row.state, row.found = (Seen.FAULTS if found else Seen.FINE), found
    row.by_id, row.at = me.person_id, now
    await db.flush()
    return [one["order"] for one in found.values()]


async def absent(db: AsyncSession, me: Me, sweep_id: int, room_id: int, now: datetime) -> None:
    """Nobody was in: the room stays on the list. Raises NotFound, Conflict."""
    sweep, _ = await find(db, me, sweep_id)
    row = await _open(db, sweep, room_id)
    row.state, row.by_id, row.at = Seen.ABSENT, me.person_id, now
    await db.flush()


async def end(db: AsyncSession, me: Me, sweep_id: int, now: datetime) -> int:
    """Close the sweep; how many rooms were not seen. Raises NotFound, Conflict (ended)."""
    await find(db, me, sweep_id)
    going = update(Sweep).where(Sweep.id == sweep_id, Sweep.ended_at.is_(None))
    if await db.scalar(going.values(ended_at=now).returning(Sweep.id)) is None:
        raise Conflict("这次扫楼已经收尾了")
    left = SweepRoom.state.in_([Seen.TODO, Seen.ABSENT])
    return await db.scalar(select(func.count()).where(SweepRoom.sweep_id == sweep_id, left)) or 0


async def progress(db: AsyncSession, sweep: Sweep) -> Progress:
    """Every room of the sweep, by floor."""
    query = (
        select(SweepRoom.room_id, Room.number, Room.floor, SweepRoom.state, SweepRoom.found)
        .join(Room, Room.id == SweepRoom.room_id)
        .where(SweepRoom.sweep_id == sweep.id)
    )
    cells = [
        Cell(id, number, floor, Seen(state), tuple(one["order"] for one in found.values()))
        for id, number, floor, state, found in await db.execute(query)
    ]
    floors: dict[int, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: (cell.floor, by_number(cell.number))):
        floors.setdefault(cell.floor, []).append(cell)
    return Progress(floors)


def _reaches(me: Me, building: Building) -> bool:
    return bool(by_rights(me, Where(building.area_id, building.id)) & SWEEPERS)


async def _open(db: AsyncSession, sweep: Sweep, room_id: int) -> SweepRoom:
    """The room, locked, while it is still to be seen."""
    if sweep.ended_at is not None:
        raise Conflict("这次扫楼已经收尾了，有毛病单独报修")
    row = await db.get(SweepRoom, (sweep.id, room_id), with_for_update=True)
    if row is None:
        raise NotFound("这次扫楼没有这间，回楼层里再选")
    if row.state in (Seen.FINE, Seen.FAULTS):
        raise Conflict("这间查过了，再发现毛病就单独报修")
    return row


async def _order(
    db: AsyncSession, me: Me, kind_id: int, room_id: int, now: datetime, *,
    name: str, words: str, uploads: Sequence[int],
) -> str:  # fmt: skip
    known = await alike(db, me, kind_id, room_id=room_id)
    if known:
        await follow(db, me, known[0], now)
        return known[0].number
    kind = (await kinds.within(db))[kind_id]
    asked = {question["name"]: "扫楼时没问" for question in kind.questions}
    new = New(
        kind_id, words=words.strip() or f"扫楼时看到{name}有毛病", room_id=room_id, answers=asked,
        source=Source.SWEEP,
    )  # fmt: skip
    return (await report(db, me, new, now, uploads=uploads)).number
