"""The phone's side of a login by scanning."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import person_of
from app.desk import scans
from app.kit.answers import Offer, Say
from app.kit.chat import Chat

chat = Chat()


@chat.match(r"desk:(?P<token>[0-9a-f]{32})")
async def scanned(token: str, now: datetime, db: AsyncSession) -> Say:
    """Whoever scanned is asked whether it was they who opened the page."""
    scan = await scans.shown(db, token, now)
    return Say(
        f"有电脑要登录后台，屏幕上的号是 {scan.number}，来自 {scan.address}。"
        "对得上再确认，不是你开的就不用理。",
        (Offer("确认登录", f"desk:{token}:yes"),),
    )


@chat.match(r"desk:(?P<token>[0-9a-f]{32}):yes")
async def confirmed(token: str, who: str, now: datetime, db: AsyncSession) -> Say:
    """Yes: the page that waits lets them in."""
    await scans.confirm(db, token, await person_of(db, who, now), now)
    return Say("好，电脑上这就进去了")
