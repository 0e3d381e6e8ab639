"""What is due is told, by the right channel, in the right order, and once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from app.campus.campaigns.models import Campaign, Stage, Way
from app.campus.notify.models import MANY, URGENT, Delivery, State
from app.campus.people.models import Binding, Follower, Person
from app.gateway.models import Heard
from app.gateway.sending import paces
from app.gateway.sending.models import Credit, Pace
from app.kit import clock
from app.kit.db import Database
from tests.gateway.sending.platform import (
    ORDERS,
    TEMPLATE,
    Wechat,
    ago,
    later,
    mapped,
    seen,
    sender,
    write,
)

pytestmark = pytest.mark.anyio


async def test_each_is_told_once_with_the_values_cut_and_the_page(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1", "o-2"], fields={"where": "东" * 30, "until": "18:00", "why": ""})
    for _ in range(2):
        await sender(database, wechat).work_off()
    assert wechat.copies == {"o-1": 1, "o-2": 1}
    body = wechat.bodies[0]
    assert body["template_id"] == TEMPLATE
    assert body["url"] == "https://campus/h5/outages/3"
    assert body["data"]["thing1"]["value"] == "东" * 19 + "…"
    assert body["client_msg_id"].startswith("d")
    assert set((await seen(database)).values()) == {("sent", "template", "")}


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), httpx.RemoteProtocolError(""), -1])
async def test_a_missing_answer_is_asked_for_again_under_the_same_key(
    database: Database, fault: Exception | int
) -> None:
    wechat = Wechat()
    wechat.answers["o-1"].extend([fault, fault])
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    for _ in range(3):
        await sender(database, wechat).work_off()
        await later(database, 4)
    assert wechat.copies == {"o-1": 1}
    assert len({body["client_msg_id"] for body in wechat.bodies}) == 1
    assert await seen(database) == {"o-1": ("sent", "template", "")}


async def test_after_the_platform_has_forgotten_the_key_it_is_not_asked_again(
    database: Database,
) -> None:
    wechat = Wechat()
    wechat.answers["o-1"].append(httpx.ReadTimeout(""))
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    await sender(database, wechat).work_off()
    await later(database, 600)
    await sender(database, wechat).work_off()
    assert wechat.copies == {"o-1": 1}
    assert (await seen(database))["o-1"][0] == State.UNSURE


async def test_the_token_is_renewed_once_in_the_midst(database: Database) -> None:
    wechat = Wechat()
    wechat.answers["o-3"].append(42001)
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(6)])
    await sender(database, wechat).work_off()
    assert wechat.tokens == 2
    assert wechat.copies.total() == 6


async def test_who_has_left_is_marked_and_nobody_else_is_held_up(database: Database) -> None:
    wechat = Wechat()
    wechat.answers["o-1"].append(43004)
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1", "o-2"])
    await sender(database, wechat).work_off()
    assert await seen(database) == {
        "o-1": ("failed", "template", "gone"), "o-2": ("sent", "template", ""),
    }  # fmt: skip
    async with database.session() as db:
        gone = select(Follower.who).where(Follower.left_at.is_not(None))
        assert list(await db.scalars(gone)) == ["o-1"]


async def test_without_a_template_it_goes_by_subscription_then_by_customer_service(
    database: Database,
) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db, "subscribe")
        db.add(Credit(who="o-1", template_id=TEMPLATE, left_over=1))
        for who in ("o-1", "o-2"):
            db.add(Heard(key=f"m:{who}", who=who, at=ago(hours=3), kind="text", text="在吗",
                         matched=True, offers=False))  # fmt: skip
        await write(db, ["o-1", "o-2", "o-3"])
    await sender(database, wechat).work_off()
    assert wechat.calls == [("subscribe/bizsend", "o-1"), ("custom/send", "o-2")]
    assert wechat.bodies[1]["text"]["content"].startswith("停电通知\n区域：3号楼\n到几点：")
    assert await seen(database) == {
        "o-1": ("sent", "subscribe", ""), "o-2": ("sent", "custom", ""),
        "o-3": ("failed", "custom", "unmapped"),
    }  # fmt: skip


async def test_no_other_channel_is_tried_after_doubt(database: Database) -> None:
    wechat = Wechat()
    wechat.answers["o-1"].extend([httpx.ReadTimeout(""), 47003])
    async with database.session() as db:
        await mapped(db)
        db.add(Heard(key="m:1", who="o-1", at=ago(hours=3), kind="text", text="在吗",
                     matched=True, offers=False))  # fmt: skip
        await write(db, ["o-1"])
    for _ in range(3):
        await sender(database, wechat).work_off()
        await later(database, 4)
    assert wechat.copies == {"o-1": 1}
    assert (await seen(database))["o-1"][0] == State.UNSURE


@pytest.mark.parametrize("channel", ["subscribe", "custom"])
async def test_a_channel_without_a_key_is_never_asked_twice(
    database: Database, channel: str
) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db, "subscribe")
        await write(db, ["o-1"], channel=channel, state=State.SENDING, due_at=ago(seconds=1),
                    tried_at=ago(seconds=61), tries=1)  # fmt: skip
    await sender(database, wechat).work_off()
    assert wechat.calls == []
    assert (await seen(database))["o-1"][0] == State.UNSURE


async def test_the_daily_limit_stops_the_channel_until_midnight_and_it_goes_on_after(
    database: Database,
) -> None:
    wechat = Wechat()
    wechat.answers["o-0"].append(45009)
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(100)], rank=MANY)
    one = sender(database, wechat, connections=2)
    await one.work_off()
    asked = len(wechat.calls)
    await one.work_off()
    assert asked == len(wechat.calls) < 100
    async with database.session() as db:
        pace = await db.get_one(Pace, "template")
        assert pace.stopped_until is not None
        assert clock.now() < pace.stopped_until <= clock.now() + timedelta(days=1)
        assert pace.calm_until is not None
        assert pace.calm_until.astimezone(clock.SHANGHAI).hour == 7
        await paces.go_on(db, "template")
        await db.execute(update(Delivery).values(due_at=ago(seconds=1)))
    await one.work_off()
    assert wechat.copies.total() == 100


async def test_at_night_after_a_stop_only_what_is_urgent_goes_on(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"], rank=MANY)
        await write(db, ["o-2"], rank=URGENT)
        db.add(Pace(channel="template", minute=clock.now(), day=clock.now().date(),
                    calm_until=clock.now() + timedelta(hours=7)))  # fmt: skip
    await sender(database, wechat).work_off()
    assert wechat.copies == {"o-2": 1}


async def test_two_processes_share_the_pace(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(90)], rank=MANY)
    both = [sender(database, wechat, per_minute=40, connections=4) for _ in range(2)]
    begun = clock.now()
    await asyncio.gather(*(one.work_off() for one in both))
    if clock.now().minute == begun.minute:
        assert wechat.copies.total() == 40
    await later(database, 60)
    await asyncio.gather(*(one.work_off() for one in both))
    assert 80 <= wechat.copies.total() <= 90
    assert set(wechat.copies.values()) == {1}


async def test_urgent_news_overtakes_a_campaign(database: Database) -> None:
    wechat = Wechat()
    wechat.delay = 0.02
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(2000)], rank=MANY)
    async with sender(database, wechat, connections=4).watching():
        await _until(lambda: len(wechat.calls) > 50)
        async with database.session() as db:
            await write(db, ["o-urgent"], rank=URGENT)
        await _until(lambda: wechat.copies["o-urgent"])
    assert wechat.copies.total() < 1000


async def test_a_paused_campaign_stops_and_goes_on(database: Database) -> None:
    wechat = Wechat()
    wechat.delay = 0.005
    async with database.session() as db:
        await mapped(db)
        campaign = Campaign(title="停电", way=Way.NOTICE, stage=Stage.RUNNING, made_at=clock.now())
        db.add(campaign)
        await db.flush()
        await write(db, [f"o-{n}" for n in range(2000)], rank=MANY, campaign_id=campaign.id)
    one = sender(database, wechat, connections=4)
    async with one.watching():
        await _until(lambda: len(wechat.calls) > 50)
        async with database.session() as db:
            await db.execute(update(Campaign).values(stage=Stage.PAUSED))
        await asyncio.sleep(1.5)
        held = len(wechat.calls)
        await asyncio.sleep(1)
        assert held == len(wechat.calls) < 2000
        async with database.session() as db:
            await db.execute(update(Campaign).values(stage=Stage.RUNNING))
        await _until(lambda: wechat.copies.total() == 2000)
    assert set(wechat.copies.values()) == {1}


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.CANCELLED])
async def test_nobody_claims_what_a_dead_worker_held_of_a_campaign_that_was_stopped(
    database: Database, stage: Stage
) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        campaign = Campaign(title="停电", way=Way.NOTICE, stage=stage, made_at=clock.now())
        db.add(campaign)
        await db.flush()
        held = {"state": State.SENDING, "tried_at": ago(minutes=2), "due_at": ago(minutes=1)}
        await write(db, ["o-held"], rank=MANY, campaign_id=campaign.id, **held)
        await write(db, ["o-back"], rank=MANY, campaign_id=campaign.id)
    await sender(database, wechat).work_off()
    assert wechat.calls == []


async def test_what_is_not_begun_when_the_process_ends_goes_to_another(database: Database) -> None:
    wechat, stuck = Wechat(), asyncio.Event()
    wechat.answers["o-0"].append(stuck.wait)
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(8)], rank=MANY)
    async with sender(database, wechat, connections=1).watching():
        await _until(lambda: wechat.calls)
        asyncio.get_running_loop().call_later(0.3, stuck.set)
    await sender(database, wechat).work_off()
    assert wechat.copies.total() == 8
    assert {row[0] for row in (await seen(database)).values()} == {"sent"}


async def test_what_is_not_due_is_not_told(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"], due_at=clock.now() + timedelta(hours=8))  # the quiet hours
    await sender(database, wechat).work_off()
    assert wechat.calls == []


async def test_several_of_one_kind_are_told_as_one(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        person = Person(number="9100", name="刘建国", kind="staff")
        db.add_all([person, Follower(who="o-1", joined_at=ago(days=1))])
        await db.flush()
        db.add(Binding(who="o-1", person_id=person.id, at=ago(days=1)))
        for what in ("灯坏了", "门坏了", "水管漏了"):
            await write(db, ["o-1"], ORDERS, {"what": what}, person_id=person.id)
    await sender(database, wechat).work_off()
    assert wechat.copies == {"o-1": 1}
    assert wechat.bodies[0]["data"]["thing1"]["value"] == "3 张新单"
    async with database.session() as db:
        states = list(await db.scalars(select(Delivery.state).order_by(Delivery.id)))
    assert states == ["merged", "merged", "sent"]


async def test_free_words_go_to_those_whose_window_is_open(database: Database) -> None:
    wechat = Wechat()
    async with database.session() as db:
        for who, hours in (("o-1", 3), ("o-2", 50)):
            db.add(Heard(key=f"m:{who}", who=who, at=ago(hours=hours), kind="text", text="在吗",
                         matched=True, offers=False))  # fmt: skip
        await write(db, ["o-1", "o-2"], None, rank=MANY)
    await sender(database, wechat).work_off()
    assert wechat.calls == [("custom/send", "o-1")]
    assert wechat.bodies[0]["text"]["content"] == "今晚停电"
    assert (await seen(database))["o-2"] == ("failed", "custom", "window")


@pytest.mark.parametrize(("told", "open_"), [(4, True), (5, False)])
async def test_the_window_takes_five(database: Database, told: int, open_: bool) -> None:
    wechat = Wechat()
    async with database.session() as db:
        db.add(Heard(key="m:1", who="o-1", at=ago(hours=3), kind="text", text="在吗",
                     matched=True, offers=False))  # fmt: skip
        for _ in range(told):
            await write(db, ["o-1"], None, state=State.SENT, channel="custom",
                        tried_at=ago(hours=1))  # fmt: skip
        await write(db, ["o-1"], None, channel="custom")
    await sender(database, wechat).work_off()
    assert bool(wechat.calls) is open_


async def test_a_stale_worker_cannot_write_over_its_successor(database: Database) -> None:
    wechat, stuck = Wechat(), asyncio.Event()

    async def refused_late() -> int:
        await stuck.wait()
        return 47003

    wechat.answers["o-1"].append(refused_late)
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    slow = asyncio.create_task(sender(database, wechat).work_off())
    await _until(lambda: wechat.calls)
    await later(database, 61)
    await sender(database, wechat).work_off()
    stuck.set()
    await slow
    assert await seen(database) == {"o-1": ("sent", "template", "")}


async def test_memory_is_flat_since_little_is_claimed_at_once(database: Database) -> None:
    wechat, hold = Wechat(), asyncio.Event()
    async with database.session() as db:
        await mapped(db)
        await write(db, [f"o-{n}" for n in range(1000)], rank=MANY)
        for n in range(1000):
            wechat.answers[f"o-{n}"].append(hold.wait)
    async with sender(database, wechat, connections=8).watching():
        await asyncio.sleep(1.5)
        async with database.session() as db:
            held = await db.scalar(
                text("SELECT count(*) FROM campus_deliveries WHERE state = 'sending'")
            )
        hold.set()
    assert held is not None
    assert held <= 64


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for happens in the code under test
            await asyncio.sleep(0.01)
