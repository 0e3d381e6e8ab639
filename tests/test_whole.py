"""The whole way, over real HTTP: a phone in a browser, the platform, the account, the campus."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from playwright.async_api import expect

from app import migrate
from app.demo import fill_if_empty
from app.kit.db import Database
from app.main import load_services
from app.settings import Settings
from tests.browser import chromium
from tests.phone import DEMO_STUDENT, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
LONG = "长" * 10_000


@pytest.fixture(scope="module")
def demo(server_url: str) -> Iterator[str]:
    """The name of a database with the demo campus in it, filled once: each test has a copy."""
    name = f"demo_{os.getpid()}"
    with a_database(server_url, name) as url:
        migrate.upgrade(url)
        asyncio.run(filled(url))
        yield name


async def filled(url: str) -> None:
    database = Database(url, size=2)
    assert await fill_if_empty(database, load_services())
    await database.close()


@contextlib.contextmanager
def a_database(server_url: str, name: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, which is there for as long as the block runs."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def phone_url(server_url: str, demo: str, tmp_path: Path) -> AsyncIterator[str]:
    """The sandbox's address, with the demo campus behind it and the menu pushed."""
    with a_database(server_url, f"{demo}_copy", demo) as url:
        settings = Settings(database_url=url, data_dir=tmp_path, _env_file=None)
        with both(settings) as made:
            await made.push_menu(load_services())
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
