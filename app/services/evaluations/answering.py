"""Answering: once on an occasion, within the quotas, named or sealed. Nothing of it is half done.

An anonymous answer and the note that somebody has answered are written in one transaction, so
that neither is lost; what keeps them apart is that both are illegible to whoever has only the
database (docs/decisions/0021).
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.uploads import Upload
from app.campus.uploads.pictures import Picture, prepare
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.errors import Conflict, NotFound
from app.kit.limits import attempt
from app.services.evaluations.checking import Sent, check, fits
from app.services.evaluations.forms import questions_of
from app.services.evaluations.keeping import Said, keep
from app.services.evaluations.limits import MOST_SENT, SENT_WITHIN
from app.services.evaluations.models import Answer, Quota, Sealed, Taken
from app.services.evaluations.occasions import Occasion, must_be_open
from app.services.evaluations.rules import Given
from app.services.evaluations.seal import hash_receipt, new_receipt, pace_key, seal

TWICE = "这一次你评过了，一次只记一份"
FULL = "名额刚刚满了，这份没记上，谢谢你"
CHANGED = "这张表刚刚改过，下面是新的，你填的还在，看一眼再发"
WRONG = "还差一点，看下面标红的"
Pictures = Mapping[str, Sequence[Picture]]
_one_at_a_time = asyncio.Semaphore(1)  # decoding takes up to 100 MB


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be kept: the answer and the version it is given to; or why not: `wrong` by
    question, and a sentence."""

    version: int
    given: Given
    wrong: Mapping[str, str]
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A named answer; or the receipt of one that is sealed, shown once and kept by nobody."""

    answer: Answer | None = None
    receipt: str = ""


async def pace(database: Database, me: Me, now: datetime) -> None:
    """Raises TooMany for somebody who sends faster than anybody reads."""
    await attempt(
        database, pace_key(me.person_id or 0), now, most=MOST_SENT, within=SENT_WITHIN,
        sentence="评得太快了，过十分钟再来",
    )  # fmt: skip


async def develop(data: bytes) -> Picture:
    """A photo as it is kept, without what the camera wrote into it. Raises Invalid."""
    async with _one_at_a_time:
        return await asyncio.to_thread(prepare, data)


async def settle(
    db: AsyncSession, occasion: Occasion, version: int, sent: Sent, photos: Mapping[str, int]
) -> Settled:
    """Judge what was sent by the version it was shown with; it is taken if it is as good an
    answer to the newest. `photos`: how many by question."""
    form, newest = occasion.form, occasion.questions
    now = check(newest, sent, photos)
    if version == form.version:
        return Settled(version, now.given, now.wrong, WRONG if now.wrong else "")
    try:
        old = await questions_of(db, form, version)
    except NotFound:
        return Settled(form.version, now.given, now.wrong, CHANGED)
    then = check(old, sent, photos)
    if not then.wrong and fits(newest, old, then.given):
        return Settled(version, then.given, {})
    return Settled(form.version, now.given, now.wrong, CHANGED)


async def answer(
    db: AsyncSession, me: Me, occasion: Occasion, settled: Settled, pictures: Pictures, *,
    now: datetime,
) -> Kept:  # fmt: skip
    """Keep what was settled. Raises Conflict: closed, answered already, or no places left."""
    day = now.astimezone(SHANGHAI).date()
    new = insert(Taken).values(key=must_be_open(occasion), day=day).on_conflict_do_nothing()
    if await db.scalar(new.returning(Taken.key)) is None:
        raise Conflict(TWICE)
    await _take_places(db, me, occasion.form.id)
    if occasion.form.anonymous:
        return Kept(receipt=_seal(db, occasion, settled, pictures, day.isoformat()))
    given, ids = dict(settled.given), list[int]()
    for name, photos in pictures.items():
        given[name] = await _keep_photos(db, photos, me.person_id, now)
        ids += given[name]
    said = Said(settled.version, given, tuple(ids), day, me.person_id, now)
    return Kept(await keep(db, occasion.form, occasion.subject, said))


async def _take_places(db: AsyncSession, me: Me, form_id: int) -> None:
    """One place of all there are, and one of the college's, each by one conditional statement.

    The whole's first: everybody waits in the same order.
    """
    held = set(await db.scalars(select(Quota.college).where(Quota.form_id == form_id)))
    if not held:
        return
    college = await db.scalar(select(Person.college).where(Person.id == me.person_id)) or ""
    for one in ("", college) if college else ("",):
        if one not in held:
            continue
        took = update(Quota).where(Quota.form_id == form_id, Quota.college == one,
                                   Quota.taken < Quota.most)  # fmt: skip
        taken = took.values(taken=Quota.taken + 1).returning(Quota.taken)
        if await db.scalar(taken) is None:
            raise Conflict(FULL if not one else f"{one}的名额满了，这份没记上，谢谢你")


def _seal(
    db: AsyncSession, occasion: Occasion, settled: Settled, pictures: Pictures, day: str
) -> str:
    receipt = new_receipt()
    content = {
        "subject": occasion.subject.id, "version": settled.version, "given": settled.given,
        "day": day, "receipt": (hash_receipt(receipt) or b"").hex(),
        "photos": {name: [_plain(one) for one in many] for name, many in pictures.items()},
    }  # fmt: skip
    db.add(Sealed(form_id=occasion.form.id, envelope=seal(content)))
    return receipt


def _plain(picture: Picture) -> dict[str, Any]:
    return {
        "width": picture.width, "height": picture.height,
        "jpeg": base64.b64encode(picture.jpeg).decode(),
        "thumbnail": base64.b64encode(picture.thumbnail).decode(),
    }  # fmt: skip


async def _keep_photos(
    db: AsyncSession, pictures: Sequence[Picture], person_id: int | None, now: datetime
) -> list[int]:
    rows = [
        Upload(person_id=person_id, at=now, width=one.width, height=one.height,
               picture=one.jpeg, thumbnail=one.thumbnail)
        for one in pictures
    ]  # fmt: skip
    db.add_all(rows)
    await db.flush()
    return [row.id for row in rows]


async def sealed_count(db: AsyncSession, form_id: int) -> int:
    """How many answers of a form are on their way."""
    return await db.scalar(select(func.count()).where(Sealed.form_id == form_id)) or 0
