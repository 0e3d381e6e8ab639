"""Rendering: what every page gets, toasts that nobody else can write, files kept for a year."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.edge import SecurityHeaders
from app.kit import pages
from tests.h5.pages import needs_packages

pytestmark = [pytest.mark.anyio, needs_packages]
WECHAT = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"


def request(cookie: str = "", **headers: str) -> Request:
    """A request of a browser that sends this Cookie header."""
    app = FastAPI()
    app.state.secret_key, app.state.hotlines = "a key", [("抢修", "8880 0110")]
    given = {"cookie": cookie, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return Request({"type": "http", "app": app, "headers": raw, "method": "GET", "path": "/h5/x"})


def page(cookie: str = "") -> HTMLResponse:
    return pages.render(request(cookie), "message.html", title="班车", text="17:30")


def told(response: Response) -> str:
    """The Cookie header that a browser sends after `response`."""
    return response.headers["set-cookie"].split(";")[0]


async def test_a_toast_is_shown_on_the_next_page_and_then_forgotten() -> None:
    moved = pages.redirect(request(), "/h5/mine", "报上了，今天 21:30 前修好")
    assert (moved.status_code, moved.headers["location"]) == (303, "/h5/mine")
    greeted = page(told(moved))
    assert "报上了，今天 21:30 前修好" in str(greeted.body, "utf-8")
    assert 'toast=""' in greeted.headers["set-cookie"]
    assert "Max-Age=0" in greeted.headers["set-cookie"]


async def test_a_page_without_a_toast_sets_no_cookie() -> None:
    assert "set-cookie" not in page().headers
    assert "set-cookie" not in pages.redirect(request(), "/h5/mine").headers


@pytest.mark.parametrize(
    "cookie", ["toast=5L2g5aW9", "toast=5L2g5aW9.", "toast=5L2g5aW9.abc", "toast=.", "toast=é.é"]
)
async def test_a_toast_that_somebody_made_up_is_not_shown(cookie: str) -> None:
    made_up = page(cookie)
    assert '<div class="c-toast" id="toast" role="status"></div>' in str(made_up.body, "utf-8")


async def test_markup_in_a_toast_stays_words() -> None:
    greeted = page(told(pages.redirect(request(), "/h5/mine", "<b>你好</b>")))
    assert "&lt;b&gt;你好&lt;/b&gt;" in str(greeted.body, "utf-8")


async def test_htmx_gets_its_toast_at_once() -> None:
    answer = pages.tell(request(hx_request="true"), Response(), "催过了")
    assert answer.headers["hx-trigger"] == '{"toast": "\\u50ac\\u8fc7\\u4e86"}'
    assert "set-cookie" not in answer.headers


async def policy_of(browser: str, sdk: bool) -> tuple[str, str]:
    """The policy and the body of a page that uses the JS-SDK, or not, in this browser."""
    app = FastAPI()
    app.state.secret_key, app.state.hotlines = "a key", []
    app.add_middleware(SecurityHeaders, frame_ancestors="'none'")

    @app.get("/")
    def index(request: Request) -> Response:
        return pages.render(request, "message.html", title="x", text="y", sdk=sdk)

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as phone:
        answer = await phone.get("/", headers={"user-agent": browser})
    return answer.headers["content-security-policy"], answer.text


async def test_a_page_with_the_sdk_may_load_wechat_s_script() -> None:
    policy, body = await policy_of(WECHAT, True)
    assert "script-src 'self' https://res.wx.qq.com" in policy
    assert f'<script src="{pages.WECHAT_SCRIPT}" defer></script>' in body


@pytest.mark.parametrize(("browser", "sdk"), [(WECHAT, False), ("Mozilla/5.0", True)])
async def test_no_other_page_may_load_anything_of_wechat_s(browser: str, sdk: bool) -> None:
    assert "res.wx.qq.com" not in "".join(await policy_of(browser, sdk))


async def test_a_file_is_kept_for_a_year_under_the_hash_of_its_content() -> None:
    app = FastAPI()
    app.add_route("/static/{hash}/{name:path}", pages.static)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as phone:
        now = await phone.get(pages.asset("campus.css"))
        old = await phone.get("/static/000000000000/campus.css")
        assert (await phone.get("/static/0/../../pyproject.toml")).status_code == 404
        assert (await phone.get("/static/0/%2e%2e/base.html")).status_code == 404
    assert "max-age=31536000, immutable" in now.headers["cache-control"]
    assert old.headers["cache-control"] == "no-cache"
    assert old.content == now.content
