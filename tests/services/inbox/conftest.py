"""The application with one more service, which is a declaration and a call."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from app.campus.people.me import COOKIE
from app.kit.db import Database
from app.kit.forms import csrf_token
from app.kit.service import Service
from app.main import create_app, load_services
from app.settings import Settings
from tests.campus.notices import ALARM, FOUND, NOON, REPLY, tell
from tests.people import Somebody, cookie_of

Told = Callable[..., Awaitable[int]]
Post = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def app(database: Database, settings: Settings) -> AsyncIterator[FastAPI]:
    """With 失物招领, which has three notices and nothing else."""
    services = load_services()
    services["lost"] = replace(Service("失物招领", icon="search"), notices=(FOUND, REPLY, ALARM))
    app = create_app(settings, services)
    yield app
    await app.state.database.close()


@pytest.fixture
def told(database: Database, people: dict[str, Somebody]) -> Told:
    """`await told("alice", "一把伞")`: somebody found it; the message's id."""

    async def write(name: str, thing: str = "校园卡") -> int:
        return await tell(database, FOUND, [people[name]], at=NOON, thing=thing)

    return write


@pytest.fixture
def post(
    app: FastAPI,
    phone_of: Callable[[str], httpx.AsyncClient],
    people: dict[str, Somebody],
) -> Post:
    """`await post("alice", "/h5/inbox/read", upto="7")`: a form of that phone's page."""

    async def send(name: str, path: str, /, **fields: str | list[str]) -> httpx.Response:
        request = _Request(app, {COOKIE: cookie_of(people[name])})
        form = {"csrf": csrf_token(request), **fields}  # type: ignore[arg-type]  # all of a request that it reads
        async with phone_of(name) as phone:
            return await phone.post(path, data=form)

    return send


class _Request:
    def __init__(self, app: FastAPI, cookies: dict[str, str]) -> None:
        self.app, self.cookies = app, cookies
