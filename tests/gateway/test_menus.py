"""The account's menu: what WeChat takes, versions, publishing and going back."""

import asyncio
import copy
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.applications import Starlette

from app.campus.audit import Entry
from app.campus.people.me import Me
from app.gateway import menus
from app.gateway.menu_rules import Button, fields, for_wechat, problems, read
from app.kit.db import Database
from app.kit.errors import CampusError, Conflict, Invalid, NotFound, Unavailable
from app.main import load_services
from app.sandbox.api.menu import check_menu
from app.sandbox.server import create_app as create_sandbox
from app.settings import Settings
from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore
from tests.desk.conftest import DeskOf, desk_of  # noqa: F401 a fixture: found by its name here

pytestmark = pytest.mark.anyio
OURS = "https://hq.example.edu.cn"
ZHAO, QIAN = Me(1, None, person_id=1, name="赵敏"), Me(2, None, person_id=2, name="钱亮")
BUS: Button = {"type": "click", "name": "班车", "key": "班车"}
PAGE: Button = {"type": "view", "name": "电费", "url": "/h5/electricity"}
FIRST: list[Button] = [BUS, {"name": "服务", "sub_button": [PAGE]}]
SECOND: list[Button] = [{**BUS, "name": "校车"}]
APP: Button = {"type": "miniprogram", "name": "缴费", "url": "https://pay.example.com",
               "appid": "wx0123456789abcdef", "pagepath": "pages/index"}  # fmt: skip


@pytest.fixture
def sandbox() -> Starlette:
    return create_sandbox()


@pytest.fixture
async def wechat(sandbox: Starlette) -> AsyncIterator[Client]:
    """The real client, with the sandbox as its platform."""
    settings = Settings(_env_file=None)
    async with open_client("http://api", transport=httpx.ASGITransport(sandbox)) as http:
        secret = settings.wechat_app_secret.get_secret_value()
        yield Client(http, settings.wechat_app_id, secret, MemoryStore())


def named(*names: str) -> list[Button]:
    return [{**BUS, "name": name} for name in names]


def under(*subs: Button) -> list[Button]:
    return [{"name": "服务", "sub_button": list(subs)}]


@pytest.mark.parametrize(
    ("buttons", "field"),
    [
        ([], "menu"), (named("一", "二", "三", "四"), "menu"),
        (named("五个汉字整"), ""), (named("五个汉字整a"), ""), (named("五个汉字整ab"), "c1_name"),
        (named(""), "c1_name"), (under({**BUS, "name": "字" * 20}), ""),
        (under({**BUS, "name": "字" * 20 + "a"}), "c1s1_name"),
        (under(*[BUS] * 5), ""), (under(*[BUS] * 6), "c1_name"),
        ([{**BUS, "key": "字" * 42 + "ab"}], ""), ([{**BUS, "key": "字" * 43}], "c1_value"),
        ([{**BUS, "key": ""}], "c1_value"), ([{**BUS, "type": "media_id"}], "c1_type"),
        ([{**BUS, "type": "scancode_waitmsg"}], ""), ([{**BUS, "type": "location_select"}], ""),
        ([PAGE], ""), ([{**PAGE, "url": ""}], "c1_value"),
        ([{**PAGE, "url": "https://a.cn/" + "a" * 1011}], ""),
        ([{**PAGE, "url": "https://a.cn/" + "a" * 1012}], "c1_value"),
        ([{**PAGE, "url": "/h5/" + "a" * 1010}], "c1_value"),
        ([{**PAGE, "url": "http://a.cn/"}], "c1_value"), ([{**PAGE, "url": f"{OURS}/h5/bus"}], ""),
        ([{**PAGE, "url": "javascript:alert(1)"}], "c1_value"),
        ([{**PAGE, "url": "//evil.cn/"}], "c1_value"), ([{**PAGE, "url": "https://["}], "c1_value"),
        ([{**PAGE, "url": "https://hq.example.edu.cn@evil.cn/"}], "c1_value"),
        ([{**PAGE, "url": "https://a.cn/ b"}], "c1_value"),
        ([APP], ""), ([{**APP, "appid": "wx0123456789ABCDEF"}], "c1_appid"),
        ([{**APP, "pagepath": ""}], "c1_pagepath"), ([{**APP, "url": ""}], "c1_value"),
        (under(*[{**PAGE, "url": f"https://{n}.cn/"} for n in "abc"]), ""),
        (under(*[{**PAGE, "url": f"https://{n}.cn/"} for n in "abcd"]), "menu"),
    ],
)  # fmt: skip
def test_what_the_platform_would_refuse_is_named_by_its_field(
    buttons: list[Button], field: str
) -> None:
    assert list(problems(buttons, OURS)) == ([field] if field else [])


TEXTS = st.text(max_size=70) | st.sampled_from(["班车", "五个汉字整整", "字" * 21])
URLS = st.sampled_from(["/h5/bus", "https://a.cn/x", "http://b.cn", "x", "", "https://" + "a" * 99])
KINDS = st.sampled_from(["click", "view", "miniprogram", "scancode_waitmsg", ""])
LEAF = st.fixed_dictionaries(
    {"name": TEXTS, "type": KINDS},
    optional={"key": TEXTS, "url": URLS, "appid": st.just("wx0123456789abcdef"),
              "pagepath": TEXTS},
)  # fmt: skip
COLUMN = LEAF | st.fixed_dictionaries(
    {"name": TEXTS, "sub_button": st.lists(LEAF, min_size=1, max_size=6)}
)


@given(st.lists(COLUMN, max_size=4))
def test_whatever_we_let_through_the_platform_takes(buttons: list[Button]) -> None:
    if not problems(buttons, OURS):
        check_menu(for_wechat(buttons, OURS))


