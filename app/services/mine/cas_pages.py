"""Binding by the university's own login, where there is one."""

import hmac
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from app.campus.people import binding
from app.campus.people.binding import Outcome
from app.campus.people.cas import Cas, Settings
from app.campus.people.me import Here
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.forms import csrf_token
from app.kit.pages import redirect
from app.services.mine.forms import HOME, own_page

pages = APIRouter()
Words = Annotated[str, Query(max_length=800)]


@lru_cache
def chosen() -> Cas | None:
    """FastAPI dependency: the server of the settings, if there is one."""
    settings = Settings()
    return Cas(str(settings.url), settings.timeout) if settings.url else None


Server = Annotated[Cas | None, Depends(chosen)]


def _service(request: Request, back: str) -> str:
    """The page to come back to. It carries what only this browser's session knows, so that
    nobody binds somebody else's phone by sending them a link with a ticket of their own.
    """
    public: str = request.app.state.settings.public_url
    query = urlencode({"state": csrf_token(request), "next": back})
    return f"{public.rstrip('/')}/h5/mine/cas/back?{query}"


@pages.get("/cas")
async def begin(request: Request, me: Here, cas: Server, next: Words = "") -> Response:
    if cas is None:
        raise NotFound("这所学校没有接统一身份认证，用身份证后六位绑定")
    address = cas.login(_service(request, own_page(next)))
    return RedirectResponse(address, 302, {"cache-control": "no-store"})


class Came(BaseModel):
    """What the browser comes back with."""

    state: str = Field("", max_length=800)
    ticket: str = Field("", max_length=800)
    next: str = Field("", max_length=800)


@pages.get("/cas/back")
async def back(
    request: Request, db: Db, me: Here, cas: Server, came: Annotated[Came, Query()]
) -> Response:
    """Come back with a ticket, and be bound to whom the server says."""
    if cas is None or me.who is None:
        raise Invalid("绑定要在微信里做，从公众号的菜单进来")
    if not hmac.compare_digest(came.state.encode(), csrf_token(request).encode()):
        raise Forbidden("这次登录不是从这个手机开始的，回「我的」再点一次绑定")
    there = own_page(came.next)
    number = await cas.number(came.ticket, _service(request, there))
    outcome = await binding.bind_number(db, me.who, number, clock.now(), address=me.address)
    return (
        redirect(request, there, "绑好了") if outcome is Outcome.BOUND else redirect(request, HOME)
    )
