"""A photo that was sent to the account, fetched from the platform before its address goes stale."""

from datetime import datetime, timedelta

import httpx
from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.uploads import Upload, drop, save
from app.kit.errors import Invalid
from app.services.repairs.models import ChatPhoto, Photo

KEPT = timedelta(days=7)  # for a report that never comes
PATIENCE = 3.0  # seconds; the platform waits five for an answer
MOST = 12_000_000
BROKEN = "这张照片没收到，在报修页里再加一次"


async def fetch(address: str, transport: httpx.AsyncBaseTransport | None = None) -> bytes:
    """The photo at `address`, which stood in a message that the platform signed.

    Follows no redirect. Raises Invalid where there is none, or one of more than 12 MB.
    """
    found = bytearray()
    try:
        async with (
            httpx.AsyncClient(transport=transport, timeout=PATIENCE, trust_env=False) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise Invalid(BROKEN)
            async for part in answer.aiter_bytes():
                found += part
                if len(found) > MOST:
                    raise Invalid(BROKEN)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Invalid(BROKEN) from error
    return bytes(found)


async def keep(db: AsyncSession, person_id: int, address: str, now: datetime) -> int:
    """Keep the photo as an upload of that person; its id. Raises Invalid."""
    upload = await save(db, await fetch(address), person_id=person_id, now=now)
    db.add(ChatPhoto(upload_id=upload.id, at=now))
    await db.flush()
    return upload.id


async def drop_left(db: AsyncSession, now: datetime) -> int:
    """Drop the photos that became no report within seven days; how many."""
    old = ChatPhoto.at <= now - KEPT
    reported = exists().where(Photo.upload_id == ChatPhoto.upload_id)
    left = list(await db.scalars(select(ChatPhoto.upload_id).where(old, ~reported)))
    await drop(db, left)
    await db.execute(delete(ChatPhoto).where(old))
    return len(left)


async def drop_of(db: AsyncSession, person_id: int) -> None:
    """Drop the photos of somebody that no report holds: nobody else ever saw them."""
    theirs = exists().where(Upload.id == ChatPhoto.upload_id, Upload.person_id == person_id)
    reported = exists().where(Photo.upload_id == ChatPhoto.upload_id)
    await drop(db, list(await db.scalars(select(ChatPhoto.upload_id).where(theirs, ~reported))))
