"""Freshmen's phones for tests of pages: logged in, with the token that forms carry."""

import hmac
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from itsdangerous import Signer

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.campus.people.models import Binding, Follower
from app.kit import clock
from app.kit.db import Database
from app.settings import DEMO_SECRETS

KEY = DEMO_SECRETS["secret_key"]


async def cookie_for(database: Database, person_id: int) -> str:
    """The session cookie of a new phone of this person; one person may have several."""
    async with database.session() as db:
        who = f"o-{person_id}"
        if await db.get(Follower, who) is None:
            db.add(Follower(who=who, joined_at=clock.now()))
            await db.flush()
            db.add(Binding(who=who, person_id=person_id, at=clock.now()))
        token = await sessions.start(db, clock.now(), who=who)
    return Signer(KEY, salt="session").sign(token).decode()


async def phone(app: FastAPI, database: Database, person_id: int) -> httpx.AsyncClient:
    """A browser without scripts: it follows where forms lead."""
    cookie = await cookie_for(database, person_id)
    token = hmac.new(KEY.encode(), f"csrf:{cookie}".encode(), "sha256").hexdigest()
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://test",
        cookies={COOKIE: cookie}, headers={"x-csrf-token": token}, follow_redirects=True,
    )  # fmt: skip


def text_of(answer: httpx.Response) -> str:
    """What one reads of a page, in one line; a refusal is a page, too."""
    assert answer.status_code < 500, answer.text
    words = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", answer.text, flags=re.S)
    return " ".join(words.split())


PhoneOf = Callable[[int], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def phone_of_person(app: FastAPI, database: Database) -> PhoneOf:
    """`await phone_of_person(id)`: their browser; again, and it is their second phone."""

    async def opened(person_id: int) -> httpx.AsyncClient:
        return await phone(app, database, person_id)

    return opened
