"""A believable campus on an empty database."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.campus import demo as campus
from app.campus.people import demo as people
from app.campus.people.models import Person
from app.campus.permission import Grant, Role
from app.campus.places import Building
from app.campus.units import demo as units
from app.desk.passwords import choose
from app.kit.db import Database
from app.kit.service import Service

DEMO_PASSWORD = "weihouqin-demo"  # noqa: S105 - for demo data at home, nowhere else


async def fill_if_empty(database: Database, services: Mapping[str, Service]) -> bool:
    """Fill campus and services in one transaction; False if there are buildings already."""
    async with database.session() as db:
        if await db.scalar(select(func.count()).select_from(Building)):
            return False
        await campus.fill(db)
        await db.flush()
        await people.fill(db)
        await units.fill(db)
        for service in services.values():
            if service.demo:
                await service.demo(db)
    return True


async def open_the_desk(database: Database) -> None:
    """Give the demo's operators and administrators the demo password. Only at home."""
    async with database.session() as db:
        theirs = select(Person.id).join(Grant, Grant.person_id == Person.id)
        roles = (Role.OPERATOR, Role.ADMINISTRATOR)
        for person_id in await db.scalars(theirs.where(Grant.role.in_(roles)).distinct()):
            await choose(db, person_id, DEMO_PASSWORD)
