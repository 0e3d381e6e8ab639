"""What of campaigns needs somebody today."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.models import Campaign, Stage
from app.desk.campaigns.words import reached
from app.desk.figures import Shown, Todo

RECENT = timedelta(days=2)
HERE = "/desk/campaigns"
MANY = 10  # missed by fewer is nothing for the dashboard


async def todos(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """What waits for a second operator, stands still, or has missed many."""
    wanted = Campaign.stage.in_((Stage.ASKED, Stage.PAUSED)) | (
        (Campaign.stage == Stage.DONE) & (Campaign.ended_at > now - RECENT)
    )
    found = await db.scalars(select(Campaign).where(wanted).order_by(Campaign.id))
    return [todo for campaign in found if (todo := _todo(campaign)) is not None]


def _todo(campaign: Campaign) -> Todo | None:
    href, name = f"{HERE}/{campaign.id}", f"「{campaign.title}」"
    if campaign.stage == Stage.ASKED:
        phones = campaign.counts.get("phones", 0)
        return Todo(f"{name}等人核对", f"要发给 {phones} 人", href, "核对", urgent=True)
    if campaign.stage == Stage.PAUSED:
        return Todo(f"{name}停住了", "没发的还在等", href, "看看")
    phones, _, missed = reached(campaign) or (0, 0, 0)
    if missed < MANY:
        return None
    return Todo(f"{name}{missed} 人没收到", f"一共发给 {phones} 人", href, "看原因")