@given(st.lists(st.sampled_from([BUS, PAGE, APP, *FIRST, *under(BUS, APP, PAGE)]), max_size=3))
def test_a_menu_survives_the_form(buttons: list[Button]) -> None:
    assert read(fields(copy.deepcopy(buttons))) == buttons


def test_the_menu_that_ships_is_one_that_the_platform_takes() -> None:
    shipped = menus.default_buttons(load_services())
    assert problems(shipped, OURS) == {}
    assert for_wechat(shipped, OURS)["button"][1]["sub_button"][0]["url"].startswith(OURS)


async def kept(database: Database, buttons: list[Button], known: int, me: Me = ZHAO) -> int:
    async with database.session() as db:
        return (await menus.save(db, me, buttons, known, OURS)).id


async def shown(sandbox: Starlette) -> list[Any]:
    return [button["name"] for button in sandbox.state.platform.menu["button"]]


async def test_a_version_is_published_and_an_old_one_comes_back(
    database: Database, sandbox: Starlette, wechat: Client
) -> None:
    first = await kept(database, FIRST, 0)
    second = await kept(database, SECOND, first)
    for number, names in ((first, ["班车", "服务"]), (second, ["校车"])):
        async with database.session() as db:
            await menus.publish(db, ZHAO, wechat, number, OURS)
        assert await shown(sandbox) == names
    assert sandbox.state.platform.menu["button"][0]["key"] == "班车"
    async with database.session() as db:
        await menus.roll_back(db, QIAN, wechat, first, known=second, public_url=OURS)
    assert await shown(sandbox) == ["班车", "服务"]
    async with database.session() as db:
        newest, public = await menus.newest(db), await menus.published(db)
        deeds = list(await db.scalars(select(Entry.action).order_by(Entry.id)))
    assert newest is public
    assert public
    assert (public.buttons, public.published_by) == (FIRST, "钱亮")
    assert deeds == ["menus.save"] * 2 + ["menus.publish"] * 2 + ["menus.save", "menus.publish"]


async def test_the_second_of_two_operators_is_told_who_was_first(database: Database) -> None:
    known = await kept(database, FIRST, 0)
    await kept(database, SECOND, known)
    with pytest.raises(Conflict, match="赵敏刚存过一版"):
        await kept(database, FIRST, known, QIAN)


async def test_of_two_who_save_at_once_one_wins(database: Database) -> None:
    both = [kept(database, FIRST, 0, me) for me in (ZHAO, QIAN)]
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Conflict", "int"]


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (httpx.Response(200, json={"errcode": 40018, "errmsg": "name size"}), Invalid),
        (httpx.Response(502), Unavailable),
    ],
)  # fmt: skip
async def test_what_wechat_does_not_take_is_not_marked_as_published(
    database: Database, answer: httpx.Response, refusal: type[CampusError]
) -> None:
    number = await kept(database, FIRST, 0)
    token = httpx.Response(200, json={"access_token": "t", "expires_in": 7200})

    def platform(request: httpx.Request) -> httpx.Response:
        return token if "token" in request.url.path else answer

    async with open_client("http://api", transport=httpx.MockTransport(platform)) as http:
        client = Client(http, "wx0", "s", MemoryStore())
        with pytest.raises(refusal):
            async with database.session() as db:
                await menus.publish(db, ZHAO, client, number, OURS)
    async with database.session() as db:
        assert await menus.published(db) is None


async def test_the_command_line_pushes_what_was_published_else_what_ships(
    database: Database, wechat: Client
) -> None:
    async with database.session() as db:
        assert (await menus.wanted(db, load_services(), OURS))["button"][0]["name"] == "查询"
    number = await kept(database, SECOND, 0)
    await kept(database, FIRST, number)
    async with database.session() as db:
        await menus.publish(db, ZHAO, wechat, number, OURS)
        assert (await menus.wanted(db, load_services(), OURS))["button"][0]["name"] == "校车"
        with pytest.raises(NotFound):
            await menus.get(db, 99)


async def send(desk: httpx.AsyncClient, path: str = "save", **more: str) -> httpx.Response:
    """The form of the menu page, with some fields changed."""
    page = (await desk.get("/desk/menu")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return await desk.post(f"/desk/menu/{path}", data={**hidden, **more})


async def test_an_operator_changes_the_menu_and_the_phone_shows_it(
    app: FastAPI,
    desk_of: DeskOf,  # noqa: F811 the fixture
    sandbox: Starlette,
    wechat: Client,
) -> None:
    app.state.wechat = wechat
    desk = await desk_of("operator")
    done = await send(desk, publish="1", **fields(FIRST))
    assert done.status_code == 303, done.text
    assert await shown(sandbox) == ["班车", "服务"]
    assert "发布了" in (await desk.get(done.headers["location"])).text
    await send(desk, publish="1", **fields(SECOND))
    back = await send(desk, "back", number="1")
    assert back.status_code == 303
    assert await shown(sandbox) == ["班车", "服务"]


async def test_a_wrong_name_is_told_where_it_was_written(
    desk_of: DeskOf,  # noqa: F811 the fixture
) -> None:
    desk = await desk_of("operator")
    wrong = {"c2_name": "六个汉字太长", "c2_type": "click", "c2_value": "班车"}
    refused = await send(desk, draft="1", **wrong)
    assert refused.status_code == 422
    assert 'id="wrong-c2_name"' in refused.text
    late = await send(desk, publish="1", c1_name="班车", c1_type="click", c1_value="班车")
    assert late.status_code == 503
    assert "没连上" in late.text
    assert (await (await desk_of("worker")).get("/desk/menu")).status_code in (303, 403)
