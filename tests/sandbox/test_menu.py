"""The menu: what the platform takes, and by which number it refuses the rest."""

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.anyio
CREATE = "/cgi-bin/menu/create"
BUS = {"type": "click", "name": "班车", "key": "班车"}
MENU = {"button": [BUS, {"name": "服务", "sub_button": [
    {"type": "view", "name": "看网页", "url": "http://example.edu/h5"}]}]}  # fmt: skip


def with_sub(**changed: Any) -> dict[str, Any]:
    return {"button": [{"name": "服务", "sub_button": [{**BUS, **changed}]}]}


def with_top(**changed: Any) -> dict[str, Any]:
    return {"button": [{**BUS, **changed}]}


async def test_a_menu_comes_back_as_it_went_in(sandbox: Sandbox) -> None:
    assert (await sandbox.api(CREATE, MENU))["errcode"] == 0
    menu = (await sandbox.api("/cgi-bin/menu/get"))["menu"]
    assert [button["name"] for button in menu["button"]] == ["班车", "服务"]
    shown = await sandbox.api("/cgi-bin/get_current_selfmenu_info")
    assert shown["selfmenu_info"]["button"][1]["sub_button"]["list"][0]["name"] == "看网页"


async def test_without_a_menu_it_says_so(sandbox: Sandbox) -> None:
    await sandbox.api(CREATE, MENU)
    assert (await sandbox.api("/cgi-bin/menu/delete"))["errcode"] == 0
    assert (await sandbox.api("/cgi-bin/menu/get"))["errcode"] == 46003
    assert await sandbox.api("/cgi-bin/get_current_selfmenu_info") == {"is_menu_open": 0}


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({}, 40016),
        ({"button": [BUS] * 4}, 40016),
        (with_top(type="fax"), 40017),
        (with_top(name="一二三四五六"), 40018),
        (with_top(key="钥" * 43), 40019),
        (with_top(type="view", url="http://x.cn/" + "a" * 1013), 40020),
        (with_top(type="view", url="javascript:x"), 40055),
        ({"button": [{"name": "多", "sub_button": [BUS] * 6}]}, 40023),
        (with_sub(type="fax"), 40024),
        (with_sub(name="长" * 21), 40025),
        (with_sub(key=""), 40026),
        (with_sub(type="view", url=""), 40027),
        (with_sub(sub_button=[BUS]), 40022),
    ],
)
async def test_each_limit_has_its_number(sandbox: Sandbox, menu: dict[str, Any], code: int) -> None:
    assert (await sandbox.api(CREATE, menu))["errcode"] == code
    assert sandbox.platform.menu is None


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", 44002), (b"{", 47001), (b"[]", 47001), (rb'{"button": "\u73ed"}', 40033)],
)
async def test_the_body_has_to_be_plain_json(sandbox: Sandbox, body: bytes, code: int) -> None:
    query = {"access_token": await sandbox.token()}
    answer = await sandbox.http.post(CREATE, params=query, content=body)
    assert answer.json()["errcode"] == code
