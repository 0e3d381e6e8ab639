"""Campaigns for tests: a campus with three more people, and what operators write."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns import drafts, life
from app.campus.campaigns.drafts import Plan
from app.campus.campaigns.models import Campaign, Way
from app.campus.notify import Field, Kind, Notice
from app.campus.notify.models import Delivery, Message, State
from app.campus.people.me import Me
from app.campus.permission.rules import Right, Role
from app.kit.db import Database
from tests.people import Somebody

WATER = Notice(
    "tests.water", "停水通知", tells="住户", urgent=True,
    fields=(Field("what", Kind.THING, "什么事"), Field("at", Kind.TIME, "时间")),
    page="/h5/outages",
)  # fmt: skip
FIELDS: Mapping[str, Any] = {"what": "3号楼停水", "at": "2026-11-21T22:00"}


def operator(people: Mapping[str, Somebody], name: str = "operator", **limits: Any) -> Me:
    """Who sits at the desk; `limits` of their right."""
    role = Role.ADMINISTRATOR if name == "administrator" else Role.OPERATOR
    rights = (Right(role, **limits),)
    return Me(0, None, person_id=people[name].person_id, name=name, rights=rights)


def plan(audience: Mapping[str, Any], **more: Any) -> Plan:
    if "words" in more:
        return Plan("停水", audience, way=Way.TEXT, **more)
    return Plan("停水", audience, notice=more.pop("notice", WATER), fields=FIELDS, **more)


async def drafted(database: Database, me: Me, written: Plan) -> Campaign:
    async with database.session() as db:
        made, _ = await drafts.draft(db, me, written)
    return made


async def sent(database: Database, me: Me, written: Plan) -> Campaign:
    """A campaign that `me` wrote and sent off."""
    made = await drafted(database, me, written)
    async with database.session() as db:
        return await life.ask(db, me, made.id, drafts.mark(made))


async def deliveries(database: Database, campaign_id: int) -> dict[str, tuple[str, str]]:
    """(state, reason) by follower, or by 「#<person>」 without one."""
    query = select(Delivery).join(Message, Message.id == Delivery.message_id)
    async with database.session() as db:
        rows = await db.scalars(query.where(Message.campaign_id == campaign_id))
        return {row.who or f"#{row.person_id}": (row.state, row.reason) for row in rows}


async def came_of(
    db: AsyncSession, campaign_id: int, who: str, state: State, reason: str = ""
) -> None:
    """What the sender would record."""
    messages = select(Message.id).where(Message.campaign_id == campaign_id)
    theirs = update(Delivery).where(Delivery.message_id.in_(messages), Delivery.who == who)
    await db.execute(theirs.values(state=state, reason=reason))
