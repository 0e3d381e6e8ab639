"""Web login as the platform does it: the authorize page, codes, phones and their cookies."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.anyio
BACK = "http://127.0.0.1:8000/login/back"


def address(sandbox: Sandbox, **changed: str) -> str:
    asked = {
        "appid": sandbox.platform.settings.app_id, "redirect_uri": BACK, "response_type": "code",
        "scope": "snsapi_base", "state": "ab12",
    }  # fmt: skip
    return f"/connect/oauth2/authorize?{urlencode(asked | changed)}"


async def authorize(sandbox: Sandbox, openid: str = "", **changed: str) -> httpx.Response:
    cookie = {"cookie": f"sandbox_phone={openid or sandbox.alice}"}
    return await sandbox.http.get(address(sandbox, **changed), headers=cookie)


async def code(sandbox: Sandbox) -> str:
    query = urlsplit((await authorize(sandbox)).headers["location"]).query
    return parse_qs(query)["code"][0]


async def exchange(sandbox: Sandbox, code: str, **changed: str) -> dict[str, Any]:
    settings = sandbox.platform.settings
    query = {"appid": settings.app_id, "secret": settings.app_secret, "code": code,
             "grant_type": "authorization_code", **changed}  # fmt: skip
    return dict((await sandbox.http.get("/sns/oauth2/access_token", params=query)).json())


async def test_the_phones_owner_is_sent_back_with_a_code(sandbox: Sandbox) -> None:
    answer = await authorize(sandbox, redirect_uri=f"{BACK}?a=1")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{BACK}?a=1&code=")
    assert answer.headers["location"].endswith("&state=ab12")


async def test_a_code_works_once(sandbox: Sandbox) -> None:
    given = await code(sandbox)
    first = await exchange(sandbox, given)
    assert (first["openid"], "is_snapshotuser" in first) == (sandbox.alice, False)
    assert (await exchange(sandbox, given))["errcode"] == 40163


async def test_a_code_lives_five_minutes(sandbox: Sandbox) -> None:
    given = await code(sandbox)
    sandbox.clock.at += 300
    assert (await exchange(sandbox, given))["errcode"] == 42003


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"secret": "x"}, 40125), ({"appid": "wx1"}, 40013), ({"secret": ""}, 41004),
        ({"code": ""}, 41008), ({"code": "made-up"}, 40029), ({"grant_type": "x"}, 40002),
    ],
)  # fmt: skip
async def test_a_wrong_exchange_is_refused(
    sandbox: Sandbox, changed: dict[str, str], errcode: int
) -> None:
    answer = await exchange(sandbox, **{"code": await code(sandbox), **changed})
    assert answer["errcode"] == errcode


@pytest.mark.parametrize(
    "changed",
    [
        {"appid": "wx1"}, {"redirect_uri": "http://evil.cn/login/back"}, {"state": "a-b"},
        {"state": "x" * 129}, {"response_type": "token"}, {"scope": "snsapi_all"}, {"more": "1"},
    ],
)  # fmt: skip
async def test_a_wrong_link_is_not_opened(sandbox: Sandbox, changed: dict[str, str]) -> None:
    answer = await authorize(sandbox, **changed)
    assert (answer.status_code, "该链接无法访问" in answer.text) == (400, True)


async def test_the_order_of_the_parameters_matters(sandbox: Sandbox) -> None:
    path, _, query = address(sandbox).partition("?")
    turned = "&".join(reversed(query.split("&")))
    assert (await sandbox.http.get(f"{path}?{turned}")).status_code == 400


async def test_a_browser_that_is_nobodys_phone_is_asked_whose(sandbox: Sandbox) -> None:
    answer = await sandbox.http.get(address(sandbox))
    assert "这是谁的手机" in answer.text
    assert f"/sandbox/open?openid={sandbox.alice}&url=http%3A%2F%2Fsandbox%2Fconnect" in answer.text


async def test_the_faults_of_logins_strike(sandbox: Sandbox) -> None:
    await sandbox.do("faults", name="code_used", times=1)
    assert (await exchange(sandbox, await code(sandbox)))["errcode"] == 40163
    await sandbox.do("faults", name="snapshot", times=1)
    shown = await exchange(sandbox, await code(sandbox))
    assert (shown["is_snapshotuser"], shown["openid"] in sandbox.platform.people) == (1, False)
    await sandbox.do("faults", name="double_redirect", times=1)
    page = (await authorize(sandbox)).text
    assert (page.count("code=0"), page.count("state=ab12"), "twice.js" in page) == (2, 2, True)


async def test_each_phone_has_its_own_login_cookies(sandbox: Sandbox) -> None:
    bob = list(sandbox.platform.people)[1]

    async def take(openid: str) -> None:
        params = {"openid": openid, "url": "http://127.0.0.1:8000/h5/mine"}
        assert (await sandbox.http.get("/sandbox/open", params=params)).status_code == 302

    sandbox.http.cookies.set("sid", "nobodys", domain="sandbox.local", path="/")
    await take(sandbox.alice)
    assert dict(sandbox.http.cookies) == {"sandbox_phone": sandbox.alice}
    sandbox.http.cookies.set("sid", "alices", domain="sandbox.local", path="/")
    await take(bob)
    assert dict(sandbox.http.cookies) == {"sandbox_phone": bob}
    await take(sandbox.alice)
    assert dict(sandbox.http.cookies) == {"sandbox_phone": sandbox.alice, "sid": "alices"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/h5", "", "data:text/html,x"])
async def test_only_web_pages_are_opened(sandbox: Sandbox, url: str) -> None:
    params = {"openid": sandbox.alice, "url": url}
    assert (await sandbox.http.get("/sandbox/open", params=params)).status_code == 400


async def test_the_ticket_stays_for_two_hours(sandbox: Sandbox) -> None:
    first = await sandbox.api("/cgi-bin/ticket/getticket", type="jsapi")
    sandbox.clock.at += 7000
    assert await sandbox.api("/cgi-bin/ticket/getticket", type="jsapi") == first | {
        "expires_in": 200
    }
    sandbox.clock.at += 200
    assert (await sandbox.api("/cgi-bin/ticket/getticket", type="jsapi"))["ticket"] != (
        first["ticket"]
    )
    assert (await sandbox.api("/cgi-bin/ticket/getticket", type="x"))["errcode"] == 40097


async def test_the_phone_is_opened_by_number(sandbox: Sandbox) -> None:
    answer = await sandbox.http.get("http://localhost:8100/")
    assert answer.headers["location"] == "http://127.0.0.1:8100/"
