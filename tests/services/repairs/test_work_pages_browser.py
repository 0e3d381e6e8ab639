"""The pages of work in a real browser: without a network, for everybody's eyes, on small phones."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from app.campus.people.me import COOKIE
from app.kit import clock
from app.services.repairs import shifts, sweeps
from app.services.repairs.models import Hours, Material, Order, Shift, Stock, SweepRoom, Visit
from app.services.repairs.rules import State
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of
from tests.services.repairs.conftest import Scene
from tests.services.repairs.pages import WORK

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
People = dict[str, Somebody]


async def log_in(page: Page, somebody: Somebody) -> None:
    """From now on it is somebody's phone."""
    cookie = {"name": COOKIE, "value": cookie_of(somebody), "url": urljoin(page.url, "/")}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict, spelt out


@contextlib.asynccontextmanager
async def opened(
    app: FastAPI, somebody: Somebody, path: str, *, dark: bool = False, width: int = 390
) -> AsyncIterator[Page]:
    """A page of work on somebody's phone."""
    async with open_page(app, "/h5/phones", dark=dark, width=width) as page:
        await log_in(page, somebody)
        answer = await page.goto(f"{WORK}{path}")
        assert answer
        assert answer.ok
        yield page


@pytest.fixture
async def accepted(scene: Scene) -> str:
    """An order that the worker has accepted; its number."""
    async with scene.database.session() as db:
        db.add(Stock(name="软管", quantity=5, fen=800, low=0))
        return (await scene.accepted(db)).number


async def at_the_door(scene: Scene) -> str:
    async with scene.database.session() as db:
        return await scene.code(db)


async def enter_all(page: Page, code: str) -> None:
    """Arrive, a material, hours, and finish, as somebody does without a network."""
    await page.get_by_role("button", name="我到了").click()
    await page.get_by_label("门上的码").fill(code)
    await page.locator("#arrive [type=submit]").click()
    await page.get_by_role("link", name="用了材料").click()
    await page.get_by_label("库里的").select_option(index=1)
    await page.locator("#material [type=submit]").click()
    await page.get_by_role("link", name="工时").click()
    await page.locator("#hours .weui-btn_primary").click()
    await page.get_by_role("button", name="修好了").click()
    await page.get_by_label("怎么修的").fill("换了软管")
    await page.locator("#finish [type=submit]").click()


async def test_what_is_entered_without_a_network_is_sent_later_once(
    app: FastAPI, scene: Scene, people: People, accepted: str
) -> None:
    code = await at_the_door(scene)
    async with opened(app, people["worker"], f"/{accepted}") as page:
        await page.context.set_offline(True)
        await enter_all(page, code)
        await expect(page.locator("#queue .weui-cell")).to_have_count(4)
        await expect(page.get_by_text("都存在手机里了")).to_be_visible()
        async with scene.database.session() as db:
            assert await db.scalar(select(Order.state)) == State.ACCEPTED
        await page.context.set_offline(False)
        await expect(page.get_by_role("button", name="填确认码")).to_be_visible(timeout=15000)
        await expect(page.locator("#queue")).to_be_hidden()
        await page.reload()
    async with scene.database.session() as db:
        assert await db.scalar(select(Order.state)) == State.DONE
        for kept in (Material, Hours):
            assert await db.scalar(select(func.count()).select_from(kept)) == 1
        assert await db.scalar(select(Stock.quantity)) == 4


async def test_an_answer_that_was_lost_on_the_way_is_asked_for_again_and_nothing_happens_twice(
    app: FastAPI, scene: Scene, people: People, accepted: str
) -> None:
    async with opened(app, people["worker"], f"/{accepted}") as page:
        lost = []

        async def lose(route: object) -> None:
            await route.fetch()  # type: ignore[attr-defined]  # playwright's Route: it arrives
            lost.append(1)
            await route.abort()  # type: ignore[attr-defined]  # … but nobody hears of it

        await page.route("**/material", lose, times=1)
        await page.get_by_role("link", name="用了材料").click()
        await page.get_by_label("库里的").select_option(index=1)
        await page.locator("#material [type=submit]").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(1)
        await page.reload()
        await expect(page.locator("#queue")).to_be_hidden(timeout=15000)
    assert lost == [1]
    async with scene.database.session() as db:
        assert await db.scalar(select(Stock.quantity)) == 4


async def test_what_the_server_refuses_later_stays_with_its_reason(
    app: FastAPI, scene: Scene, people: People, accepted: str
) -> None:
    async with opened(app, people["worker"], f"/{accepted}") as page:
        await page.get_by_role("button", name="我到了").click()
        await page.get_by_label("门上的码").fill("x" * 24)
        await page.locator("#arrive [type=submit]").click()
        await expect(page.locator("#arrive .w-wrong")).to_contain_text("不是我们贴的")
        await page.context.set_offline(True)
        await page.locator("#arrive [type=submit]").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(1)
        await page.context.set_offline(False)
        await expect(page.locator("#queue .c-bad")).to_contain_text("不是我们贴的", timeout=15000)
        await page.get_by_role("button", name="知道了，去掉").click()
        await expect(page.locator("#queue")).to_be_hidden()


