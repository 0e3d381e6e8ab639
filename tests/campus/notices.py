"""News of a made-up service, and what became of it, for tests of telling people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from app.campus.notify import Field, Kind, Notice, notify
from app.campus.notify.models import Delivery
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from tests.people import Somebody

NOON = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
FOUND = Notice(
    "lost.found", "有人捡到了你的东西", "丢东西的人",
    fields=(Field("thing", Kind.THING, "东西"), Field("since", Kind.TIME, "什么时候")),
    page="/h5/lost/{thing}",
)  # fmt: skip
REPLY = Notice(
    "lost.reply", "有新回复", "丢东西的人",
    fields=(Field("words", Kind.THING, "说了"),),
    several=(("words", "一共 {count} 条新回复"),),
)  # fmt: skip
ALARM = Notice("lost.alarm", "赶紧来拿", "丢东西的人", (), optional=False, urgent=True)


async def tell(
    database: Database, notice: Notice, to: Sequence[Somebody], at: datetime = NOON, **fields: Any
) -> int:
    """`notify` in a transaction of its own; the message's id. FOUND needs no fields here."""
    if notice is FOUND:
        fields = {"thing": "校园卡", "since": at, **fields}
    async with database.session() as db:
        return await notify(
            db, notice, to=[one.person_id for one in to if one.person_id], at=at, **fields
        )


async def deliveries(database: Database) -> list[Delivery]:
    async with database.session() as db:
        return list(await db.scalars(select(Delivery).order_by(Delivery.id)))


async def jobs(database: Database) -> list[datetime | None]:
    """When the jobs that send are due."""
    query = text(
        "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'gateway:send' ORDER BY id"
    )
    async with database.session() as db:
        return list(await db.scalars(query))
