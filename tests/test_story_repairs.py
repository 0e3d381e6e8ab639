"""A leak from the door's code to the month's figures: five people in five pages, in Chromium."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import func, select

from app.campus.calendar import say_deadline
from app.campus.ledger import Fact
from app.campus.notify.settings import settings as peace
from app.kit import clock
from app.kit.db import Database
from app.services.repairs.models import Order, Step, Stock
from app.services.repairs.rules import State
from app.services.repairs.scores import REWORK
from app.settings import Settings
from tests.browser import chromium
from tests.h5.pages import needs_packages
from tests.phone import Phone, both, phone_at
from tests.repairs_world import (
    ALICE,
    HEAD,
    LEADER,
    MATE,
    OTHER,
    REPAIRS,
    WATCHER,
    WORKER,
    World,
    a_page,
    a_world,
    at_the_desk,
    photo,
    scan,
)

pytestmark = [pytest.mark.anyio, needs_packages]


@pytest.fixture
async def world(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A campus without quiet hours: the story happens at whatever time the test runs."""
    for name in ("QUIET_FROM", "QUIET_UNTIL"):
        monkeypatch.setenv(name, "00:00")
    peace.cache_clear()
    with both(settings) as made:
        async with a_world(made, database) as found:
            yield found
    peace.cache_clear()


@pytest.mark.browser
async def test_a_leak_from_the_doors_code_to_the_months_figures(world: World) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.both.theirs) as alice,
        phone_at(browser, world.both.theirs) as worker,
    ):
        await worker.become(WORKER)
        number = await reports(world, alice)
        await is_dispatched(world, number)
        mate = await follows(browser, world, number)
        await world.later(minutes=2)
        await accepts_and_calls(world, worker, number)
        await tells_alice(world, alice, "王建国师傅接单了")
        await arrives(world, worker)
        await waits_for_a_part(world, worker, alice, number)
        await finishes(world, worker)
        await rates(world, alice, mate, number)
        await is_seen_by_leader_and_head(browser, world, worker, number)


async def reports(world: World, alice: Phone) -> str:
    """19:30. Scanned, three taps, a few words and a photo; the order's number."""
    await scan(alice, world)
    await (
        alice.inside.get_by_text("位置已经填好")
        .or_(alice.inside.get_by_text("已经填好，说哪里坏了就行"))
        .last.click()
    )
    await alice.inside.get_by_text("水管", exact=True).click()
    await alice.inside.get_by_text("漏水", exact=True).click()
    await alice.inside.get_by_placeholder("还有要说的吗").fill("接头一直滴")
    await alice.inside.get_by_label("加照片").set_input_files([photo("red")])
    await expect(alice.inside.locator("button.c-photo")).to_have_count(1)
    await expect(alice.inside.locator(".c-bar__say b")).to_have_text(re.compile("前修好"))
    await alice.inside.get_by_role("button", name="提交报修").click()
    await expect(alice.inside.get_by_text("报上了", exact=False)).to_be_visible()
    await expect(alice.inside.locator("h1")).to_have_text(re.compile("前修好"))
    await expect(alice.inside.get_by_alt_text("点开看大图")).to_have_count(1)
    async with world.database.session() as db:
        return str(await db.scalar(select(Order.number)))


async def is_dispatched(world: World, number: str) -> None:
    """The worker's process sends who is on shift; both their phones ring."""
    await world.work()
    order = await world.order(number)
    assert (order.state, order.worker_id) == (State.OFFERED, world.ids[WORKER])
    assert "派给王建国师傅了" in world.heard(ALICE)
    assert "水管漏水" in world.heard(WORKER)


async def follows(browser: Browser, world: World, number: str) -> Page:
    """The roommate has the same trouble, and follows instead of reporting it again."""
    mate = await a_page(browser, world, MATE, f"{REPAIRS}/new?kind={world.kind}")
    await expect(mate.get_by_text("室友刚刚报过")).to_be_visible()
    await mate.get_by_role("button", name="我也遇到").click()
    await expect(mate.get_by_text("有进展就告诉你")).to_be_visible()
    return mate


