"""「我的」 on a real phone browser."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.campus.people.me import COOKIE
from app.campus.people.models import Move, Person
from app.kit import clock
from app.kit.db import Database
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.browser,
    needs_packages,
    pytest.mark.usefixtures("lin"),
]
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]
BOUND = ("", "/unbind", "/data")
UNBOUND = ("", "/bind?next=/h5/electricity")


@pytest.fixture
async def opened(app: Any, database: Database, people: dict[str, Somebody]) -> Opened:
    """`async with opened("alice", dark=True) as page`: their phone, at 「我的」.

    Somebody asks to move alice's number, who has a long name; it does not break the page.
    """
    async with database.session() as db:
        alice = await db.get_one(Person, people["alice"].person_id)
        alice.name, alice.number = "阿卜杜热合曼·阿卜杜克热木江·买买提明", "X" * 30
        db.add(Move(person_id=alice.id, who="o-charlie", at=clock.now()))

    @contextlib.asynccontextmanager
    async def open_(name: str, **how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            cookie = {"name": COOKIE, "value": cookie_of(people[name]), "url": page.url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes
            await page.goto("/h5/mine")
            yield page

    return open_


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(opened: Opened, dark: bool) -> None:
    for name, paths in (("alice", BOUND), ("bob", BOUND[:1]), ("charlie", UNBOUND)):
        async with opened(name, dark=dark) as page:
            for path in paths:
                await page.goto(f"/h5/mine{path}")
                assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(opened: Opened, care: bool) -> None:
    for name, paths in (("alice", BOUND), ("charlie", UNBOUND)):
        async with opened(name, width=320, care=care) as page:
            for path in paths:
                await page.goto(f"/h5/mine{path}")
                assert await overflow(page) == 0


async def test_somebody_binds_mends_a_mistake_and_unbinds_in_a_dialog(opened: Opened) -> None:
    async with opened("bob") as page:
        await page.get_by_text("换绑或解绑学号").click()
        await page.get_by_role("dialog").get_by_role("button", name="解绑").click()
        await expect(page.get_by_text("还没绑学号")).to_be_visible()
        await page.get_by_role("link", name="绑定学号").click()
        for label, typed in (("学号", "20240136"), ("姓名", "林晓雨"), ("身份证", "123457")):
            await page.get_by_label(label, exact=True).fill(typed)
        await page.get_by_role("button", name="绑定").click()
        await expect(page.get_by_text("这三样对不上")).to_be_visible()
        await expect(page.get_by_label("姓名")).to_have_value("林晓雨")
        await page.get_by_label("身份证").fill("123456")
        await page.get_by_role("button", name="绑定").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("林晓雨")


async def test_large_type_is_a_switch_among_the_settings(opened: Opened) -> None:
    async with opened("bob") as page:
        switch = page.get_by_role("checkbox", name="大字和高对比")
        await switch.click()
        await expect(page.locator("body")).to_have_attribute("data-weui-mode", "care")
        await page.reload()
        await expect(switch).to_be_checked()


async def test_data_are_deleted_after_two_questions(opened: Opened) -> None:
    async with opened("bob") as page:
        await page.goto("/h5/mine/data")
        await page.get_by_role("button", name="删除我的资料").click()
        assert await faults(page) == []
        await page.get_by_role("button", name="删掉").click()
        await expect(page.get_by_text("你的资料删掉了")).to_be_visible()
