"""The whole way, over real HTTP: a phone in a browser, the platform, the account, the campus."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from app.demo import fill_if_empty
from app.kit.db import Database
from app.main import load_services
from app.settings import Settings
from tests.browser import chromium
from tests.phone import DEMO_STUDENT, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
LONG = "长" * 10_000


@pytest.fixture
async def phone_url(database: Database, settings: Settings) -> AsyncIterator[str]:
    """The sandbox's address, with the demo campus behind it and the menu pushed."""
    services = load_services()
    await fill_if_empty(database, services)
    with both(settings) as made:
        await made.push_menu(services)
        yield made.theirs


async def heard_on(phone: httpx.AsyncClient, act: str, **what: Any) -> str:
    """What the account answers to an act of the first person, as the phone shows it."""
    state = (await phone.get("/sandbox/state")).json()
    body = {"openid": state["people"][0]["openid"], "wait": True, **what}
    pushed = (await phone.post(f"/sandbox/{act}", json=body)).json()["pushed"]
    attempts = [attempt for push in pushed for attempt in push["attempts"]]
    assert [attempt["outcome"] for attempt in attempts] == ["answered"]
    return str(attempts[0]["data"])


async def test_the_phone_answers_whatever_it_is_asked(phone_url: str) -> None:
    async with httpx.AsyncClient(base_url=phone_url, timeout=20) as phone:
        for words, part in [
            ("班车", "南校区 → 北校区"), ("洗浴", "南苑浴室"), ("电费 3号楼 501", "先绑定学号"),
            ("电话 维修", "24 小时抢修"), ("bance", "回 1 班车"), ("班次", "回 1 班车"),
            ("1", "南校区"), ("吃葡萄不吐葡萄皮", "还不会答"), (LONG, "还不会答"),
            ("帮助 班车", "末班车"),
        ]:  # fmt: skip
            assert part in await heard_on(phone, "say", text=words), words[:20]
        assert "图书馆" in await heard_on(phone, "location", lat=35.19, lng=113.265, label="")
        assert "→" in await heard_on(phone, "tap", path=[0, 0])


@pytest.mark.browser
async def test_a_newcomer_writes_taps_and_opens_a_page(phone_url: str) -> None:
    async with chromium() as browser, phone_at(browser, phone_url) as phone:
        await phone.say("班车")
        await phone.chat.get_by_text("看全部班次").click()
        await expect(phone.inside.locator(".c-next__time, .c-empty")).to_be_visible()


@pytest.mark.browser
async def test_a_student_binds_from_the_chat_and_is_told_of_their_room_alone(
    phone_url: str,
) -> None:
    async with chromium() as browser, phone_at(browser, phone_url) as phone:
        await phone.say("电费")
        await phone.chat.get_by_text("绑定学号", exact=True).click()
        await phone.bind(*DEMO_STUDENT)
        await expect(phone.inside.locator(".c-tile")).to_have_count(2)
        await phone.close()
        await phone.say("电费")
        await expect(phone.chat).to_contain_text("空调 8.40 元")
        await phone.say("电费 3号楼 502")
        await expect(phone.chat).to_contain_text("3号楼 502 不是你的寝室")
        await phone.say("解绑")
        await phone.say("1")
        await expect(phone.chat).to_contain_text("解绑了")
