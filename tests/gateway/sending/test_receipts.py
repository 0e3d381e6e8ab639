"""Receipts close deliveries, whether they come after the answer, before it, twice or never."""

import pytest
from sqlalchemy import func, select

from app.campus.notify.models import Delivery, State
from app.gateway.inbox import Inbox
from app.gateway.router import Router
from app.gateway.sending import receipts
from app.gateway.sending.models import Credit, Receipt
from app.kit import clock
from app.kit.db import Database
from app.wechat import events
from tests.gateway.sending.platform import TEMPLATE, Wechat, ago, mapped, seen, sender, write

pytestmark = pytest.mark.anyio
HEAD = {"to": "gh_1", "from_": "o-1", "created": 1}
STATUSES = {
    "success": "delivered", "failed:user block": "blocked", "failed: system failed": "failed",
}  # fmt: skip


def receipt(number: int, status: str = "success") -> events.TemplateSent:
    return events.TemplateSent(**HEAD, key=f"e:{number}", msg_id=str(number), status=status)


def subscription(
    kind: type[events.SubscriptionEvent], key: str = "e:s", **more: str
) -> events.SubscriptionEvent:
    usual = {"template_id": TEMPLATE, "status": "", "scene": "", "msg_id": "", "error_code": "",
             "error": ""}  # fmt: skip
    return kind(**HEAD, key=key, items=(events.Subscription(**usual | more),))


async def hear(database: Database, *messages: events.Message) -> None:
    inbox = Inbox(database, Router({}))
    for message in messages:
        await inbox.acknowledge(message, clock.now())
    await inbox.close()


async def waiting(database: Database) -> int:
    async with database.session() as db:
        return await db.scalar(select(func.count()).select_from(Receipt)) or 0


@pytest.mark.parametrize(("status", "state"), STATUSES.items())
@pytest.mark.parametrize("times", [1, 2])
async def test_a_receipt_after_the_answer_closes_the_delivery(
    database: Database, status: str, state: str, times: int
) -> None:
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    await sender(database, Wechat()).work_off()
    await hear(database, *[receipt(1000, status)] * times)
    assert (await seen(database))["o-1"][0] == state
    assert await waiting(database) == 0


@pytest.mark.parametrize("times", [1, 2])
async def test_a_receipt_before_the_answer_waits_for_it(database: Database, times: int) -> None:
    wechat = Wechat()

    async def first_the_receipt() -> None:
        await hear(database, *[receipt(1000)] * times)
        assert await waiting(database) == 1

    wechat.answers["o-1"].append(first_the_receipt)
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    await sender(database, wechat).work_off()
    assert (await seen(database))["o-1"][0] == State.DELIVERED
    assert await waiting(database) == 0


async def test_a_receipt_that_never_comes_leaves_it_sent(database: Database) -> None:
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    await sender(database, Wechat()).work_off()
    assert (await seen(database))["o-1"][0] == State.SENT


async def test_answer_and_receipt_that_missed_each_other_are_swept_together(
    database: Database,
) -> None:
    async with database.session() as db:
        await write(db, ["o-1"], state=State.SENT, told_as="77")
        db.add(Receipt(told_as="77", state=State.BLOCKED, reason="refuses", at=clock.now()))
        db.add(Receipt(told_as="78", state=State.DELIVERED, reason="", at=ago(days=3)))
    async with database.session() as db:
        await receipts.sweep(db, clock.now())
    assert await seen(database) == {"o-1": ("blocked", "", "refuses")}
    assert await waiting(database) == 0


async def test_a_mass_send_that_reached_all_closes_all(database: Database) -> None:
    async with database.session() as db:
        await write(db, ["o-1", "o-2"], None, state=State.SENT, told_as="9", channel="mass")
    counts = {"total": 2, "filtered": 0, "sent": 2, "errors": 0}
    sent = events.MassSent(
        **HEAD, **counts, key="e:9", msg_id="9", status="send success", copyright_check={},
        article_urls=(),
    )  # fmt: skip
    await hear(database, sent)
    assert {row[0] for row in (await seen(database)).values()} == {"delivered"}


async def test_an_acceptance_counts_once_however_often_it_is_delivered(database: Database) -> None:
    accepted = subscription(events.SubscriptionAsked, status="accept")
    again = subscription(events.SubscriptionAsked, key="e:t", status="accept")
    await hear(database, accepted, accepted, again)
    assert await credit(database) == 2
    await hear(database, subscription(events.SubscriptionChanged, key="e:u", status="reject"))
    assert await credit(database) == 0


@pytest.mark.parametrize(("code", "state"), [("0", "delivered"), ("43101", "blocked")])
async def test_one_acceptance_is_one_notice_and_its_event_closes_it(
    database: Database, code: str, state: str
) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db, "subscribe")
        db.add(Credit(who="o-1", template_id=TEMPLATE, left_over=1))
        await write(db, ["o-1"])
        await write(db, ["o-1"])
    await sender(database, wechat).work_off()
    assert wechat.calls == [("subscribe/bizsend", "o-1")]
    await hear(database, subscription(events.SubscriptionSent, error_code=code))
    async with database.session() as db:
        states = set(await db.scalars(select(Delivery.state)))
    assert states == {state, "failed"}


async def credit(database: Database) -> int:
    async with database.session() as db:
        found = await db.scalar(select(Credit.left_over))
        return found or 0
