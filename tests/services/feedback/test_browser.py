"""The pages on a real phone browser: alice complains, the head answers, alice is told and rates."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.campus.people.me import COOKIE
from app.kit import clock
from app.services.feedback.models import Case, Duty, Phrase, Question
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import UNIT, Somebody, cookie_of
from tests.services.feedback.conftest import CODE, OTHER, Scene

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
HOME = "/h5/feedback"
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]


@pytest.fixture
async def paths(scene: Scene) -> list[str]:
    """Every page, with long words, an answer, photos' places, and a receipt."""
    now, long = clock.now(), "很长的一段话，一直说到底，" * 60
    async with scene.database.session() as db:
        db.add_all([
            Duty(unit=UNIT, matter="饭菜质量", words="食堂 头发"), Phrase(words=long[:200]),
            Question(unit=OTHER, question="寝室能用电煮锅吗？", answer=long[:500], at=now),
        ])  # fmt: skip
        open_ = await scene.ask(db, now=now - timedelta(days=9), words=long + "W" * 80)
        done = await scene.answer(db, await scene.ask(db, now=now, consent=True), now=now)
        await scene.answer(db, await scene.ask(db, "", now), now=now)
    scene.database.forget()
    return [
        HOME, f"{HOME}?q=电煮锅", f"{HOME}/new", f"{HOME}/new?kind=complain&words=食堂有头发",
        f"{HOME}/{open_.id}", f"{HOME}/{done.id}", f"{HOME}/{done.id}/reopen", f"{HOME}/mine",
        f"{HOME}/qa", f"{HOME}/qa/1", f"{HOME}/qa?q=月球", f"{HOME}/figures", f"{HOME}/s",
        f"{HOME}/s?c={CODE}&new=1",
    ]  # fmt: skip


@pytest.fixture
def opened(app: Any, people: dict[str, Somebody]) -> Opened:
    """`async with opened("alice", path) as page`: that person's phone."""

    @contextlib.asynccontextmanager
    async def open_(name: str, path: str = HOME, **how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            await become(page, people[name])
            await page.goto(path)
            yield page

    return open_


async def become(page: Page, somebody: Somebody) -> None:
    """The phone is handed to somebody else."""
    root = page.url.split("/h5")[0].removesuffix("/healthz")
    cookie = {"name": COOKIE, "value": cookie_of(somebody), "url": root}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes


WORK = (f"{HOME}/work", f"{HOME}/work/1", f"{HOME}/work/2")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(
    opened: Opened, paths: list[str], people: dict[str, Somebody], dark: bool
) -> None:
    async with opened("alice", dark=dark) as page:
        for name, some in (("alice", paths), ("head", WORK)):
            await become(page, people[name])
            for path in some:
                await page.goto(path)
                assert await faults(page) == [], path


@pytest.mark.parametrize("care", [False, True], ids=["usual", "large"])
async def test_it_fits_the_smallest_phone(
    opened: Opened, paths: list[str], people: dict[str, Somebody], care: bool
) -> None:
    async with opened("alice", width=320, care=care) as page:
        for name, some in (("alice", paths), ("head", WORK)):
            await become(page, people[name])
            for path in some:
                await page.goto(path)
                assert await overflow(page) == 0, path


async def test_alice_complains_the_head_answers_and_alice_rates(
    opened: Opened, scene: Scene, people: dict[str, Somebody]
) -> None:
    async with scene.database.session() as db:
        db.add(Duty(unit=UNIT, matter="饭菜质量", words="食堂 头发"))
    async with opened("alice", f"{HOME}/new") as page:
        await page.get_by_text("投诉", exact=True).first.click()
        await page.get_by_label("什么事").press_sequentially("食堂的菜里有头发")
        await expect(page.locator("#f-unit")).to_have_value(UNIT)
        await expect(page.locator("#bar")).to_contain_text("前答复")
        await page.get_by_role("button", name="发出去").click()
        await expect(page.locator("h1")).to_contain_text("前答复")
        case = page.url
        await become(page, people["head"])
        await page.goto(f"{HOME}/work")
        await page.get_by_text("食堂的菜里有头发").click()
        await page.get_by_role("button", name="我来办").click()
        await expect(page.locator("#toast")).to_have_text("接下了")
        await page.get_by_label("答复", exact=True).fill("换了帽子，罚了窗口")
        await page.get_by_role("button", name="答复", exact=True).click()
        await expect(page.locator("h1")).to_have_text(f"{UNIT}答复了")
        await become(page, people["alice"])
        await page.goto("/h5/inbox")
        await page.get_by_text("有答复了").first.click()
        await page.goto(case)
        await expect(page.locator(".f-answer")).to_contain_text("换了帽子")
        await page.locator(".f-stars label").nth(4).click()
        await expect(page.locator("#stars-say")).to_have_text("非常好")
        await page.get_by_role("button", name="提交评价").click()
        await expect(page.locator("#live")).to_contain_text("你评了 5 星")
    async with scene.database.session() as db:
        assert (await db.get_one(Case, 1)).stars == 5
