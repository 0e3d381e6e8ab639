"""Who is on duty and how much each has in hand, for whoever leads them."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.permission import Grant, Role
from app.campus.places import Building
from app.services.repairs.models import Assignment, Leave, Shift, Worker
from app.services.repairs.reach import LEADERS
from app.services.repairs.rules import Answer, Part
from app.services.repairs.work_lists import Load


def led_by(me: Me) -> ColumnElement[bool]:
    """`shifts.leads` in SQL, on `Worker`: a right of theirs reaches where the worker works."""
    led: list[ColumnElement[bool]] = [false()]
    for right in me.rights:
        if right.role not in LEADERS | {Role.ADMINISTRATOR}:
            continue
        area = func.coalesce(Grant.area_id, Building.area_id)
        works = (
            select(Grant.id)
            .outerjoin(Building, Building.id == Grant.building_id)
            .where(
                Grant.person_id == Worker.person_id,
                Grant.role.in_([Role.WORKER, Role.CONTRACTOR]),
                true() if right.area_id is None else area == right.area_id,
                true() if right.building_id is None else Grant.building_id == right.building_id,
            )
        )
        led.append(works.exists() & (true() if right.unit is None else Worker.team == right.unit))
    return or_(*led)


async def crew(db: AsyncSession, me: Me, now: datetime) -> list[Load]:
    """The workers whom `me` leads: who is on duty first, least busy first."""
    held = select(func.count()).where(
        Assignment.worker_id == Worker.person_id,
        Assignment.state.in_([Part.OFFERED, Part.ACCEPTED]),
    )
    on = exists().where(
        Shift.person_id == Worker.person_id, Shift.starts_at <= now, Shift.ends_at > now
    )
    away = exists().where(
        Leave.person_id == Worker.person_id, Leave.state == Answer.GRANTED,
        Leave.starts_at <= now, Leave.ends_at > now,
    )  # fmt: skip
    query = (
        select(Worker, Person.name, held.scalar_subquery(), on, away)
        .join(Person, Person.id == Worker.person_id)
        .where(Worker.gone_at.is_(None), Person.gone_at.is_(None), led_by(me))
    )
    found = [
        Load(worker.person_id, name, worker.contractor or worker.team, load, worker.most,
             is_on, is_away)
        for worker, name, load, is_on, is_away in await db.execute(query)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.away, not one.on, one.load, one.person_id))
