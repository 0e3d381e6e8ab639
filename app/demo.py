"""A believable campus on an empty database."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.campus import demo as campus
from app.campus.places import Building
from app.kit.db import Database
from app.kit.service import Service


async def fill_if_empty(database: Database, services: Mapping[str, Service]) -> bool:
    """Fill campus and services in one transaction; False if there are buildings already."""
    async with database.session() as db:
        if await db.scalar(select(func.count()).select_from(Building)):
            return False
        await campus.fill(db)
        await db.flush()
        for service in services.values():
            if service.demo:
                await service.demo(db)
    return True
