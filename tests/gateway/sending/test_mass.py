"""The platform's mass send: a chunk is asked for once, or again under the same key."""

import httpx
import pytest
from sqlalchemy import select

from app.campus.notify.models import MANY, Delivery, State
from app.kit.db import Database
from tests.gateway.sending.platform import Wechat, ago, later, seen, sender, write

pytestmark = pytest.mark.anyio


async def test_all_are_told_by_one_call(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await write(db, [f"o-{n}" for n in range(50)], None, rank=MANY, channel="mass")
    for _ in range(2):
        await sender(database, wechat).work_off()
    assert wechat.calls == [("mass/send", "*")]
    assert wechat.copies.total() == 50
    assert wechat.bodies[0]["text"]["content"] == "今晚停电"
    async with database.session() as db:
        rows = (await db.execute(select(Delivery.state, Delivery.told_as).distinct())).all()
    assert [tuple(row) for row in rows] == [("sent", "1000")]


async def test_a_chunk_whose_answer_is_missing_is_asked_for_as_it_was(database: Database) -> None:
    wechat = Wechat()
    wechat.answers["*"].append(httpx.ReadTimeout(""))
    async with database.session() as db:
        await write(db, ["o-1", "o-2"], None, rank=MANY, channel="mass")
    await sender(database, wechat).work_off()
    async with database.session() as db:
        await write(db, ["o-3", "o-4"], None, rank=MANY, channel="mass")
    await later(database, 5)
    await sender(database, wechat).work_off()
    keys = [(body["clientmsgid"], tuple(body["touser"])) for body in wechat.bodies]
    assert len(keys) == 3
    assert len(set(keys)) == 2
    assert set(wechat.copies.values()) == {1}


async def test_what_a_dead_worker_held_is_asked_for_under_its_key(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await write(
            db, ["o-1", "o-2"], None, rank=MANY, channel="mass", told_as="mass-1-1",
            state=State.SENDING, due_at=ago(seconds=1), tried_at=ago(seconds=61),
        )  # fmt: skip
    await sender(database, wechat).work_off()
    assert [body["clientmsgid"] for body in wechat.bodies] == ["mass-1-1"]
    assert {row[0] for row in (await seen(database)).values()} == {"sent"}


async def test_one_alone_goes_by_customer_service(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await write(db, ["o-1"], None, rank=MANY, channel="mass")
    one = sender(database, wechat)
    await one.work_off()
    await one.work_off()
    assert wechat.calls == []
    assert await seen(database) == {"o-1": ("failed", "custom", "window")}


async def test_a_limit_makes_the_chunk_wait(database: Database) -> None:
    wechat = Wechat()
    wechat.answers["*"].append(45009)
    async with database.session() as db:
        await write(db, ["o-1", "o-2"], None, rank=MANY, channel="mass")
    await sender(database, wechat).work_off()
    assert {row[0] for row in (await seen(database)).values()} == {"waiting"}
    await later(database, 2 * 86400)
    await sender(database, wechat).work_off()
    assert wechat.copies == {"o-1": 1, "o-2": 1}
