"""Keeping photos. In the database, beside what they belong to: docs/decisions/0014."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from fastapi import UploadFile
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.uploads.models import Upload
from app.campus.uploads.pictures import BYTES_IN, prepare
from app.kit.errors import Invalid

MOST = 6
_one_at_a_time = asyncio.Semaphore(1)  # decoding takes up to 100 MB: never two in one process


async def save(db: AsyncSession, data: bytes, *, person_id: int | None, now: datetime) -> Upload:
    """Keep one photo (JPEG, PNG or WebP, ≤ 12 MB) in the caller's transaction; has an id.

    Raises Invalid for anything that is no photo, in words for who sent it.
    """
    async with _one_at_a_time:
        made = await asyncio.to_thread(prepare, data)
    upload = Upload(
        person_id=person_id, at=now, width=made.width, height=made.height,
        picture=made.jpeg, thumbnail=made.thumbnail,
    )  # fmt: skip
    db.add(upload)
    await db.flush()
    return upload


async def save_all(
    db: AsyncSession, files: Sequence[UploadFile], *, person_id: int | None, now: datetime
) -> list[Upload]:
    """Keep a photo field's files, in order. An empty field sends one file without a name.

    Raises Invalid for more than six, or for one that is no photo.
    """
    sent = [file for file in files if file.filename]
    if len(sent) > MOST:
        raise Invalid(f"最多 {MOST} 张照片，去掉几张再发")
    return [
        await save(db, await file.read(BYTES_IN + 1), person_id=person_id, now=now) for file in sent
    ]


async def drop(db: AsyncSession, ids: Sequence[int]) -> None:
    """Delete photos for good."""
    await db.execute(delete(Upload).where(Upload.id.in_(ids)))
