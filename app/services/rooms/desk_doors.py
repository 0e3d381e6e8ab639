"""The desk's pages of rooms: which are free, who is where, and what an operator does by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.binding import tidy
from app.campus.people.models import Person
from app.campus.places import Bed as Stand
from app.campus.places import Building, Room, campus
from app.campus.places.tree import order
from app.desk.base import me_of
from app.kit.errors import Forbidden, Invalid, NotFound
from app.services.rooms import hands, sheet
from app.services.rooms.desk_base import NOT_YOURS, Deed, Pages, Pressed, reach
from app.services.rooms.models import Bed, Pool

SIGNS = {"free": "f", "held": "h", "taken": "t", "frozen": "x", "kept": "k"}


@dataclass(slots=True)
class Lair:
    """A room of a round: its beds as [(bed id, label, state)], and the pools that they are in."""

    id: int
    number: str
    floor: int
    beds: list[tuple[int, str, str]] = field(default_factory=list)
    pools: set[str] = field(default_factory=set)

    @property
    def free(self) -> int:
        return sum(state == "free" for _, _, state in self.beds)

    @property
    def signs(self) -> str:
        return "".join(SIGNS[state] for _, _, state in self.beds)


async def _freeze(deed: Pressed) -> int:
    room = await room_of(deed)
    return await hands.freeze_room(deed.db, deed.me, deed.round.id, room, deed.why)


async def _reopen(deed: Pressed) -> int:
    room = await room_of(deed)
    return await hands.reopen_room(deed.db, deed.me, deed.round.id, room)


async def place(deed: Pressed) -> int:
    """Somebody into a bed; from another bed it is a move."""
    bed = await bed_of(deed)
    person = await person_of(deed)
    verb = hands.place
    if (old := await lives(deed.db, deed.round.id, person)) is not None:
        await must_reach_bed(deed, old)
        verb = hands.move
    await verb(deed.db, deed.me, deed.round.id, person, bed, deed.why)
    return 1


async def out(deed: Pressed) -> int:
    """Somebody out of the bed that they have."""
    person = await person_of(deed)
    if (bed := await lives(deed.db, deed.round.id, person)) is None:
        raise Invalid("他现在没有床")
    await must_reach_bed(deed, bed)
    await hands.take_out(deed.db, deed.me, deed.round.id, person, deed.why)
    return 1


DEEDS: Mapping[str, Deed] = {
    "freeze": _freeze, "reopen": _reopen, "place": place, "move": place, "out": out,
}  # fmt: skip


async def room_of(deed: Pressed) -> int:
    """The room in the form, within reach. Raises NotFound or Forbidden."""
    room = await deed.db.get(Room, deed.number("room"))
    if room is None:
        raise NotFound("没有这间房，回到上一页看看")
    deed.must_reach(room.building_id)
    return room.id


async def bed_of(deed: Pressed) -> int:
    """The bed in the form, by `bed` or as typed: 「3号楼 501 2号床」. Raises CampusError."""
    if deed.form.get("bed"):
        bed = deed.number("bed")
    else:
        room, _, label = deed.form.get("to", "").strip().rpartition(" ")
        try:
            door = sheet.find(await campus.within(deed.db), room or label)
        except ValueError as error:
            raise Invalid(f"{error}，床写成「3号楼 501 2号床」") from None
        label = f"{label}号床" if label.isdecimal() else label
        query = select(Stand.id).where(Stand.room_id == door, Stand.label == label)
        found = await deed.db.scalar(query.where(Stand.gone_at.is_(None)))
        if found is None:
            raise Invalid("写上哪张床，像「3号楼 501 2号床」")
        bed = found
    await must_reach_bed(deed, bed)
    return bed


async def must_reach_bed(deed: Pressed, bed_id: int) -> None:
    query = select(Room.building_id).join(Stand, Stand.room_id == Room.id)
    building = await deed.db.scalar(query.where(Stand.id == bed_id))
    if building is None:
        raise NotFound("没有这张床，刷新一下")
    deed.must_reach(building)


async def person_of(deed: Pressed) -> int:
    """Whom the form means: `person`, or somebody's number. Raises Invalid."""
    if deed.form.get("person"):
        return deed.number("person")
    number = tidy(deed.form.get("who", ""))
    found = await deed.db.scalar(
        select(Person.id).where(Person.number == number, Person.gone_at.is_(None))
    )
    if not number or found is None:
        raise Invalid(f"名册里没有「{number[:20]}」，写学号或录取号")
    return found


