"""What the worker does for campaigns."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.campus.campaigns import life
from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify.models import Delivery, State
from app.kit import clock
from app.kit.db import Database
from app.kit.jobs import defer
from app.worker import queue
from tests.campus.campaigns import deliveries, operator, plan, sent
from tests.people import Somebody

pytestmark = pytest.mark.anyio


async def worked(database: Database) -> None:
    """A worker does the campaigns' jobs that are due."""
    async with queue(database.url, {}).open_async() as app:
        await app.run_worker_async(
            wait=False, install_signal_handlers=False, queues=["default"],
            additional_context={"database": database},
        )  # fmt: skip


async def stages(database: Database, *ids: int) -> list[str]:
    async with database.session() as db:
        return [(await db.get_one(Campaign, id)).stage for id in ids]


async def test_the_hour_of_a_campaign_comes_and_a_lost_one_is_caught_up(
    database: Database, people: Mapping[str, Somebody]
) -> None:
    me, at = operator(people), clock.now() + timedelta(hours=1)
    planned, lost = [await sent(database, me, plan({"all": True}, starts_at=at)) for _ in "12"]
    done = await sent(database, me, plan({"all": True}))
    async with database.session() as db:
        await db.execute(update(Campaign).values(starts_at=clock.now()))
        await db.execute(update(Delivery).values(state=State.DELIVERED))
        await defer(db, life.START, id=planned.id)
        await defer(db, "campaigns:sweep", timestamp=0)
    await worked(database)
    assert await stages(database, planned.id, lost.id, done.id) == [
        Stage.RUNNING, Stage.RUNNING, Stage.DONE,
    ]  # fmt: skip
    assert len(await deliveries(database, lost.id)) == len(people)


async def test_a_start_that_is_no_longer_wanted_does_nothing(
    database: Database, people: Mapping[str, Somebody]
) -> None:
    made = await sent(database, operator(people), plan({"all": True}))
    async with database.session() as db:
        await life.cancel(db, operator(people), made.id)
        await defer(db, life.START, id=made.id)
        await defer(db, life.START, id=10**6)
    await worked(database)
    assert await stages(database, made.id) == [Stage.CANCELLED]


async def test_what_a_worker_left_open_of_a_cancelled_campaign_is_closed(
    database: Database, people: Mapping[str, Somebody]
) -> None:
    me, now = operator(people), clock.now()
    made = await sent(database, me, plan({"all": True}))
    async with database.session() as db:
        await life.cancel(db, me, made.id)
        for who, state, tried, due in (
            ("o-alice", State.WAITING, None, now), ("o-bob", State.WAITING, now, now),
            ("o-charlie", State.SENDING, now, now),
            ("o-worker", State.SENDING, now, now + timedelta(minutes=1)),
        ):  # fmt: skip
            row = update(Delivery).where(Delivery.who == who)
            await db.execute(row.values(state=state, tried_at=tried, due_at=due))
        await defer(db, "campaigns:sweep", timestamp=0)
    await worked(database)
    found = await deliveries(database, made.id)
    ends = [found[f"o-{name}"][0] for name in ("alice", "bob", "charlie", "worker")]
    assert ends == ["cancelled", "unsure", "unsure", "sending"]
