"""A campaign from its draft to its end. A service announces with one call:

    campaign = await life.announce(
        db, me, title="3号楼停水", notice=WATER_OFF, fields={"until": until, "why": "换水表"},
        audience={"buildings": [3]}, source=f"outages:{outage.id}",
    )
    await life.announce(db, me, …, audience={"same": campaign.id}, source=f"outages:{id}:over")

It is RUNNING when that returns, SCHEDULED if `at` is to come, or ASKED: above
CAMPAIGN_CONFIRM_ABOVE a second operator confirms it at the desk. Announced twice by one `source`
(by two operators at once, too), it is one campaign. Each verb locks the campaign's row, so that
of two who press at once one is told what the other did (Conflict).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.campaigns import audience as whom
from app.campus.campaigns import deliver
from app.campus.campaigns.access import must_write
from app.campus.campaigns.drafts import (
    Plan,
    draft,
    get,
    locked,
    must_be,
    must_stand,
    name,
    save,
    shown,
)
from app.campus.campaigns.models import Campaign, Stage
from app.campus.campaigns.reasons import PASSING
from app.campus.campaigns.settings import confirm_above
from app.campus.notify import Notice
from app.campus.notify.tell import checked
from app.campus.people.me import Me
from app.kit import clock
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.jobs import defer

__all__ = ["announce", "ask", "back", "cancel", "confirm", "draft", "get", "pause", "resend",
           "resume", "save", "start", "trial"]  # fmt: skip
START = "campaigns:start"


async def announce(
    db: AsyncSession, me: Me | None, *, title: str, notice: Notice, fields: Mapping[str, Any],
    audience: whom.Audience, source: str, at: datetime | None = None,
) -> Campaign:  # fmt: skip
    """Tell `notice` to an `audience` (see `audience`) for a service, `source` is `<service>:<id>`.

    Raises Forbidden (`me` may not write to them), Invalid (nobody is there, or an audience that is
    none), TypeError for fields that the notice has not: a bug of the caller.
    """
    checked(notice, dict(fields))
    plan = Plan(title, audience, notice=notice, fields=fields, starts_at=at)
    campaign, new = await draft(db, me, plan, source=source, after_id=audience.get("same"))
    if new:
        await _ask(db, me, await locked(db, me, campaign.id))
    return campaign


async def ask(db: AsyncSession, me: Me, id: int, seen: str) -> Campaign:
    """Send off the draft that was `seen`: now, at its time, or to a second operator.

    Raises NotFound, Forbidden, Conflict (somebody was faster, or changed it), Invalid.
    """
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.DRAFT)
    must_be(campaign, seen)
    await _ask(db, me, campaign)
    return campaign


async def _ask(db: AsyncSession, me: Me | None, campaign: Campaign) -> None:
    wanted = whom.tidy(campaign.audience)
    await must_write(db, me, wanted)  # whose right was cut since sees their own draft still
    counted = await whom.count(db, wanted)
    if not counted.all:
        raise Invalid("按这些条件一个人也找不到，换个范围")
    campaign.counts = {"phones": counted.phones, "others": counted.others}
    record(db, me, "campaigns.ask", name(campaign), after=campaign.counts)
    if counted.phones > confirm_above():
        campaign.stage = Stage.ASKED
    else:
        await _schedule(db, campaign)


async def confirm(db: AsyncSession, me: Me, id: int, seen: str) -> Campaign:
    """The second operator's yes to what was `seen`. Forbidden to whoever wrote it."""
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.ASKED)
    must_be(campaign, seen)
    if campaign.made_by == me.person_id:
        raise Forbidden("自己写的要另一位运营来核对，把这一页发给同事")
    campaign.confirmed_by = me.person_id
    record(db, me, "campaigns.confirm", name(campaign), after=shown(campaign))
    await _schedule(db, campaign)
    return campaign


