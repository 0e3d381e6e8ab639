"""Where figures come from: whoever knows the meters brings our tables up to date for one room.

Everything is then read from the tables, so that the last known figures survive a restart.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Room
from app.services.electricity.gateway import Gateway
from app.services.electricity.settings import Settings, Where


class MeterSource(Protocol):
    """Knows the meters."""

    async def bring(self, db: AsyncSession, room: Room, now: datetime) -> bool:
        """Update the tables for `room` (its building loaded); False if nobody answered."""
        ...


class Tables:
    """Pushes and imports keep the tables: there is nobody else to ask."""

    async def bring(self, db: AsyncSession, room: Room, now: datetime) -> bool:
        return True


def chosen(settings: Settings) -> MeterSource:
    """The source that the settings name."""
    return Gateway(settings) if settings.source is Where.GATEWAY else Tables()
