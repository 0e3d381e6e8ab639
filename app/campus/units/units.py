"""Which units there are, and who heads them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission import Role
from app.campus.permission.grants import people_with
from app.campus.permission.rules import Where
from app.campus.units.models import Unit


async def names(db: AsyncSession) -> list[str]:
    """Every unit by name, in the department's order."""
    return list(await db.scalars(select(Unit.name).order_by(Unit.position, Unit.name)))


async def heads(db: AsyncSession, unit: str) -> list[int]:
    """Who heads `unit`, by person id; where nobody does, who heads the whole department."""
    return await people_with(db, Role.HEAD, Where(unit=unit))
