"""The access token: where it is kept, how it is fetched, and how a request carries it.

`TokenAuth` follows httpx's own auth flows: no I/O of its own but the store's, and at most one
renewal for each request by construction.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from app.wechat.answers import decode, encode, errcode, required
from app.wechat.errors import ConfigError, TokenRejected, TransportFailed

REJECTED = frozenset({40001, 40014, 42001})
_MARGIN = 200  # seconds


@dataclass(frozen=True, slots=True)
class Token:
    """`expires_at` is Unix seconds, the safety margin already taken off."""

    value: str = field(repr=False)
    expires_at: float


Fetch = Callable[[], Awaitable[Token]]


class TokenStore(Protocol):
    """One token for all processes."""

    async def current(self) -> Token | None:
        """The stored token if it has not expired."""

    async def renew(self, rejected: str | None, fetch: Fetch) -> Token:
        """Under a lock that all processes share: the stored token if it is valid and is not
        `rejected`, otherwise what `fetch` gives, stored. Errors of `fetch` pass through.
        """


class MemoryStore:
    """For tests and for tools that are one process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Token | None = None

    async def current(self) -> Token | None:
        valid = self._token is not None and self._clock() < self._token.expires_at
        return self._token if valid else None

    async def renew(self, rejected: str | None, fetch: Fetch) -> Token:
        async with self._lock:
            token = await self.current()
            if token is None or token.value == rejected:
                token = self._token = await fetch()
            return token


def lifetime(expires_in: int) -> int:
    """Seconds for which a fetched token is used.

    `stable_token` gives the same token until its last 5 minutes and a new one within them,
    the old one staying valid for 5 more: so `expires_in` is at least 300. A margin of 300
    would make that 0, and every request fetch; 200 leaves 100 s, and 200 s for clocks and
    slow requests.
    """
    return max(1, expires_in - _MARGIN)


async def fetch_token(
    http: httpx.AsyncClient, app_id: str, secret: str, clock: Callable[[], float] = time.time
) -> Token:
    """POST /cgi-bin/stable_token, in normal mode: it does not invalidate the last token.

    Raises ConfigError (a 40001 here means a wrong secret), other ApiErrors, TransportFailed.
    """
    body = {
        "grant_type": "client_credential",
        "appid": app_id,
        "secret": secret,
        "force_refresh": False,  # left out, some accounts get 41002
    }
    asked = clock()
    try:
        response = await http.post("/cgi-bin/stable_token", content=encode(body))
    except httpx.RequestError as exc:
        raise TransportFailed(type(exc).__name__) from exc
    try:
        answer = decode(response)
    except TokenRejected as exc:
        raise ConfigError(exc.errcode, exc.errmsg, exc.rid) from exc
    seconds = answer.get("expires_in")
    if not isinstance(seconds, int):
        raise TransportFailed("the answer has no expires_in")
    return Token(required(answer, "access_token"), asked + lifetime(seconds))


class TokenAuth(httpx.Auth):
    """Adds `access_token` to the query; when WeChat rejects it, renews and repeats once."""

    requires_response_body = True

    def __init__(self, store: TokenStore, fetch: Fetch) -> None:
        self._store = store
        self._fetch = fetch

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self._store.current() or await self._store.renew(None, self._fetch)
        response = yield _carrying(request, token)
        await response.aread()
        if errcode(response) in REJECTED:
            token = await self._store.renew(token.value, self._fetch)
            yield _carrying(request, token)


def _carrying(request: httpx.Request, token: Token) -> httpx.Request:
    request.url = request.url.copy_set_param("access_token", token.value)
    return request
