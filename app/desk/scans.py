"""Login by scanning: the page's code, the phone's yes, and the page that waits for it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.desk.actions import ENTER
from app.desk.models import Credential, Scan
from app.kit.errors import Forbidden, NotFound

LIFE = timedelta(minutes=2)
OVER = "这个码过期了，回电脑上刷新一下再扫"


@dataclass(frozen=True, slots=True)
class Offer:
    """A new code: what it says, the number beside it, and the browser's secret."""

    scene: str
    number: str
    secret: str


def _hash(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


async def offer(
    db: AsyncSession, address: str, now: datetime, password_of: int | None = None
) -> Offer:
    """A code for a login page at `address`; old ones are thrown away on the way."""
    await db.execute(delete(Scan).where(Scan.at < now - timedelta(days=1)))
    made = Offer(secrets.token_hex(16), f"{secrets.randbelow(90) + 10}", secrets.token_urlsafe(24))
    db.add(Scan(
        token=_hash(made.scene), browser=_hash(made.secret), number=made.number,
        address=address, at=now, password_of=password_of,
    ))  # fmt: skip
    return Offer(f"desk:{made.scene}", made.number, made.secret)


async def shown(db: AsyncSession, token: str, now: datetime) -> Scan:
    """The open code that the phone saw. Raises NotFound once it is used or two minutes old."""
    open_code = (
        Scan.token == _hash(token), Scan.at > now - LIFE,
        Scan.used_at.is_(None), Scan.person_id.is_(None),
    )  # fmt: skip
    found = await db.scalar(select(Scan).where(*open_code))
    if found is None:
        raise NotFound(OVER)
    return found


async def confirm(db: AsyncSession, token: str, me: Me, now: datetime) -> None:
    """`me` says yes on the phone. Raises NotFound, or Forbidden if the desk is not theirs."""
    scan = await shown(db, token, now)
    if me.person_id is None or not me.may_somewhere(ENTER):
        raise Forbidden("这个微信没有绑定运营的人，进不了后台")
    if scan.password_of not in (None, me.person_id):
        raise Forbidden("输密码的和扫码的不是同一个人")
    claim = update(Scan).where(Scan.token == scan.token, Scan.person_id.is_(None))
    said = await db.execute(claim.values(person_id=me.person_id).returning(Scan.token))
    if said.one_or_none() is None:
        raise NotFound(OVER)


async def entered(db: AsyncSession, secret: str, now: datetime) -> int | None:
    """Whom the page's browser may come in as, once; None while nobody has said yes.

    Raises NotFound when the code is over, Forbidden if the person needs the password as well.
    """
    scan = await db.scalar(select(Scan).where(Scan.browser == _hash(secret)))
    if scan is None or scan.used_at is not None or scan.at < now - LIFE:
        raise NotFound(OVER)
    if scan.person_id is None:
        return None
    claim = update(Scan).where(Scan.token == scan.token, Scan.used_at.is_(None))
    person_id = await db.scalar(claim.values(used_at=now).returning(Scan.person_id))
    if person_id is not None and scan.password_of is None:
        both = select(Credential.needs_both).where(Credential.person_id == person_id)
        if await db.scalar(both):
            raise Forbidden("你的账号要先输密码，再扫码")
    return person_id
