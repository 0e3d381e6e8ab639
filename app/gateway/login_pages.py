"""The pages beside a login: how to get in, what to do when it does not work, who must bind."""

from urllib.parse import quote, urlsplit

import segno
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.campus.people.me import BindingNeeded, LoginNeeded
from app.gateway import login_state as states
from app.kit.pages import render

BIND = "/h5/mine/bind"
READING = frozenset({"GET", "HEAD"})


def install(app: FastAPI) -> None:
    """Where a page wants to know who is there, and nobody does."""
    app.add_exception_handler(LoginNeeded, login_needed)
    app.add_exception_handler(BindingNeeded, binding_needed)


def inside(request: Request) -> bool:
    """True if WeChat's login works in this browser: in WeChat, and at home on the sandbox's
    phone. WeCom's browser calls itself WeChat's too, but is refused there.
    """
    browser = request.headers.get("user-agent", "").lower()
    in_wechat = "micromessenger" in browser and "wxwork" not in browser
    return in_wechat or request.app.state.settings.at_home


async def login_needed(request: Request, error: Exception) -> Response:
    """LoginNeeded as an answer: JSON, a redirect to log in, or a page that says how."""
    if _for_machines(request):
        return JSONResponse({"error": str(error), "reference": None}, 401)
    wanted = _page_of(request)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": states.login_address(wanted)})
    if request.method not in READING:
        return expired(request, wanted)
    if not inside(request):
        return outside(request, wanted)
    return RedirectResponse(states.login_address(wanted), 302, {"cache-control": "no-store"})


async def binding_needed(request: Request, error: Exception) -> Response:
    """BindingNeeded as an answer: JSON, or a page with the way to bind."""
    if _for_machines(request):
        return JSONResponse({"error": str(error), "reference": None}, 403)
    bind = f"{BIND}?next={quote(_page_of(request), safe='/')}"
    if "hx-request" in request.headers:
        return Response(status_code=403, headers={"hx-redirect": bind})
    text = "用学号、姓名和身份证后 6 位，约 20 秒"
    words = {"icon": "key", "title": str(error), "text": text}
    return _say(request, 403, **words, href=bind, action="去绑定")


def outside(request: Request, wanted: str) -> Response:
    """Opened in a browser that is not WeChat's: the code of the account, or of this page."""
    settings = request.app.state.settings
    address = settings.public_url.rstrip("/") + wanted
    code = segno.make(settings.account_qr or address, error="m", micro=False)
    return render(
        request, "login/outside.html", 401, name=settings.account_name,
        picture=code.svg_data_uri(scale=8, border=2, light="#fff"),
        of_account=bool(settings.account_qr),
    )  # fmt: skip


def snapshot(request: Request) -> Response:
    """Whoever looks at a snapshot of the page has no name to go by."""
    title = "点右下角「使用完整服务」"
    text = "现在看到的是网页快照，微信没说你是谁。点了它，就能接着用"
    return _say(request, 403, icon="user", title=title, text=text)


def stuck(request: Request, wanted: str) -> Response:
    """Two logins in a row came to nothing."""
    text = "关掉这一页，回公众号从菜单再进一次，或者点下面再试。绑定和填过的都还在"
    return _again(request, 403, wanted, "再试一次", title="这次没认出你", text=text)


def down(request: Request, wanted: str) -> Response:
    """WeChat does not answer."""
    text = "多半一两分钟就好，什么都没丢。班车、电话这些不用登录的页面照样能看"
    return _again(request, 503, wanted, "再试一次", title="微信那边没回话", text=text)


def expired(request: Request, wanted: str) -> Response:
    """A form was sent after its session had ended: a redirect would drop what was written."""
    text = "这一步还没办。登录一下会回到刚才那页，再做一次就行"
    return _again(request, 401, wanted, "重新登录", title="登录过期了", text=text)


def _again(request: Request, status: int, wanted: str, action: str, **words: str) -> Response:
    href = states.login_address(wanted)
    return _say(request, status, icon="alert", href=href, action=action, **words)


def _say(request: Request, status: int, **words: str | None) -> Response:
    """`words`: icon, title, text, and for a button its href and action."""
    return render(request, "login/say.html", status, **{"href": None, "action": None, **words})


def _for_machines(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _page_of(request: Request) -> str:
    """The page to come back to: this one, or the one whose form or fragment was asked for."""
    page = request.headers.get("hx-current-url")
    if page is None and request.method not in READING:
        page = request.headers.get("referer", states.HOME)
    if page is None:
        return states.address_of(request)
    parts = urlsplit(page)
    return states.own_address(f"{parts.path}?{parts.query}" if parts.query else parts.path)
