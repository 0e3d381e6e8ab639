"""Cuts as campaigns: who is told, what, and that nobody is told old times after new ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns import audience as whom
from app.campus.campaigns import life
from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify import Notice
from app.campus.notify.models import Delivery, Message, State
from app.campus.notify.rules import say
from app.campus.people.me import Me
from app.campus.places import Campus, campus
from app.kit import clock
from app.services.outages.notices import NOW, OVER, PLANNED
from app.services.outages.places import rooms_of, say_places
from app.services.outages.rules import BACK, OFF, Cut, Place, urgent

ENDED = (Stage.DONE, Stage.CANCELLED)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a cut has to do with: how many, and some of them."""

    count: whom.Count
    examples: Sequence[whom.Example]


async def announced(db: AsyncSession, me: Me, cut: Cut) -> int | None:
    """Tell who lives there. The campaign's number; None where nobody does."""
    houses = await campus.within(db)
    return await _tell(db, me, cut, to=audience(cut.places, houses), source=f"outages:{cut.id}")


async def changed(db: AsyncSession, me: Me, cut: Cut, before: Iterable[Place]) -> int | None:
    """Tell who lives there, or lived where it was going to be, of the new time or place."""
    houses = await campus.within(db)
    told = await _stop(db, me, cut.id)
    everybody = audience((*cut.places, *before), houses)
    source = f"outages:{cut.id}:{len(told)}"
    return await _tell(db, me, cut, to=everybody, source=source, more="，时间地点有变")


async def ended(db: AsyncSession, me: Me, cut: Cut) -> int | None:
    """Tell that it is over whom it was told before; None if nobody was."""
    await _stop(db, me, cut.id)
    if (last := await _heard(db, cut.id)) is None:
        return None
    what = f"不{OFF[cut.kind]}了" if cut.withdrawn_at else f"{BACK[cut.kind]}了"
    fields = {
        "what": what, "place": say_places(cut.places, await campus.within(db)),
        "at": cut.over_at or cut.withdrawn_at or clock.now(), "outage": cut.id,
    }  # fmt: skip
    return await _announce(
        db, me, notice=OVER, fields=fields, to={"same": last},
        source=f"outages:{cut.id}:over",
    )  # fmt: skip


async def _stop(db: AsyncSession, me: Me, number: int) -> Sequence[Campaign]:
    """All campaigns of a cut, newest first; whom they have not reached yet, they never will."""
    found = await campaigns(db, number)
    for one in found:
        if one.stage not in ENDED:
            await life.cancel(db, me, one.id)
    return found


async def _heard(db: AsyncSession, number: int) -> int | None:
    """The last campaign of a cut that reached anybody, so that they may wait for its end."""
    for one in await campaigns(db, number):
        told = (
            select(Delivery.id)
            .join(Message, Message.id == Delivery.message_id)
            .where(Message.campaign_id == one.id, Delivery.state != State.CANCELLED)
        )
        if await db.scalar(told.limit(1)):
            return one.id
    return None


async def campaigns(db: AsyncSession, number: int) -> Sequence[Campaign]:
    """What was sent about a cut, newest first."""
    source = f"outages:{number}"
    theirs = or_(Campaign.source == source, Campaign.source.startswith(f"{source}:"))
    query = select(Campaign).where(theirs).order_by(Campaign.id.desc())
    return (await db.scalars(query)).all()


async def _tell(
    db: AsyncSession, me: Me, cut: Cut, *, to: dict[str, Any], source: str, more: str = ""
) -> int | None:
    notice, fields = message(cut, await campus.within(db), clock.now())
    fields["what"] = f"{OFF[cut.kind]}{more}"
    return await _announce(db, me, notice=notice, fields=fields, to=to, source=source)


async def _announce(
    db: AsyncSession, me: Me, *, notice: Notice, fields: dict[str, Any], to: dict[str, Any],
    source: str,
) -> int | None:  # fmt: skip
    if not to or not (await whom.count(db, whom.tidy(to))).all:
        return None
    made = await life.announce(
        db, me, title=f"{fields['place'][:16]} {fields['what']}", notice=notice, fields=fields,
        audience=to, source=source,
    )  # fmt: skip
    return made.id


def audience(places: Iterable[Place], campus: Campus) -> dict[str, Any]:
    """Who lives in these places, as campaigns understand it."""
    places = list(places)
    found: dict[str, Any] = {
        "buildings": sorted({p.building_id for p in places if p.floor is None}),
        "rooms": rooms_of(places, campus),
    }
    return {name: ids for name, ids in found.items() if ids}


def message(cut: Cut, campus: Campus, now: datetime) -> tuple[Notice, dict[str, Any]]:
    """Which notice it is, and its fields."""
    fields = {
        "what": OFF[cut.kind], "place": say_places(cut.places, campus), "since": cut.starts_at,
        "until": cut.ends_at, "reason": cut.reason, "contact": cut.contact, "outage": cut.id,
    }  # fmt: skip
    return (NOW if urgent(cut.starts_at, now) else PLANNED), fields


@dataclass(frozen=True, slots=True)
class Preview:
    """A notice as the phone shows it: its title, and rows of (name, value)."""

    title: str
    rows: list[tuple[str, str]]
    urgent: bool


def preview(cut: Cut, campus: Campus, now: datetime) -> Preview:
    notice, fields = message(cut, campus, now)
    rows = [(field.title, say(field.kind, fields[field.name])) for field in notice.read]
    return Preview(notice.title, rows, notice.urgent)


async def reach(db: AsyncSession, places: Iterable[Place], campus: Campus) -> Reach:
    """Whom an announcement would tell."""
    to = audience(places, campus)
    if not to:
        return Reach(whom.Count(0, 0), ())
    found = whom.tidy(to)
    return Reach(await whom.count(db, found), await whom.examples(db, found))


async def stage(db: AsyncSession, campaign: int | None) -> str:
    """What became of telling, by its key in the desk's words: told, asked or quiet."""
    row = await db.get(Campaign, campaign) if campaign else None
    if row is None:
        return "quiet"
    return "asked" if row.stage == Stage.ASKED else "told"