async def lives(db: AsyncSession, round_id: int, person_id: int) -> int | None:
    """The bed that somebody has in a round."""
    mine = Bed.round_id == round_id, Bed.person_id == person_id, Bed.state == "taken"
    return await db.scalar(select(Bed.bed_id).where(*mine))


class DoorPages(Pages):
    """「房间」."""

    @route("/{number:int}/rooms", name="rooms-doors")
    async def doors(self, request: Request) -> Response:
        """A building's rooms by floor, with the state of each bed."""
        row, db = await self.round_of(request), request.state.session
        mine = await reach(db, me_of(request))
        houses = [h for h in await _houses(db, row.id) if mine is None or h[0] in mine]
        asked = request.query_params.get("house", "")
        house = next((h for h in houses if str(h[0]) == asked), houses[0] if houses else None)
        floors = await _floors(db, row.id, house[0]) if house else {}
        return await self.show(request, "rooms.html", round=row, tab="rooms", houses=houses,
                               house=house, floors=floors)  # fmt: skip

    @route("/{number:int}/rooms/{room:int}", name="rooms-door")
    async def door(self, request: Request) -> Response:
        """A room: who lives there, and the deeds."""
        return await self._door(request)

    @route("/{number:int}/rooms/{room:int}/{deed}", methods=["POST"], name="rooms-door-do")
    async def door_do(self, request: Request) -> Response:
        """One of DEEDS."""
        path = request.path_params
        address = f"{self.here(request)}/{path['number']}/rooms/{path['room']}"
        return await self.press(request, DEEDS, self._door, address)

    async def _door(self, request: Request, error: str = "", code: int = 200) -> Response:
        row, db = await self.round_of(request), request.state.session
        query = select(Room, Building).join(Building, Building.id == Room.building_id)
        found = (await db.execute(query.where(Room.id == request.path_params["room"]))).first()
        if found is None:
            raise NotFound("没有这间房，回到上一页看看")
        room, house = found
        mine = await reach(db, me_of(request))
        if mine is not None and house.id not in mine:
            raise Forbidden(NOT_YOURS)
        beds = await _beds(db, row.id, room.id)
        return await self.show(request, "room.html", code, round=row, tab="rooms", room=room,
                               house=house, beds=beds, error=error,
                               frozen=[bed for bed, *_ in beds if bed.frozen])  # fmt: skip


async def _houses(db: AsyncSession, round_id: int) -> list[tuple[int, str]]:
    """(id, name) of the buildings that have beds in a round."""
    inside = select(Room.building_id).join(Bed, Bed.room_id == Room.id)
    query = select(Building.id, Building.name).where(
        Building.id.in_(inside.where(Bed.round_id == round_id))
    )
    found = [(id, name) for id, name in await db.execute(query)]
    return sorted(found, key=lambda house: order(house[1]))


async def _floors(db: AsyncSession, round_id: int, house: int) -> dict[int, list[Lair]]:
    """Floor → its rooms, from the ground up."""
    query = (
        select(Room.id, Room.number, Room.floor, Bed.bed_id, Stand.label, Bed.state, Pool.name)
        .select_from(Bed).join(Room, Room.id == Bed.room_id)
        .join(Stand, Stand.id == Bed.bed_id).join(Pool, Pool.id == Bed.pool_id)
        .where(Bed.round_id == round_id, Room.building_id == house)
        .order_by(Room.floor, Bed.bed_id)
    )  # fmt: skip
    rooms: dict[int, Lair] = {}
    for id, number, floor, bed, label, state, pool in await db.execute(query):
        lair = rooms.setdefault(id, Lair(id, number, floor))
        lair.beds.append((bed, label, state))
        lair.pools.add(pool)
    floors: dict[int, list[Lair]] = {}
    for lair in sorted(rooms.values(), key=lambda one: (one.floor, order(one.number))):
        floors.setdefault(lair.floor, []).append(lair)
    return floors


async def _beds(
    db: AsyncSession, round_id: int, room_id: int
) -> list[tuple[Bed, str, str, Person | None]]:
    """(bed, label, pool, who has or holds it) of a room."""
    query = (
        select(Bed, Stand.label, Pool.name, Person)
        .join(Stand, Stand.id == Bed.bed_id).join(Pool, Pool.id == Bed.pool_id)
        .outerjoin(Person, Person.id == Bed.person_id)
        .where(Bed.round_id == round_id, Bed.room_id == room_id).order_by(Stand.label)
    )  # fmt: skip
    return [(bed, label, pool, person) for bed, label, pool, person in await db.execute(query)]
