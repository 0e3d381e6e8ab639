"""People of each role, for tests: alice and bob are bound students, charlie is bound to nobody."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from itsdangerous import Signer
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Area, Building, BuildingKind, Room
from app.kit import clock
from app.kit.db import Database
from app.main import create_app
from app.settings import DEMO_SECRETS, Settings

# name: (kind, room, role, where it is limited to)
CAST: dict[str, tuple[PersonKind, str, Role | None, str]] = {
    "alice": (PersonKind.STUDENT, "501", None, ""),
    "bob": (PersonKind.STUDENT, "502", None, ""),
    "fresh": (PersonKind.FRESHMAN, "", None, ""),
    "teacher": (PersonKind.TEACHER, "", None, ""),
    "worker": (PersonKind.STAFF, "", Role.WORKER, "area"),
    "leader": (PersonKind.STAFF, "", Role.LEADER, "area"),
    "keeper": (PersonKind.STAFF, "", Role.KEEPER, "building"),
    "head": (PersonKind.STAFF, "", Role.HEAD, "unit"),
    "supervisor": (PersonKind.TEACHER, "", Role.SUPERVISOR, "area"),
    "operator": (PersonKind.STAFF, "", Role.OPERATOR, ""),
    "administrator": (PersonKind.STAFF, "", Role.ADMINISTRATOR, ""),
    "contractor": (PersonKind.CONTRACTOR, "", Role.CONTRACTOR, ""),
}
UNIT = "饮食中心"


@dataclass(frozen=True)
class Somebody:
    """`who` is their phone, `token` their session on it; `person_id` None: bound to nobody."""

    who: str
    token: str
    person_id: int | None = None
    room_id: int | None = None


@pytest.fixture
async def people(database: Database) -> dict[str, Somebody]:
    """Everybody of CAST, and charlie, on a campus of one building: 3号楼 with 501 and 502."""
    async with database.session() as db:
        area = Area(name="3号楼片区")
        db.add(area)
        await db.flush()
        building = Building(
            name="3号楼", campus="南校区", kind=BuildingKind.DORMITORY, area_id=area.id
        )
        db.add(building)
        await db.flush()
        rooms = {
            n: Room(building_id=building.id, number=n, floor=5, beds=4) for n in ("501", "502")
        }
        db.add_all(rooms.values())
        await db.flush()
        persons = {
            name: Person(number=f"2026{number:04}", name=name, kind=kind,
                         room_id=rooms[room].id if room else None)
            for number, (name, (kind, room, _, _)) in enumerate(CAST.items())
        }  # fmt: skip
        now = clock.now()
        db.add_all(Follower(who=f"o-{name}", joined_at=now) for name in ("charlie", *CAST))
        db.add_all(persons.values())
        await db.flush()
        found = {"charlie": Somebody("o-charlie", await _session(db, "charlie"))}
        for name, person in persons.items():
            db.add(Binding(who=f"o-{name}", person_id=person.id, at=now))
            token = await _session(db, name)
            found[name] = Somebody(f"o-{name}", token, person.id, person.room_id)
        limits = {"area": {"area_id": area.id}, "building": {"building_id": building.id},
                  "unit": {"unit": UNIT}, "": {}}  # fmt: skip
        db.add_all(
            Grant(person_id=persons[name].id, role=role, at=now, **limits[limit])
            for name, (_, _, role, limit) in CAST.items()
            if role
        )
    return found


async def _session(db: AsyncSession, name: str) -> str:
    return await sessions.start(db, clock.now(), who=f"o-{name}")


def cookie_of(somebody: Somebody) -> str:
    """The session cookie's value, signed with the demo key."""
    return Signer(DEMO_SECRETS["secret_key"], salt="session").sign(somebody.token).decode()


@pytest.fixture
async def app(database: Database, settings: Settings) -> AsyncIterator[FastAPI]:
    """The whole application, for `phone_of`."""
    app = create_app(settings)
    yield app
    await app.state.database.close()


@pytest.fixture
def phone_of(app: FastAPI, people: dict[str, Somebody]) -> Callable[[str], httpx.AsyncClient]:
    """`phone_of("alice")`: a browser on the whole application that alice is logged in with."""

    def client(name: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://test", cookies={COOKIE: cookie_of(people[name])}
        )

    return client
