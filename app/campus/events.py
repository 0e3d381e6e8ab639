"""Events: what one service tells and others act on, though neither knows the other.

A service says `events={"complaint": heard}` in its `Service`; another, that knows nothing of it,
`await publish(db, "complaint", unit="饮食中心", …)`. Each that listens hears it in a job and a
transaction of its own, after `db` commits, and again when it failed: it must bear to hear twice.

complaint   somebody complains of a unit: unit, words, person_id (None: nobody knows who),
            source (`evaluations:17`), subject (what it is about)
served      somebody was served and may be asked how it was: subject (`<service>:<what>`, as it
            stands at the thing that is rated), person_id, source (this one time)
answered    a case that came from an event was answered: source, words
"""

from collections.abc import Mapping

from procrastinate import Blueprint, JobContext
from procrastinate.types import JSONValue
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Database
from app.kit.jobs import defer
from app.kit.service import Listener

jobs = Blueprint()


async def publish(db: AsyncSession, event: str, **data: JSONValue) -> None:
    """Tell `event`, with JSON `data`, to whichever service listens, once `db` commits."""
    await defer(db, "events:tell", event=event, data=data)


@jobs.task(name="tell", pass_context=True)
async def tell(context: JobContext, event: str, data: dict[str, JSONValue]) -> None:
    """Enqueue one job for each that listens, so that one's failure is not heard by the others."""
    database: Database = context.additional_context["database"]
    listeners: Mapping[str, Mapping[str, Listener]] = context.additional_context["listeners"]
    async with database.session() as db:
        for service, theirs in listeners.items():
            if event in theirs:
                await defer(db, "events:hear", service=service, event=event, data=data)


@jobs.task(name="hear", pass_context=True)
async def hear(context: JobContext, service: str, event: str, data: dict[str, JSONValue]) -> None:
    """Let one service act on it. One that was removed meanwhile is passed over."""
    database: Database = context.additional_context["database"]
    listener = context.additional_context["listeners"].get(service, {}).get(event)
    if listener is not None:
        async with database.session() as db:
            await listener(db, **data)
