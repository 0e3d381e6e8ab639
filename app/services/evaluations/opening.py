"""Sealed answers are opened some minutes later, all together and in no order.

What is written here, is written in one transaction for many: neither its number, nor its place in
the table, nor its time tells whose the answer is. Each night those of the last days are written
once more, so that not even the minutes are left.
"""

import base64
import secrets
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.uploads import Upload
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.evaluations.keeping import Said, keep, pair
from app.services.evaluations.limits import BATCH, KEPT
from app.services.evaluations.models import Answer, Sealed, Taken
from app.services.evaluations.seal import unseal

log = structlog.get_logger()
# Rows of the same content in a new place, in the order of a random key, by one transaction.
_MIX = tuple(
    text(f"""
    WITH gone AS (DELETE FROM {table} WHERE {which} RETURNING *)
    INSERT INTO {table} SELECT * FROM gone ORDER BY {key}
    """)
    for table, which, key in (
        (Answer.__tablename__, "day >= :since AND anonymous", "id"),
        (Taken.__tablename__, "day >= :since", "key"),
    )
)


async def open_sealed(database: Database, now: datetime) -> int:
    """Open all that is sealed; how many. What was sealed with another SECRET_KEY stays sealed."""
    opened, shut = 0, set[Any]()
    while True:
        async with database.session() as db:
            query = select(Sealed).where(Sealed.id.not_in(shut)).order_by(Sealed.id)
            found = list(await db.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))
            shut |= await _open(db, found)
            opened += len(found)
        if len(found) < BATCH:
            break
    if shut:
        log.error("evaluations_sealed_with_another_key", count=len(shut))
    return opened - len(shut)


async def _open(db: AsyncSession, found: list[Sealed]) -> set[Any]:
    """Write down what `found` hold; the ids of those that cannot be read."""
    read = {sealed.id: unseal(sealed.envelope) for sealed in found}
    good = [content for content in read.values() if content is not None]
    ids = [id for id, content in read.items() if content is not None]
    await db.execute(delete(Sealed).where(Sealed.id.in_(ids)))
    secrets.SystemRandom().shuffle(good)
    for content in good:
        await _write(db, content)
    return {id for id, content in read.items() if content is None}


async def _write(db: AsyncSession, content: dict[str, Any]) -> None:
    if (known := await pair(db, content["subject"])) is None:
        return  # nothing deletes subjects
    subject, form = known
    day, given = date.fromisoformat(content["day"]), dict(content["given"])
    photos: list[int] = []
    for name, pictures in content["photos"].items():
        given[name] = await _keep_photos(db, pictures, day)
        photos += given[name]
    said = Said(content["version"], given, tuple(photos), day,
                receipt=bytes.fromhex(content["receipt"]))  # fmt: skip
    await keep(db, form, subject, said)


async def _keep_photos(db: AsyncSession, pictures: list[dict[str, Any]], day: date) -> list[int]:
    """Rows of nobody, at the midnight of the day."""
    at = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    rows = [
        Upload(
            person_id=None, at=at, width=one["width"], height=one["height"],
            picture=base64.b64decode(one["jpeg"]), thumbnail=base64.b64decode(one["thumbnail"]),
        )
        for one in pictures
    ]  # fmt: skip
    db.add_all(rows)
    await db.flush()
    return [row.id for row in rows]


async def mix(db: AsyncSession, now: datetime) -> None:
    """Write the last two days' anonymous answers, and who has answered, once more; forget what is
    too old to be asked for."""
    since = (now - timedelta(days=2)).astimezone(SHANGHAI).date()
    for statement in _MIX:
        await db.execute(statement, {"since": since})
    await db.execute(delete(Taken).where(Taken.day < (now - KEPT).date()))
