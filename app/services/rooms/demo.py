"""A rehearsal that is open now, half chosen, and the real round, which opens in a while."""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person, PersonKind
from app.campus.permission import Right, Role
from app.campus.places import Bed, Building, Room
from app.kit import clock
from app.services.rooms import pools, rounds, teams
from app.services.rooms.models import Habit, RoomFacts, Round
from app.services.rooms.rules import HABITS, RoundKind
from app.services.rooms.words import PROVINCES

OPERATOR, SHOWN = "9001", "26990001"
COLLEGE, MAJORS = "计算机学院", ("软件工程", "人工智能", "网络工程", "计算机科学与技术")
# By sex: the buildings of the demo campus, and the floors that freshmen get.
HOUSES = {"男": ("12号楼", "14号楼", "18号楼"), "女": ("9号楼", "11号楼", "15号楼")}
FLOORS = (4, 5, 6)
DOORS = 14  # rooms of a floor
CHOSEN = 0.6  # of the freshmen, in the rehearsal
SOON, LONG = timedelta(minutes=20), timedelta(days=3)
_CHOOSE = text("SELECT count(*) FROM rooms_choose(:round, CAST(:asked AS jsonb))")


async def fill(db: AsyncSession) -> None:
    """On a campus that has its dormitories and its roster; else nothing."""
    me, people = await _operator(db), await _freshmen(db)
    if me is None or not people:
        return
    dice = random.Random(26990001)  # noqa: S311 the same demo every time is the point
    now = clock.now()
    await _habits(db, dice, people, now)
    real = await _round(db, me, people, now)
    tried = await rounds.copy_for_rehearsal(
        db, me, real.id, now - timedelta(minutes=18), now + timedelta(days=1)
    )
    for found in (real, tried):
        await rounds.ready(db, me, found.id, now)
    await _choose(db, dice, tried.id)
    await _friends(db, people, real.id, now)


async def _operator(db: AsyncSession) -> Me | None:
    query = select(Person.id, Person.name).where(Person.number == OPERATOR)
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return None
    rights = (Right(Role.OPERATOR),)
    return Me(0, None, person_id=row.id, number=OPERATOR, name=row.name, rights=rights)


async def _freshmen(db: AsyncSession) -> list[Person]:
    """All of them, of one college; the roster's demo leaves that open."""
    query = select(Person).where(Person.kind == PersonKind.FRESHMAN).order_by(Person.number)
    people = list(await db.scalars(query))
    for n, major in enumerate(MAJORS):
        ids = [person.id for person in people[n :: len(MAJORS)]]
        await db.execute(
            update(Person).where(Person.id.in_(ids)).values(college=COLLEGE, class_name=major)
        )
    return people


async def _habits(
    db: AsyncSession, dice: random.Random, people: Sequence[Person], now: datetime
) -> None:
    rows: list[dict[str, Any]] = []
    for person in people:
        answers = {q.key: dice.choice(q.choices) for q in HABITS}
        answers["smoke"] = HABITS[3].choices[dice.random() < 0.08]
        if person.number == SHOWN:
            answers |= {"sleep": "23:30", "noise": "怕吵", "smoke": "不抽烟"}
        home = "河南" if dice.random() < 0.3 else dice.choice(PROVINCES)
        shown = person.number != SHOWN and dice.random() < 0.6
        rows.append({"person_id": person.id, "answers": answers, "home": home, "shown": shown,
                     "at": now})  # fmt: skip
    await db.execute(insert(Habit), rows)


async def _round(db: AsyncSession, me: Me, people: Sequence[Person], now: datetime) -> Round:
    """The real one, with a pool for each sex."""
    opens = (now + SOON).replace(second=0, microsecond=0)
    opens -= timedelta(minutes=opens.minute % 5)
    made = await rounds.create(db, me, "2026 级新生选房", RoundKind.FORMAL, opens, opens + LONG)
    for sex, houses in HOUSES.items():
        pool = await pools.add_pool(db, me, made.id, f"{COLLEGE} 本科 {sex}生", sex)
        await pools.add_beds(db, me, pool.id, await _beds(db, houses))
        theirs = {person.id: pool.id for person in people if person.sex == sex}
        await pools.admit(db, me, made.id, theirs)
    return made


async def _beds(db: AsyncSession, houses: Sequence[str]) -> list[int]:
    """The beds of some floors, and what is to know of their rooms."""
    query = select(Room, Building.name).join(Room.building).where(
        Building.name.in_(houses), Room.floor.in_(FLOORS)
    )  # fmt: skip
    rooms = [(room, house) for room, house in await db.execute(query)
             if int(room.number[-2:]) <= DOORS]  # fmt: skip
    facts = [
        {"room_id": room.id, "fen": 120_000 if room.beds > 4 else 160_000,
         "faces": "朝南" if int(room.number) % 2 else "朝北", "extras": ["独立卫浴", "阳台"],
         "plan": [], "key_place": f"{house}一楼值班室"}
        for room, house in rooms
    ]  # fmt: skip
    if not facts:
        return []
    await db.execute(insert(RoomFacts), facts)
    ids = [room.id for room, _ in rooms]
    return list(await db.scalars(select(Bed.id).where(Bed.room_id.in_(ids))))


async def _choose(db: AsyncSession, dice: random.Random, round_id: int) -> None:
    """Most have chosen, through the same statement as everybody; hot floors fill up first."""
    pairs = await db.execute(
        text("""
        SELECT e.pool_id, e.person_id, p.number FROM rooms_eligible e
        JOIN campus_people p ON p.id = e.person_id WHERE e.round_id = :round ORDER BY e.person_id
        """), {"round": round_id},
    )  # fmt: skip
    beds = await db.execute(
        text("""
        SELECT b.pool_id, b.bed_id, r.floor FROM rooms_beds b JOIN campus_rooms r
        ON r.id = b.room_id WHERE b.round_id = :round ORDER BY b.bed_id
        """), {"round": round_id},
    )  # fmt: skip
    free: dict[int, list[int]] = {}
    for pool, bed, _ in sorted(beds, key=lambda row: (row.floor, dice.random()), reverse=True):
        free.setdefault(pool, []).append(bed)
    asked: list[dict[str, Any]] = []
    for pool, person, number in pairs:
        if number != SHOWN and free.get(pool) and dice.random() < CHOSEN:
            bed = free[pool].pop(int(len(free[pool]) * dice.random() ** 2))
            asked.append({"nth": len(asked), "person": person, "beds": [bed]})
    for what in ("hold", "confirm"):
        batch = json.dumps([{**one, "what": what} for one in asked])
        await db.execute(_CHOOSE, {"round": round_id, "asked": batch})


async def _friends(
    db: AsyncSession, people: Sequence[Person], round_id: int, now: datetime
) -> None:
    """A team that asks the one who holds the phone."""
    shown = next((one for one in people if one.number == SHOWN), None)
    if shown is None:
        return
    friends = [one for one in people if one.sex == shown.sex and one is not shown][:2]
    if len(friends) == 2:
        team = await teams.make(db, round_id, friends[0].id, now)
        await teams.join(db, friends[1].id, team.code, now)
        await teams.ask(db, round_id, friends[0].id, SHOWN, now)