async def accepts_and_calls(world: World, worker: Phone, number: str) -> None:
    """19:32. From the card in the chat; the tap on the telephone is a line of the story."""
    await worker.chat.locator("article", has_text="水管漏水").locator("a").last.click()
    await worker.inside.get_by_role("button", name="接单").click()
    await expect(worker.inside.get_by_role("link", name="用了材料")).to_be_visible()
    await worker.inside.get_by_role("link", name="记一下电话里说好的").click()
    await worker.inside.get_by_label("说好了").fill("20:00 左右到")
    await worker.inside.get_by_role("button", name="记下").click()
    await expect(worker.inside.locator(".c-time")).to_contain_text("20:00 左右到")
    assert (await world.order(number)).state == State.ACCEPTED


async def tells_alice(world: World, alice: Phone, words: str) -> None:
    """Her phone rings with a card, and the page that stands open says it, too."""
    await world.work()
    assert any(words in value for value in world.cards(ALICE)[-1].values())
    live = alice.inside.locator("#live")
    await live.evaluate("live => live.dispatchEvent(new Event('timeup'))")
    await expect(alice.inside.locator(".c-time li").first).to_contain_text("王建国")


async def arrives(world: World, worker: Phone) -> None:
    """By scanning the door: the page of the order opens with its code filled in."""
    await scan(worker, world)
    await worker.inside.get_by_text("我到了：水管漏水").click()
    await worker.inside.locator("#arrive").get_by_role("button", name="我到了").click()
    await expect(worker.inside.get_by_role("button", name="修好了").first).to_be_visible()


async def waits_for_a_part(world: World, worker: Phone, alice: Phone, number: str) -> None:
    """The clocks stand still; he comes back with the part and scans again."""
    await world.later(minutes=28)
    await worker.inside.get_by_role("link", name="要等一等").click()
    await worker.inside.get_by_text("等材料", exact=True).click()
    await worker.inside.get_by_label("说明").fill("回去拿一根软管")
    await worker.inside.get_by_role("button", name="先等着").click()
    await expect(worker.inside.locator(".c-time li").first).to_contain_text("等材料")
    await tells_alice(world, alice, "等材料")
    await expect(alice.inside.locator("h1")).to_have_text("等材料")
    before = (await world.order(number)).finish_by
    await world.later(minutes=20)
    await arrives(world, worker)
    after = await world.order(number)
    assert before is not None
    assert after.finish_by is not None
    assert after.finish_by >= before  # twenty minutes that count for nobody


async def finishes(world: World, worker: Phone) -> None:
    """20:30, with a hose from stock and a photo."""
    await world.later(minutes=10)
    await worker.inside.get_by_role("link", name="用了材料").click()
    await worker.inside.get_by_label("库里的").select_option(index=1)
    await worker.inside.locator("#material [type=submit]").click()
    await expect(worker.inside.get_by_text("8.50 元", exact=True)).to_be_visible()
    await worker.inside.get_by_role("button", name="修好了").first.click()
    await worker.inside.get_by_label("怎么修的").fill("换了软管")
    await worker.inside.get_by_label("拍修好的").set_input_files([photo("green")])
    await expect(worker.inside.locator("#finish button.c-photo")).to_have_count(1)
    await worker.inside.locator("#finish [type=submit]").click()
    await expect(worker.inside.get_by_role("button", name="填确认码")).to_be_visible()
    async with world.database.session() as db:
        assert await db.scalar(select(Stock.quantity)) == 4


async def rates(world: World, alice: Phone, mate: Page, number: str) -> None:
    """Both who had the trouble hear of the end; she opens the card and gives four stars."""
    await world.work()
    for name in (ALICE, MATE):
        assert "王建国师傅修好了" in world.heard(name)
    await alice.close()
    await alice.chat.locator("article").last.locator("a").click()
    await alice.inside.get_by_role("link", name="评一下").click()
    await alice.inside.locator(".r-stars label").nth(3).click()
    await alice.inside.get_by_text("态度好").click()
    await alice.inside.get_by_role("button", name="提交评价").click()
    await expect(alice.inside.get_by_text("你评了 4 星")).to_be_visible()
    async with world.database.session() as db:
        steps = select(Step.what).join(Order, Order.id == Step.order_id).order_by(Step.id)
        told = list(await db.scalars(steps))
    assert told == [
        "report", "offer", "follow", "accept", "call", "arrive", "wait", "arrive", "finish", "rate"
    ]  # fmt: skip
    order = await world.order(number)
    assert order.done_at is not None
    assert round((order.done_at - order.created_at).total_seconds() / 60) == 60


