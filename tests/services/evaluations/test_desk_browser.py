"""Evaluations at the desk in Chromium: a survey is built, sent, and fills before one's eyes."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect
from sqlalchemy import select

from app.campus.notify.models import Delivery, Message
from app.campus.people import sessions
from app.campus.units import Unit
from app.kit import clock
from app.kit.db import Database
from tests.browser import faults, overflow
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import HERE, answered
from tests.services.evaluations.made import opened, phone, send

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
WORDS = ("菜有点咸", "菜不错", "排队太久", "菜凉了", "阿姨手抖", "价格实惠")


@contextlib.asynccontextmanager
async def sitting(
    app: FastAPI, database: Database, people: dict[str, Somebody], path: str
) -> AsyncIterator[Page]:
    """A page of the operator's; nothing may complain on its console."""
    async with database.session() as db:
        db.add(Unit(name=UNIT))
        operator = people["operator"].person_id
        token = await sessions.start(db, clock.now(), person_id=operator)
    async with seated(app, token) as (page, _, said):
        page.set_default_timeout(10_000)
        await page.goto(f"{HERE}{path}")
        yield page
        assert said == []


async def build(page: Page) -> None:
    """A survey of three questions, the last for who was not content."""
    await page.get_by_label("叫什么").fill("夜宵开到几点")
    await page.get_by_label("问卷只有自己的一个码").check()
    await page.get_by_role("button", name="选一个", exact=True).click()
    await page.get_by_label("问什么").nth(1).fill("几点合适")
    await page.get_by_label("能选什么，一行一个").fill("21:30\n22:30")
    await page.get_by_role("button", name="写几句", exact=True).click()
    await page.get_by_label("什么时候问").nth(1).select_option("q1")
    await expect(page.get_by_label("怎么比")).to_have_value("le")
    await page.get_by_label("比什么").select_option("2")


async def campaign(page: Page) -> None:
    """To everybody of 3号楼, from the survey's page."""
    await page.get_by_role("link", name="发给一批人").click()
    await expect(page.get_by_label("标题")).to_have_value("夜宵开到几点")
    await page.locator("[name=buildings]").check()
    await page.wait_for_selector("#preview .n-count:has-text('2')")
    await page.get_by_role("button", name="存下").click()
    await page.get_by_role("button", name="发给 2 人").click()
    await page.wait_for_selector("#progress")


async def told(database: Database, somebody: Somebody) -> str:
    """Where the message leads that the campaign has for them."""
    async with database.session() as db:
        theirs = select(Message.page).join(Delivery, Delivery.message_id == Message.id)
        return str(await db.scalar(theirs.where(Delivery.person_id == somebody.person_id)))


async def test_a_survey_is_built_published_sent_by_campaign_and_fills(
    app: FastAPI, database: Database, people: dict[str, Somebody]
) -> None:
    async with sitting(app, database, people, "/new") as page:
        await build(page)
        await expect(page.get_by_label("手机上的样子")).to_contain_text("最多 2 星才问")
        await page.get_by_role("button", name="存下").click()
        await page.get_by_role("button", name="放出去").click()
        await expect(page.locator("#live")).to_contain_text("还没有人答")
        survey = page.url
        await campaign(page)
        await page.goto(survey)
        await page.evaluate("window.same = true")
        door = await told(database, people["alice"])
        async with phone(app, people["alice"]) as alice:
            sent = await send(alice, door, q1="2", q2="22:30", q3="太早关了")
        assert sent.status_code == 200
        await expect(page.locator("#live")).to_contain_text("1 份")
        await expect(page.locator("#live")).to_contain_text("22:30")
        assert await page.evaluate("window.same")


async def titles(page: Page) -> list[str]:
    return [await one.input_value() for one in await page.get_by_label("问什么").all()]


async def test_questions_are_moved_by_button_by_key_and_by_hand(
    app: FastAPI, database: Database, people: dict[str, Somebody]
) -> None:
    async with sitting(app, database, people, "/new") as page:
        await page.get_by_role("button", name="拍照片", exact=True).click()
        await expect(page.get_by_label("问什么")).to_have_count(2)
        await page.get_by_role("button", name="往上移，第 2 题").click()
        await expect(page.get_by_label("问什么").first).to_have_value("拍一张")
        down = page.get_by_role("button", name="往下移，第 1 题")
        await down.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("问什么").first).to_have_value("总的来说怎么样")
        await page.locator("[data-e-grip]").nth(1).drag_to(page.locator(".e-q").first)
        await expect(page.get_by_label("问什么").first).to_have_value("拍一张")
        assert await titles(page) == ["拍一张", "总的来说怎么样"]


async def test_a_low_rating_is_answered_with_words_that_are_there(
    app: FastAPI, database: Database, people: dict[str, Somebody]
) -> None:
    form, subject, _ = await opened(database)
    alice = people["alice"].person_id
    answer = await answered(database, form, subject, person_id=alice, stars=1, words="凉了")
    async with sitting(app, database, people, "/low") as page:
        await page.get_by_role("link", name="去回").click()
        await page.get_by_role("button", name="谢谢你告诉我们").click()
        await page.get_by_role("button", name="回他", exact=True).click()
        await expect(page.get_by_role("status").first).to_contain_text("回过了")
        assert page.url.endswith(f"/low/{answer.id}?did=reply")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everyone_can_read_it(
    app: FastAPI, database: Database, people: dict[str, Somebody], theme: str
) -> None:
    form, subject, _ = await opened(database)
    for at, words in enumerate(WORDS):
        given: dict[str, Any] = {"stars": at % 5 + 1, "tags": ["味道好"], "words": words}
        answer = await answered(
            database, form, subject, person_id=people["alice"].person_id, **given
        )
    one = f"/{form.id}"
    paths = ("", "/new", one, f"{one}/edit", f"{one}/answers", f"{one}/invite",
             "/subjects", "/subjects/new", "/low", f"/low/{answer.id}", "/figures")  # fmt: skip
    async with sitting(app, database, people, "") as page:
        for path in paths:
            await page.goto(f"{HERE}{path}")
            await page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            await page.wait_for_timeout(350)  # until the colours have turned
            assert await faults(page) == [], path
            assert await overflow(page) <= 0, path
