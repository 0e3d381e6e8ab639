"""What a phone's inner browser sees of the platform: the authorize page of web logins."""

import re
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.logins import PHONE
from app.sandbox.platform import Platform

AUTHORIZE = "/connect/oauth2/authorize"
_ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]
_SCOPES = ("snsapi_base", "snsapi_userinfo")
_MONTH = 30 * 24 * 3600
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/weui.css">
{head}<title>{title}</title></head>
<body><div class="weui-msg"><div class="weui-msg__text-area">
<h2 class="weui-msg__title">{title}</h2>{body}
</div></div></body></html>
"""


async def open_page(request: Request) -> Response:
    """GET /sandbox/open?openid=&url=: `url` on that person's phone, with their cookies."""
    platform: Platform = request.app.state.platform
    openid = request.query_params.get("openid", "")
    url = request.query_params.get("url", "")
    if openid not in platform.people or urlsplit(url).scheme not in ("http", "https"):
        return _page("打不开这个链接", f"<p>{escape(url)}</p>", 400)
    response = RedirectResponse(url, 302)
    names = [name.strip() for name in platform.settings.phone_cookies.split(",")]
    for name, value in platform.logins.change_phone(openid, request.cookies, names).items():
        if value is None:
            response.delete_cookie(name)
        else:
            response.set_cookie(name, value, max_age=_MONTH, httponly=True, samesite="lax")
    return response


async def authorize(request: Request) -> Response:
    """GET /connect/oauth2/authorize: back to the account with a code, without a word."""
    platform: Platform = request.app.state.platform
    if wrong := _wrong(platform, request):
        return _page("该链接无法访问", f"<p>{wrong}</p>", 400)
    person = platform.people.get(request.cookies.get(PHONE, ""))
    if person is None:
        return _page("这是谁的手机？", _people(platform, str(request.url)))
    query = request.query_params
    snapshot = platform.faults.take("snapshot", AUTHORIZE) is not None
    twice = platform.faults.take("double_redirect", AUTHORIZE) is not None
    first, second = (
        _with(query["redirect_uri"], platform.logins.issue(person.openid, snapshot=snapshot),
              query["state"])
        for _ in range(2)
    )  # fmt: skip
    if not twice:
        return RedirectResponse(first, 302)
    links = f'<p><a href="{escape(first)}">1</a> <a href="{escape(second)}">2</a></p>'
    return _page("正在跳转两次", links, head='<script src="/static/twice.js" defer></script>')


def _wrong(platform: Platform, request: Request) -> str:
    """Why the platform would not open this link, or nothing."""
    query, settings = request.query_params, platform.settings
    if list(query) != _ORDER:
        return "参数的顺序不对：appid、redirect_uri、response_type、scope、state"
    if query["appid"] != settings.app_id:
        return "appid 不对"
    if urlsplit(query["redirect_uri"]).hostname != urlsplit(settings.callback_url).hostname:
        return "10003：redirect_uri 的域名与后台配置不一致"
    if query["response_type"] != "code" or query["scope"] not in _SCOPES:
        return "10005：scope 不对"
    if not re.fullmatch(r"[a-zA-Z0-9]{0,128}", query["state"]):
        return "state 只能是字母和数字，最多 128 个"
    return ""


def _with(address: str, code: str, state: str) -> str:
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{urlencode({'code': code, 'state': state})}"


def _people(platform: Platform, address: str) -> str:
    """Everybody as a link to the same page on their phone."""
    rows = [
        (urlencode({"openid": person.openid, "url": address}), escape(person.name))
        for person in platform.people.values()
    ]
    links = [
        f'<a class="weui-btn weui-btn_default" href="/sandbox/open?{q}">{n}</a>' for q, n in rows
    ]
    return f"<p>选一个人，就用 ta 的身份打开</p>{''.join(links)}"


def _page(title: str, body: str, status: int = 200, head: str = "") -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), body=body, head=head), status)


ROUTES = [Route("/sandbox/open", open_page), Route(AUTHORIZE, authorize)]