async def is_seen_by_leader_and_head(
    browser: Browser, world: World, worker: Phone, number: str
) -> None:
    """The leader sees the stars and the worker does not; the head has the month's figures, at the
    desk and in their hand."""
    leader = await a_page(browser, world, LEADER, f"{REPAIRS}/work/{number}")
    await expect(leader.get_by_text("评了 4 星")).to_be_visible()
    await worker.inside.locator("body").evaluate("() => setTimeout(() => location.reload())")
    await expect(worker.inside.locator(".c-time")).to_be_visible()
    await expect(worker.inside.get_by_text("4 星")).to_have_count(0)
    head = await at_the_desk(browser, world, HEAD, "/desk/repairs/figures")
    phone = await a_page(browser, world, HEAD, f"{REPAIRS}/work/figures")
    await expect(phone.locator("h1")).to_have_text("报了 1 单，修好 1 单")
    for name, value in {"报修": "1", "修好": "1", "按时": "100%", "满意": "100%"}.items():
        tile = head.locator(".d-kpi", has=head.get_by_text(name, exact=True))
        await expect(tile.locator(".d-num")).to_have_text(value)


async def test_nobody_accepts_and_it_goes_on_to_the_next_and_up(world: World) -> None:
    number = await world.report()
    await world.later(minutes=11)
    assert (await world.order(number)).worker_id == world.ids[OTHER]
    assert "10 分钟没接" in world.heard(LEADER)
    await world.later(minutes=11)
    assert (await world.order(number)).state == State.SUBMITTED
    assert "没有空着的师傅" in world.heard(LEADER)
    await world.later(minutes=10)
    assert "还没人接，超时" in world.heard(LEADER)
    await world.later(hours=4)
    await world.later(minutes=1)
    assert world.heard(HEAD).count("还没人接，超时") == 1
    await world.later(minutes=1)
    assert world.heard(HEAD).count("还没人接，超时") == 1


async def test_a_hard_repair_is_promised_and_kept(world: World) -> None:
    number = await world.report()
    day = (clock.now() + timedelta(days=5)).replace(hour=17, minute=0)
    said = {"promise_until": f"{day:%Y-%m-%dT%H:%M}", "promise_why": "要换整根立管"}
    await world.send(LEADER, f"/work/{number}/promise", **said)
    await world.work()
    for name in (ALICE, WATCHER):
        assert say_deadline(day, clock.now()) in world.heard(name)
        assert "要换整根立管" in world.heard(name)
    await world.later(days=4)
    await world.send(LEADER, f"/work/{number}/send", worker=world.ids[WORKER])
    await world.mend(WORKER, number)
    order = await world.order(number)
    assert order.promised_for is not None
    assert order.done_at is not None
    assert order.done_at < order.promised_for
    assert "超时" not in world.heard(LEADER) + world.heard(WATCHER)


async def test_what_breaks_again_goes_back_to_who_mended_it(world: World) -> None:
    number = await world.report()
    await world.mend(WORKER, number)
    await world.later(days=3)
    await world.send(ALICE, f"/{number}/rework", words="又滴了")
    await world.work()
    order = await world.order(number)
    assert (order.state, order.rework, order.worker_id) == (State.OFFERED, 1, world.ids[WORKER])
    await world.mend(WORKER, number)
    await world.send(ALICE, f"/{number}/confirm")
    async with world.database.session() as db:
        facts = dict((await db.execute(select(Fact.kind, func.count()).group_by(Fact.kind))).all())
    assert facts[REWORK] == 1


@pytest.mark.browser
async def test_three_reports_of_one_leak_become_one_at_the_desk(world: World) -> None:
    first = await world.report()
    second = await world.report(MATE, anew=first)
    third = await world.report(WATCHER, anew=second)
    async with chromium() as browser:
        desk = await at_the_desk(browser, world, WATCHER, f"/desk/repairs/orders/{first}")
        await desk.get_by_text("有 2 张像是同一件").click()
        for number in (second, third):
            await desk.get_by_role("checkbox", name=number).check()
        await desk.get_by_role("button", name="都并到这张").click()
        await expect(desk.get_by_text("并成一件了")).to_be_visible()
    await world.work()
    assert [(await world.order(n)).state for n in (second, third)] == [State.MERGED] * 2
    await world.mend(WORKER, first)
    for name in (ALICE, MATE, WATCHER):
        assert "和别的单并成一件" in world.heard(name)
        assert "王建国师傅修好了" in world.heard(name)
