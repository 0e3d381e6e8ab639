"""A dormitory for tests: a pool of girls and one of boys, rooms of four, freshmen without beds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person, PersonKind
from app.campus.places import Bed as PlaceBed
from app.campus.places import Building, BuildingKind, Room
from app.campus.places.beds import put_up
from app.kit import clock
from app.kit.db import Database
from app.services.rooms import pools, rounds, teams
from app.services.rooms.engine import Choice, Engine, Result, choosing
from app.services.rooms.models import Bed, Log
from app.services.rooms.rules import What
from app.services.rooms.verify import Proof, verify

HOUR = timedelta(hours=1)
CHIEF = Me(session_id=0, who=None, name="陈悦")


@dataclass
class Dorm:
    """`girls` and `boys` by person id; `beds` of the girls by room, from door to door."""

    database: Database
    round_id: int
    girls: list[int]
    boys: list[int]
    pools: list[int]
    rooms: list[int] = field(default_factory=list)
    beds: list[list[int]] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return choosing(self.database)

    async def ask(
        self, what: What, person: int, beds: Iterable[int] = (), room: int | None = None
    ) -> Result:
        """A choice past the pace, as the lane takes it."""
        choice = Choice(self.round_id, person, what, tuple(beds), room)
        return await self.engine._decided(choice)

    async def hold(self, person: int, *beds: int) -> str:
        return (await self.ask(What.HOLD, person, beds)).outcome

    async def confirm(self, person: int) -> str:
        return (await self.ask(What.CONFIRM, person)).outcome

    async def live(self, person: int, *beds: int) -> None:
        """Hold and confirm; it must work."""
        assert await self.hold(person, *beds) == "done"
        assert await self.confirm(person) == "done"

    async def owners(self) -> dict[int, tuple[str, int | None]]:
        """State and owner of every bed."""
        query = select(Bed.bed_id, Bed.state, Bed.person_id).where(Bed.round_id == self.round_id)
        async with self.database.session() as db:
            return {id: (state, person) for id, state, person in await db.execute(query)}

    async def taken(self) -> dict[int, int | None]:
        """Who lives in which bed."""
        return {b: p for b, (state, p) in (await self.owners()).items() if state == "taken"}

    async def log(self) -> list[tuple[str, str]]:
        query = select(Log.what, Log.outcome).where(Log.round_id == self.round_id)
        async with self.database.session() as db:
            return [(what, outcome) for what, outcome in await db.execute(query.order_by(Log.id))]

    async def team(self, leader: int, *others: int) -> int:
        """A team of these, who all agreed; its id."""
        async with self.database.session() as db:
            team = await teams.make(db, self.round_id, leader, clock.now())
            for other in others:
                await teams.join(db, other, team.code, clock.now())
            return team.id

    async def run_out(self) -> None:
        """Every hold runs out."""
        now = {"held_until": clock.now()}
        async with self.database.session() as db:
            await db.execute(update(Bed).where(Bed.state == "held").values(**now))

    async def edit(self, **fields: object) -> None:
        async with self.database.session() as db:
            found = await rounds.locks.alone(db, self.round_id)
            await rounds.edit(db, CHIEF, self.round_id, found.version, **fields)

    async def proof(self) -> Proof:
        async with self.database.session() as db:
            return await verify(db, self.round_id)


async def build(
    database: Database, *, rooms: int = 4, girls: int = 8, boys: int = 4,
    opens_at: datetime | None = None,
) -> Dorm:  # fmt: skip
    """A round that is open since an hour, with one boys' room after the girls'."""
    now = clock.now()
    async with database.session() as db:
        people = await _people(db, girls, boys)
        numbers = await _rooms(db, rooms + 1)
        found = await rounds.create(db, CHIEF, "新生选房", "formal", opens_at or now - HOUR,
                                    now + HOUR)  # fmt: skip
        made = [await pools.add_pool(db, CHIEF, found.id, name, sex)
                for name, sex in (("女生", "女"), ("男生", "男"))]  # fmt: skip
        beds = {room: await _beds(db, room) for room in numbers}
        await pools.add_beds(db, CHIEF, made[0].id, [b for r in numbers[:-1] for b in beds[r]])
        await pools.add_beds(db, CHIEF, made[1].id, beds[numbers[-1]])
        admitted = dict.fromkeys(people[:girls], made[0].id)
        admitted |= dict.fromkeys(people[girls:], made[1].id)
        await pools.admit(db, CHIEF, found.id, admitted)
        await rounds.ready(db, CHIEF, found.id, now)
    return Dorm(database, found.id, people[:girls], people[girls:], [p.id for p in made],
                numbers, [beds[room] for room in numbers])  # fmt: skip


async def _people(db: AsyncSession, girls: int, boys: int) -> list[int]:
    people = [
        Person(number=f"26990{n:03}", name=f"新生{n}", kind=PersonKind.FRESHMAN,
               sex="女" if n < girls else "男", college="能源学院", class_name=f"能源260{n % 3}")
        for n in range(girls + boys)
    ]  # fmt: skip
    db.add_all(people)
    await db.flush()
    return [person.id for person in people]


async def _rooms(db: AsyncSession, count: int) -> list[int]:
    building = Building(name="12号楼", campus="南校区", kind=BuildingKind.DORMITORY)
    db.add(building)
    await db.flush()
    rooms = [Room(building_id=building.id, number=f"{n // 3 + 1}{n % 3 + 1:02}",
                  floor=n // 3 + 1, beds=4) for n in range(count)]  # fmt: skip
    db.add_all(rooms)
    await db.flush()
    await put_up(db)
    return [room.id for room in rooms]


async def _beds(db: AsyncSession, room_id: int) -> list[int]:
    query = select(PlaceBed.id).where(PlaceBed.room_id == room_id).order_by(PlaceBed.label)
    return list(await db.scalars(query))


__all__ = ["CHIEF", "HOUR", "Dorm", "build"]
