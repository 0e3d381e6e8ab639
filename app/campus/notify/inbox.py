"""What somebody was told, as they read it: all of it, whatever reached their phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify.models import Delivery, Message, State
from app.campus.notify.privacy import own, to_phone
from app.campus.people.models import Binding
from app.campus.people.privacy import Subject
from app.kit.clock import SHANGHAI
from app.kit.errors import NotFound

PAGE = 20
MOST_UNREAD = 99
GONE = "没有这条消息，可能是发给别人的"
_COLUMNS = (
    Delivery.id, Delivery.read_at, Message.at, Message.notice, Message.title, Message.words,
    Message.fields, Message.page,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one reader. `notice` is empty for free `words`; `page` is one of ours, or
    empty."""

    id: int
    at: datetime
    notice: str
    title: str
    words: str
    fields: Mapping[str, Any]
    page: str
    unread: bool


def _out() -> ColumnElement[bool]:
    """Not what a campaign did not say because it was ended, or has yet to say and is held."""
    held = select(Campaign.id).where(Campaign.stage == Stage.PAUSED)
    pending = and_(Delivery.state == State.WAITING, Message.campaign_id.in_(held))
    return and_(Delivery.state != State.CANCELLED, func.coalesce(not_(pending), true()))


def _letters(theirs: ColumnElement[bool]) -> Select[Any]:
    query = select(*_COLUMNS).join(Message, Message.id == Delivery.message_id)
    return query.where(theirs, _out())


def _letter(row: Row[Any]) -> Letter:
    at = row.at.astimezone(SHANGHAI)
    page = row.page if row.page.startswith("/h5/") else ""  # operators write some of them
    told = (row.id, at, row.notice, row.title, row.words, row.fields, page)
    return Letter(*told, unread=row.read_at is None)


async def unread(db: AsyncSession, reader: Subject) -> int:
    """How many `reader` has not opened, counted up to 99."""
    some = _letters(own(reader)).where(Delivery.read_at.is_(None)).limit(MOST_UNREAD)
    return await db.scalar(select(func.count()).select_from(some.subquery())) or 0


def waiting(person_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """For 「我的」: [how many a person has not opened, counted up to 99; [title, time] of the
    newest of them or None], for a query that knows the person only as `person_id`.
    """
    phone = select(Binding.who).where(Binding.person_id == person_id).scalar_subquery()
    theirs = or_(Delivery.person_id == person_id, to_phone(phone))
    query = _letters(theirs).where(Delivery.read_at.is_(None)).order_by(Delivery.id.desc())
    some = query.limit(MOST_UNREAD).subquery()
    newest = func.json_agg(
        aggregate_order_by(func.json_build_array(some.c.title, some.c.at), some.c.id.desc())
    )
    counted = func.json_build_array(func.count(), newest.op("->")(0))
    return select(counted).select_from(some).scalar_subquery()


async def letters(
    db: AsyncSession, reader: Subject, before: int | None = None, most: int = PAGE
) -> tuple[list[Letter], int | None]:
    """The newest `most` with an id under `before`; and the `before` of what follows, if any."""
    query = _letters(own(reader)).order_by(Delivery.id.desc()).limit(most + 1)
    if before is not None:
        query = query.where(Delivery.id < before)
    found = [_letter(row) for row in await db.execute(query)]
    return found[:most], found[most - 1].id if len(found) > most else None


async def read(db: AsyncSession, reader: Subject, delivery_id: int, now: datetime) -> Letter:
    """One of `reader`'s, which is read from now on. Raises NotFound, also for somebody else's."""
    row = (await db.execute(_letters(own(reader)).where(Delivery.id == delivery_id))).one_or_none()
    if row is None:
        raise NotFound(GONE)
    if row.read_at is None:
        await db.execute(update(Delivery).where(Delivery.id == row.id).values(read_at=now))
    return _letter(row)


async def read_all(db: AsyncSession, reader: Subject, upto: int, now: datetime) -> None:
    """All with ids up to `upto`, the newest that was on the page, are read from now on."""
    shown = (own(reader), Delivery.id <= upto, Delivery.read_at.is_(None))
    await db.execute(update(Delivery).where(*shown).values(read_at=now))