async def test_what_one_person_kept_is_not_sent_by_another(
    app: FastAPI, scene: Scene, people: People, accepted: str
) -> None:
    async with opened(app, people["worker"], f"/{accepted}") as page:
        await page.context.set_offline(True)
        await page.get_by_role("link", name="用了材料").click()
        await page.get_by_label("库里的").select_option(index=1)
        await page.locator("#material [type=submit]").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(1)
        address = page.url
        await log_in(page, people["leader"])
        await page.goto("about:blank")
        await page.context.set_offline(False)
        await page.goto(address)
        await expect(page.get_by_text("用掉的材料")).to_have_count(0)
        await expect(page.locator("#queue")).to_be_hidden()
    async with scene.database.session() as db:
        assert await db.scalar(select(Stock.quantity)) == 5


async def test_a_floor_is_swept_without_a_network(
    app: FastAPI, scene: Scene, people: People
) -> None:
    async with scene.database.session() as db:
        sweep = await sweeps.start(db, await scene.me(db, "keeper"), scene.building_id,
                                   clock.now(), title="扫楼", kind_ids=[scene.kind_id])  # fmt: skip
    async with opened(app, people["keeper"], f"/sweeps/{sweep.id}") as page:
        await page.context.set_offline(True)
        await page.locator("[data-name='501']").click()
        await page.locator("#room [name=bad]").check()
        await page.get_by_label("水管怎么了").fill("一直滴")
        await page.locator("#room .weui-btn_primary").click()
        await page.locator("[data-name='502']").click()
        await expect(page.locator("#room [name=bad]")).not_to_be_checked()
        await page.get_by_role("button", name="屋里没人").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(2)
        await page.context.set_offline(False)
        await expect(page.get_by_role("heading", name="还有 1 间")).to_be_visible(timeout=15000)
    async with scene.database.session() as db:
        rooms = select(SweepRoom.state).order_by(SweepRoom.room_id)
        assert list(await db.scalars(rooms)) == ["faults", "absent"]
        assert await db.scalar(select(Order.words)) == "一直滴"


# Whose: whether in the dark, and which pages, each with the sheet to open.
PAGES = {
    "worker": (True, [("", ""), ("/261118-1", "finish"), ("/261118-1", "material"),
                      ("/261118-1", "wait"), ("/261118-1", "helpers"),
                      ("/shifts", "leave"), ("/grab", "")]),
    "leader": (False, [("/queue", ""), ("/261118-1", "promise"), ("/261118-1/send", ""),
                       ("/leaves", ""), ("/visits/1", ""), ("/figures?month=2026-11", "")]),
    "keeper": (True, [("/keeper", ""), ("/report", ""), ("/sweeps", "start"),
                      ("/sweeps/1", "room")]),
    "supervisor": (False, [("/watch", ""), ("/261118-1", ""), ("/figures", "")]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
async def test_each_page_meets_wcag_2_2_aa_and_fits_a_small_phone(
    app: FastAPI, scene: Scene, people: People, name: str
) -> None:
    await everything(scene)
    dark, pages = PAGES[name]
    async with opened(app, people[name], pages[0][0], dark=dark, width=320) as page:
        for path, dialog in pages:
            answer = await page.goto(f"{WORK}{path}")
            assert answer
            assert answer.ok, path
            assert await faults(page) == [], path
            assert await overflow(page) == 0, path
            if dialog:
                await page.locator(f"[data-dialog={dialog}]").first.click()
                assert await faults(page) == [], (path, dialog)


async def everything(scene: Scene) -> None:
    """An order under way, one to follow up, a sweep, and leave that somebody asked for."""
    now = clock.now()
    async with scene.database.session() as db:
        await scene.working(db, phone="13900001234", words="洗手池下面一直滴")
        done = await scene.done(db, "second", room_id=scene.rooms["501"])
        db.add(Visit(order_id=done.id, drawn_at=now, rule="sample"))
        db.add(Shift(person_id=scene.ids["worker"], starts_at=now + timedelta(hours=9),
                     ends_at=now + timedelta(hours=17)))  # fmt: skip
        await shifts.ask_leave(db, await scene.me(db, "second"), now, starts=now,
                               ends=now + timedelta(days=1), reason="看病")  # fmt: skip
        keeper = await scene.me(db, "keeper")
        sweep = await sweeps.start(db, keeper, scene.building_id, now, title="11月扫楼",
                                   kind_ids=[scene.kind_id])  # fmt: skip
        await sweeps.absent(db, keeper, sweep.id, scene.rooms["502"], now)
