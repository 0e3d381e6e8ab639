"""What 「我的」 shows of one's electricity: only what needs doing."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.campus.people.models import Person
from app.campus.places import Room
from app.kit import clock
from app.kit.service import Row
from app.services.electricity import charts
from app.services.electricity.chat import settings
from app.services.electricity.rooms import look
from app.services.electricity.rules import Level
from app.services.electricity.sources import Tables


async def mine(db: AsyncSession, person_id: int) -> list[Row]:
    """A row for each circuit of the person's room that runs low or is off.

    From the tables alone: 「我的」 does not wait for meters.
    """
    query = (
        select(Room)
        .join(Room.building)
        .join(Person, Person.room_id == Room.id)
        .options(contains_eager(Room.building))
        .where(Person.id == person_id, Person.gone_at.is_(None))
    )
    if (room := await db.scalar(query)) is None:
        return []
    now = clock.now()
    account = await look(db, room, Tables(), now, settings.limits)
    low = [supply for supply in account.supplies if supply.level is not Level.FINE]
    return [
        Row("bolt", title, "/h5/electricity", sub, badge=1)
        for title, sub in (charts.forecast(supply, now) for supply in low)
    ]
