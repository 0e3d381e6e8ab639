"""From the cookie of a request to who sends it."""

from dataclasses import replace

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

from app.campus.people import sessions
from app.campus.people.me import COOKIE, Me
from app.kit import clock
from app.kit.db import Database

_UNKNOWN = object()


def _signer(request: Request) -> Signer:
    return Signer(request.app.state.secret_key, salt="session")


async def recognise(request: Request, cookie: str = COOKIE) -> Me | None:
    """Who sends `request`, asked of the database once per request; None for nobody."""
    kept = f"me_{cookie}"
    if (found := getattr(request.state, kept, _UNKNOWN)) is _UNKNOWN:
        found = await _find(request, request.cookies.get(cookie, ""))
        setattr(request.state, kept, found)
    return found if isinstance(found, Me) else None


async def _find(request: Request, value: str) -> Me | None:
    try:
        token = _signer(request).unsign(value).decode()
    except BadSignature:
        return None  # never asked of the database: a made-up cookie costs nothing
    database: Database = request.app.state.database
    now = clock.now()
    row = await database.row(sessions.HOLDER, **sessions.by(token))
    if sessions.is_stale(row, now):
        async with database.session() as db:
            await sessions.touch(db, row, now)
    me = sessions.read(row, now)
    address = request.client.host if request.client else ""
    return replace(me, address=address) if me else None


def remember(request: Request, response: Response, token: str, cookie: str = COOKIE) -> None:
    """Set the cookie of a session that `sessions.start` began."""
    response.set_cookie(
        cookie, _signer(request).sign(token).decode(),
        max_age=int(sessions.LIFE.total_seconds()), httponly=True, samesite="lax",
        secure=request.app.state.settings.public_url.startswith("https://"),
    )  # fmt: skip


def forget(response: Response, cookie: str = COOKIE) -> None:
    """Take the cookie away."""
    response.delete_cookie(cookie)
