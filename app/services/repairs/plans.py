"""Preventive work: orders that come every so often by themselves, before anything breaks."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Building
from app.kit.clock import SHANGHAI
from app.services.repairs.models import Kind, Plan
from app.services.repairs.orders import New, enter
from app.services.repairs.rules import Source


async def make_due(db: AsyncSession, now: datetime) -> int:
    """An order for each plan whose day has come, once; how many. Missed days are not made up."""
    today = now.astimezone(SHANGHAI).date()
    due = (
        select(Plan, Kind, Building)
        .join(Kind, Kind.id == Plan.kind_id)
        .join(Building, Building.id == Plan.building_id)
        .where(Plan.next_on <= today, Kind.gone_at.is_(None))
        .where(Plan.ends_on.is_(None) | (Plan.ends_on >= today))
        .order_by(Plan.id)
    )
    made = 0
    for plan, kind, building in (await db.execute(due)).all():
        mine = update(Plan).where(Plan.id == plan.id, Plan.next_on == plan.next_on)
        then = following(plan.next_on, plan.every, today)
        if await db.scalar(mine.values(next_on=then).returning(Plan.id)) is None:
            continue  # another process makes it
        new = New(kind.id, words=plan.words, building_id=building.id, spot=plan.spot,
                  source=Source.PLAN)  # fmt: skip
        await enter(db, None, new, now, kind=kind, building=building)
        made += 1
    return made


def following(day: date, every: int, today: date) -> date:
    """The first day after today that is a whole number of times `every` days after `day`."""
    return day + timedelta(days=every * ((today - day).days // every + 1))
