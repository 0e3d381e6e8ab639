"""A round that has alice alone on its list, for the matrix of routes and roles."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.places import Bed, Room
from app.campus.places.beds import put_up
from app.kit import clock
from app.services.rooms import hands, pools, rounds, teams
from tests.people import Somebody
from tests.services.rooms.dorm import CHIEF, HOUR

People = dict[str, Somebody]


async def round_of_alice(db: AsyncSession, people: People) -> dict[str, object]:
    """Open, with the beds of 501."""
    await put_up(db)
    now, alice = clock.now(), people["alice"]
    chief = Me(session_id=0, who=None, name=CHIEF.name)
    found = await rounds.create(
        db, chief, "只给她选", "formal", now - timedelta(hours=1), now + HOUR
    )
    pool = await pools.add_pool(db, chief, found.id, "alice", "")
    beds = list(await db.scalars(select(Bed.id).where(Bed.room_id == alice.room_id)))
    await pools.add_beds(db, chief, pool.id, beds)
    await pools.admit(db, chief, found.id, {alice.person_id or 0: pool.id})
    await rounds.ready(db, chief, found.id, now)
    room = await db.get_one(Room, alice.room_id)
    return {"id": found.id, "room_id": room.id, "building_id": room.building_id, "bed": beds[0]}


async def bed_of_alice(db: AsyncSession, people: People) -> dict[str, object]:
    """She has a bed in it."""
    made = await round_of_alice(db, people)
    round_id, bed_id = int(str(made["id"])), int(str(made["bed"]))
    await hands.place(db, CHIEF, round_id, people["alice"].person_id or 0, bed_id, "试试")
    return made


async def team_of_alice(db: AsyncSession, people: People) -> dict[str, object]:
    """She has a team in it."""
    made = await round_of_alice(db, people)
    await teams.make(db, int(str(made["id"])), people["alice"].person_id or 0, clock.now())
    return made


_LOOKED_AT = ("", "/room/{room_id}", "/building/{building_id}", "/mine", "/swap", "/team")
_SENT = ("/hold", "/confirm", "/release", "/wait", "/unwait", "/swap/ask", "/swap/agree",
         "/swap/refuse", "/swap/back", "/team/make", "/team/join", "/team/ask", "/team/agree",
         "/team/refuse", "/team/hand")  # fmt: skip
# Method, what follows the round's address, and what has to be there.
CHOOSING = (
    *(("GET", page, round_of_alice) for page in _LOOKED_AT),
    *(("POST", page, round_of_alice) for page in _SENT),
    ("GET", "/giveup", bed_of_alice),
    ("POST", "/giveup", bed_of_alice),
    ("POST", "/team/leave", team_of_alice),
)
