"""A browser at the desk: `desk_of("operator")` is logged in with a session of its own."""

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from itsdangerous import Signer

from app.campus.people import sessions
from app.desk.login import COOKIE
from app.kit import clock
from app.kit.db import Database
from app.settings import DEMO_SECRETS
from tests.people import Somebody

DeskOf = Callable[[str], Awaitable[httpx.AsyncClient]]


def browser(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


def signed(token: str) -> str:
    return Signer(DEMO_SECRETS["secret_key"], salt="session").sign(token).decode()


@pytest.fixture
def desk_of(app: FastAPI, people: dict[str, Somebody], database: Database) -> DeskOf:
    async def client(name: str) -> httpx.AsyncClient:
        async with database.session() as db:
            token = await sessions.start(db, clock.now(), person_id=people[name].person_id)
        found = browser(app)
        found.cookies.set(COOKIE, signed(token))
        return found

    return client


async def token_of(client: httpx.AsyncClient, path: str = "/desk/login") -> str:
    """The CSRF token of a page's form."""
    page = await client.get(path)
    return re.findall(r'name="csrftoken" value="([^"]+)"', page.text)[0]
