"""The pages on a real phone browser: readable for everybody, and a diner who is heard."""

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from app.campus.people.me import COOKIE
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.models import Answer
from app.services.evaluations.opening import open_sealed
from tests.browser import chromium, faults, open_page, overflow, serve
from tests.h5.pages import needs_packages
from tests.h5.test_weight import LIMIT, LOADED
from tests.people import Somebody, cookie_of
from tests.services.evaluations.made import DINER, opened, phone, send

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
People = dict[str, Somebody]
HOME = "/h5/evaluations"
WHY = {"name": "dish", "kind": "words", "title": "是哪道菜",
       "when": {"question": "stars", "op": "le", "value": 2}}  # fmt: skip
ALL: list[dict[str, Any]] = [
    *DINER, WHY,
    {"name": "one", "kind": "one", "title": "哪一餐", "choices": ["早饭", "午饭"],
     "required": True},
    {"name": "scale", "kind": "scale", "title": "打几分", "labels": ["差", "好"]},
    {"name": "parts", "kind": "matrix", "title": "分开说", "rows": ["卫生很好很好很好", "服务"],
     "choices": ["满意", "一般", "不满意"]},
]  # fmt: skip
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]


@pytest.fixture
def on_phone(app: FastAPI, people: People) -> Opened:
    """`async with on_phone("alice", path) as page`."""

    @contextlib.asynccontextmanager
    async def open_(name: str, path: str, **how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            await log_in(page, page.url.removesuffix("/healthz"), people[name])
            await page.goto(path)
            yield page

    return open_


async def log_in(page: Page, root: str, somebody: Somebody) -> None:
    cookie = {"name": COOKIE, "value": cookie_of(somebody), "url": root}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes


async def pages(app: FastAPI, people: People, database: Database) -> list[str]:
    """Every page, as the head sees it: empty and full forms, results, what was said of few."""
    _, _, form = await opened(database, ALL, anonymous=True, about="说" * 200)
    _, _, survey = await opened(
        database, ALL, kind="survey", title="夜宵" * 10, live=True, name="问卷"
    )
    async with phone(app, people["head"]) as head:
        await send(head, survey, stars="2", one="早饭", words="很长" * 90, scale="7",
                   tags=["菜凉了"], **{"parts-0": "满意"})  # fmt: skip
    async with database.session() as db:
        number = (await db.scalars(select(Answer.id))).one()
    return [HOME, f"{HOME}?q=月球", form, survey, f"{survey}/results", f"{HOME}/mine",
            f"{HOME}/mine/{number}", f"{HOME}/receipt", f"{HOME}/heard",
            f"{HOME}/heard/{number}"]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(
    on_phone: Opened, app: FastAPI, people: People, database: Database, dark: bool
) -> None:
    some = await pages(app, people, database)
    async with on_phone("head", HOME, dark=dark) as page:
        for path in some:
            await page.goto(path)
            assert await faults(page) == [], path


async def test_nothing_is_wider_than_a_small_phone_in_large_type(
    on_phone: Opened, app: FastAPI, people: People, database: Database
) -> None:
    some = await pages(app, people, database)
    async with on_phone("head", HOME, width=320, care=True) as page:
        for path in some:
            await page.goto(path)
            assert await overflow(page) <= 0, path


async def test_a_first_visit_weighs_at_most_50_kb(
    app: FastAPI, people: People, database: Database
) -> None:
    some = await pages(app, people, database)
    async with phone(app, people["head"]) as head:
        for path in some:
            answer = await head.get(path)
            files = sorted(set(re.findall(LOADED, answer.text)))
            sent = [answer, *[await head.get(file) for file in files]]
            assert sum(part.num_bytes_downloaded for part in sent) <= LIMIT, path


async def test_a_question_comes_with_the_answer_it_depends_on(
    on_phone: Opened, database: Database
) -> None:
    _, _, form = await opened(database, ALL)
    async with on_phone("alice", form) as page:
        dish = page.get_by_role("group", name="是哪道菜")
        await expect(dish).to_be_hidden()
        await page.locator(".e-stars label").nth(1).click()
        await expect(dish).to_be_visible()
        await expect(page.get_by_text("不太好", exact=True)).to_be_visible()
        assert await page.locator(".e-stars .is-on").count() == 2
        await page.locator(".e-stars label").nth(3).click()
        await expect(dish).to_be_hidden()
        assert await page.locator(".e-stars .is-on").count() == 4


async def a_phone(browser: Browser, root: str, somebody: Somebody) -> Page:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=root, reduced_motion="reduce"
    )
    context.set_default_timeout(8000)
    page = await context.new_page()
    await log_in(page, root, somebody)
    return page


async def rate_badly(page: Page, form: str) -> None:
    await page.goto(form)
    await page.locator(".e-stars label").first.click()
    await page.locator("textarea[name=q-words]").fill("菜里有根头发")
    await page.get_by_role("button", name="提交评价").click()


async def reply(page: Page) -> None:
    """The head finds the alert in the inbox and answers."""
    await page.goto("/h5/inbox")
    await page.get_by_text("有人打了低分").first.click()
    await page.get_by_role("link", name="去看看").or_(page.locator("a[href*='/heard/']")).click()
    await expect(page.get_by_text("菜里有根头发")).to_be_visible()
    await page.get_by_label("回复").fill("换了厨师帽，今天起戴")
    await page.get_by_role("button", name="回给他").click()
    await expect(page.get_by_text("回过了：换了厨师帽")).to_be_visible()


@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
async def test_a_diner_scans_and_rates_the_head_answers_and_the_diner_is_told(
    app: FastAPI, people: People, database: Database, anonymous: bool
) -> None:
    _, _, form = await opened(database, anonymous=anonymous)
    with serve(app) as root:
        async with chromium() as browser:
            diner = await a_phone(browser, root, people["alice"])
            await rate_badly(diner, form)
            code = await diner.locator(".e-code").text_content() if anonymous else ""
            await open_sealed(database, clock.now())
            await reply(await a_phone(browser, root, people["head"]))
            if anonymous:
                await diner.goto(f"{HOME}/receipt")
                await diner.get_by_label("回执码").fill(code or "")
                await diner.get_by_role("button", name="看回复").click()
            else:
                await diner.goto("/h5/inbox")
                await diner.get_by_text("你评的有回音了").first.click()
                await diner.locator("a[href*='/evaluations/mine/']").click()
            await expect(diner.get_by_text("换了厨师帽，今天起戴")).to_be_visible()