async def _schedule(db: AsyncSession, campaign: Campaign) -> None:
    campaign.stage = Stage.SCHEDULED
    now = clock.now()
    if campaign.starts_at is not None and campaign.starts_at > now:
        await defer(db, START, at=campaign.starts_at, id=campaign.id)
    else:
        await _start(db, campaign, now)


async def start(db: AsyncSession, id: int, now: datetime) -> bool:
    """Start a campaign whose time has come; False if it has not, or it is no longer to start."""
    campaign = await locked(db, None, id)
    early = campaign.starts_at is not None and campaign.starts_at > now
    if campaign.stage != Stage.SCHEDULED or early:
        return False
    await _start(db, campaign, now)
    return True


async def _start(db: AsyncSession, campaign: Campaign, now: datetime) -> None:
    campaign.stage, campaign.started_at = Stage.RUNNING, now
    await db.flush()
    await deliver.tell(db, campaign, now)
    if "numbers" in campaign.audience:
        campaign.audience = {
            "numbers": []
        }  # the deliveries know who; a list of people need not stay


async def back(db: AsyncSession, me: Me, id: int) -> Campaign:
    """Make a draft again of what has not started, to change it."""
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.ASKED, Stage.SCHEDULED)
    campaign.stage, campaign.confirmed_by, campaign.counts = Stage.DRAFT, None, {}
    record(db, me, "campaigns.back", name(campaign))
    return campaign


async def pause(db: AsyncSession, me: Me, id: int) -> Campaign:
    """Hold what has not gone out yet."""
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.RUNNING)
    campaign.stage = Stage.PAUSED
    record(db, me, "campaigns.pause", name(campaign))
    return campaign


async def resume(db: AsyncSession, me: Me, id: int) -> Campaign:
    """Go on with a paused one."""
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.PAUSED)
    campaign.stage = Stage.RUNNING
    await deliver.wake(db, campaign, clock.now())
    record(db, me, "campaigns.resume", name(campaign))
    return campaign


async def cancel(db: AsyncSession, me: Me, id: int) -> Campaign:
    """End it for good: what has not gone out never will."""
    campaign = await locked(db, me, id)
    must_stand(campaign, *(set(Stage) - {Stage.DONE, Stage.CANCELLED}))
    now = clock.now()
    campaign.stage, campaign.ended_at = Stage.CANCELLED, now
    await deliver.drop(db, campaign, now)
    record(db, me, "campaigns.cancel", name(campaign))
    return campaign


async def resend(db: AsyncSession, me: Me, id: int) -> Campaign:
    """The same once more, to those it missed for a reason that passes; of each campaign one.

    Raises Conflict while it runs, or if that has been done: what is missed again is sent again
    from the page of the second one.
    """
    first = await locked(db, me, id)
    must_stand(first, Stage.DONE, Stage.CANCELLED)
    source = f"again:{id}"
    ran = exists().where(Campaign.source == source, Campaign.started_at.is_not(None))
    if await db.scalar(select(ran)):
        raise Conflict("这些人补发过了，没收到的在补发那条里看")
    again = Campaign(
        **{column: getattr(first, column) for column in _COPIED}, source=source, after_id=id,
        audience={"same": id, "reasons": sorted(PASSING)}, made_by=me.person_id,
        made_at=clock.now(), stage=Stage.DRAFT, counts={},
    )  # fmt: skip
    there = exists().where(Campaign.source == source, Campaign.stage != Stage.CANCELLED)
    if await db.scalar(select(there)):
        raise Conflict("补发已经写好了，在列表里")
    db.add(again)
    await db.flush()
    await _ask(db, me, again)
    return again


_COPIED = ("title", "way", "notice", "fields", "words", "page", "urgent", "optional")


async def trial(db: AsyncSession, me: Me, id: int) -> Campaign:
    """Send it to the phone of `me` alone. Raises Conflict without one."""
    campaign = await locked(db, me, id)
    await deliver.trial(db, me, campaign, clock.now())
    record(db, me, "campaigns.trial", name(campaign))
    return campaign
