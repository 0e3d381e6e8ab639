"""Login from WeChat: `/login?next=…` goes there, `/login/back` is where it comes back.

Nobody types anything. WeChat and the browsers inside it repeat, go back and reload, so an
address that comes twice must end on the page that was wanted, see docs/decisions/0007.
"""

from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app.campus.people import followers, sessions
from app.campus.people.me import anyone
from app.campus.people.recognise import recognise, remember
from app.gateway import login_pages as pages
from app.gateway import login_state as states
from app.gateway.models import Login
from app.kit import clock
from app.kit.db import Database
from app.wechat.client import Client
from app.wechat.errors import ApiError, CodeInvalid, TransportFailed
from app.wechat.oauth import authorize_url

log = structlog.get_logger()
router = APIRouter(dependencies=[Depends(anyone)])
NO_STORE = {"cache-control": "no-store"}


@router.get(states.PATH)
async def begin(request: Request, next: str = "") -> Response:
    """Send the browser to WeChat; outside WeChat, say how to get in."""
    wanted = states.own_address(next)
    if not pages.inside(request):
        return pages.outside(request, wanted)
    return to_wechat(request, wanted)


@router.get(f"{states.PATH}/back")
async def back(request: Request, code: str = "", state: str = "") -> Response:
    """Come back with a code: a session and the wanted page, once or as often as it is loaded."""
    known = states.read_state(request.app.state.secret_key, state)
    if known is None:
        return await _without(request, None, again=False)
    bound = states.bound_address(request, known.key) if known.fresh else None
    if done := await _done(request, known.key):
        if bound and await recognise(request) is None:
            # The browser let the first answer go (Android does): what it was owed, it gets.
            return await _enter(request, known, done.who, done.next)
        return await _without(request, done.next, again=known.again)
    if not (code and bound):
        return await _without(request, bound, again=known.again)
    return await _exchanged(request, known, code, bound)


async def _exchanged(request: Request, known: states.State, code: str, wanted: str) -> Response:
    client: Client = request.app.state.wechat
    try:
        visitor = await client.exchange(code)
    except CodeInvalid:
        return await _without(request, wanted, again=known.again)
    except (ApiError, TransportFailed):
        return pages.down(request, wanted)
    if visitor.snapshot:
        return pages.snapshot(request)
    return await _enter(request, known, visitor.openid, wanted)


async def _enter(request: Request, known: states.State, who: str, wanted: str) -> Response:
    """A session for `who`, unless this browser has theirs, and on to the clean address."""
    me, now = await recognise(request), clock.now()
    response = _go(wanted)
    async with _database(request).session() as db:
        if await _first(db, known.key, who, wanted, now) != who:
            log.warning("login_state_of_another", key=known.key)
            return pages.stuck(request, wanted)
        await followers.met(db, who)
        if me is None or me.who != who:
            if me is not None:
                await sessions.end(db, now, session_id=me.session_id)
            remember(request, response, await sessions.start(db, now, who=who))
    states.unbind(response, known.key)
    return response


async def _without(request: Request, wanted: str | None, *, again: bool) -> Response:
    """No login came of this address: whoever has a session goes on, others try once more."""
    wanted = wanted or states.HOME
    if await recognise(request):
        return _go(wanted)
    if not pages.inside(request):
        return pages.outside(request, wanted)
    return pages.stuck(request, wanted) if again else to_wechat(request, wanted, again=True)


def to_wechat(request: Request, wanted: str, *, again: bool = False) -> Response:
    """The redirect to WeChat's authorize page, and the cookie that binds it to this browser."""
    settings: Any = request.app.state.settings
    key, state = states.new_state(request.app.state.secret_key, again=again)
    here = f"{settings.public_url.rstrip('/')}{states.PATH}/back"
    address = authorize_url(settings.wechat_app_id, here, state, settings.wechat_open_url)
    response = _go(address)
    states.bind(request, response, key, wanted)
    return response


def _go(address: str) -> RedirectResponse:
    return RedirectResponse(address, 302, NO_STORE)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _done(request: Request, key: str) -> Login | None:
    async with _database(request).session() as db:
        return await db.get(Login, key)


async def _first(db: AsyncSession, key: str, who: str, wanted: str, now: datetime) -> str:
    """Note that the login `key` was `who`'s; whose it was already, if it was noted before."""
    new = insert(Login).values(key=key, at=now, who=who, next=wanted)
    noted: str | None = await db.scalar(new.on_conflict_do_nothing().returning(Login.who))
    if noted is not None:
        await db.execute(delete(Login).where(Login.at < now - sessions.LIFE))
        return noted
    return (await db.get_one(Login, key)).who
