"""Who is asked to log in or to bind, in which way, and where that may lead."""

import hmac
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.campus.people import sessions
from app.gateway import login_state as states
from app.kit import clock
from app.kit.db import Database
from app.settings import DEMO_SECRETS, Settings
from tests.gateway.phones import OURS, PAGE, WECHAT, World

pytestmark = pytest.mark.anyio
PUBLIC = "https://hq.example.edu.cn"
WANTED = "next=/h5/room%3Ffloor%3D5%26name%3D%25E4%25B8%2589"


@pytest.fixture
def public(settings: Settings) -> Settings:
    """Settings as in service."""
    own: dict[str, Any] = dict.fromkeys(DEMO_SECRETS, "a value of our own, long enough")
    return Settings(
        _env_file=None, public_url=PUBLIC, database_url=settings.database_url,
        wechat_open_url="https://open.weixin.qq.com", account_qr="http://weixin.qq.com/r/abc",
        **{**own, "wechat_encoding_aes_key": "k" * 43},
    )  # fmt: skip


@pytest.fixture
def in_service(world: World, public: Settings) -> FastAPI:
    """The world's app, told that it is in service."""
    world.app.state.settings = public
    return world.app


@pytest.mark.parametrize(
    "address",
    [
        "/h5/mine",
        "/h5/room?floor=5#top",
        "/desk",
        "/h5/电费?room=3号楼",
        "/",
        "/h5/x?next=//evil.cn",
    ],
)
def test_paths_of_ours_are_come_back_to(address: str) -> None:
    assert states.own_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.cn", "///evil.cn", "/\\evil.cn", "\\\\evil.cn", "/\t/evil.cn", "/\n/evil.cn",
        "/h5\\..\\evil", "https://evil.cn", "https:/evil.cn", "javascript:alert(1)", "evil.cn",
        "@evil.cn", " /h5/mine", "", None, "/login", "/login?next=/h5", "/login/back?code=1",
        "/h5/" + "x" * 800, "data:text/html,x", "/h5/\x00", "http:///evil.cn",
    ],
)  # fmt: skip
def test_nothing_else_is(address: str | None) -> None:
    assert states.own_address(address) == states.HOME


@given(st.text(alphabet="/\\.:@ \t\nevil%25h", max_size=12))
def test_whatever_is_asked_for_stays_on_our_host(address: str) -> None:
    found = states.own_address(address)
    assert found[0] == "/"
    assert found[1:2] not in ("/", "\\")
    assert not set(found) & {"\\", "\t", "\n"}


async def test_an_open_redirect_ends_at_home(world: World) -> None:
    phone = world.phone()
    answer = await phone.get("/login", params={"next": "//evil.cn/x"})
    assert str(answer.url.copy_with(fragment=None)) == OURS + states.HOME


async def test_outside_wechat_a_page_shows_the_code_of_the_account(
    world: World, in_service: FastAPI
) -> None:
    answer = await world.phone().get(PAGE)
    assert answer.status_code == 401
    assert answer.history == []
    assert "用微信扫一扫就能进" in answer.text
    assert "data:image/svg+xml" in answer.text
    assert (await world.phone().get("/login")).status_code == 401


@pytest.mark.parametrize(
    ("browser", "sent"),
    [
        (WECHAT["user-agent"], True),
        ("Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.50(0x1800323d)", True),
        ("Mozilla/5.0 (Linux) wxwork/4.1 MicroMessenger/7.0.1", False),
        ("Mozilla/5.0 (X11; Linux) Chrome/130", False),
    ],
)
async def test_only_browsers_in_wechat_are_sent_to_it(
    world: World, in_service: FastAPI, browser: str, sent: bool
) -> None:
    phone = world.phone(**{"user-agent": browser})
    answer = await phone.get("/login", follow_redirects=False)
    location = answer.headers.get("location", "")
    assert location.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?") is sent
    if sent:
        assert "Secure" in answer.headers["set-cookie"]


async def test_a_fragment_sends_the_whole_page_to_log_in(world: World) -> None:
    headers = {"hx-request": "true", "hx-current-url": OURS + PAGE}
    answer = await world.phone().get("/h5/room?part=2", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, f"/login?{WANTED}")


async def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    world: World, database: Database
) -> None:
    phone = world.phone()
    await phone.get(PAGE)
    async with database.session() as db:
        await sessions.end_all(db, clock.now(), who=world.alice)
    key, session = DEMO_SECRETS["secret_key"].encode(), phone.cookies["sid"]
    token = hmac.new(key, f"csrf:{session}".encode(), "sha256").hexdigest()
    answer = await phone.post("/h5/room", headers={"referer": OURS + PAGE, "x-csrf-token": token})
    assert (answer.status_code, answer.history) == (401, [])
    assert "登录过期了" in answer.text
    assert f"/login?{WANTED}" in answer.text


async def test_machines_are_told_in_json(world: World) -> None:
    answer = await world.phone().get("/api/room")
    assert (answer.status_code, answer.json()["error"]) == (401, "先登录再看这一页")


async def test_who_is_not_bound_is_shown_the_way(world: World) -> None:
    answer = await world.phone().get("/h5/room/bill?month=9")
    assert answer.status_code == 403
    assert "先绑定学号" in answer.text
    assert 'href="/h5/mine/bind?next=/h5/room/bill%3Fmonth%3D9"' in answer.text
    phone = world.phone()
    await phone.get(PAGE)
    assert (await phone.get("/api/room/bill")).json()["error"].startswith("先绑定学号")
