"""Browsers with the app on one port and the sandbox of the platform on another, no sockets."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse, Response
from tenacity import wait_none

from app.campus.people.me import Bound, Here
from app.gateway.token import TokenRow
from app.kit.db import Database
from app.kit.service import Service
from app.main import create_app
from app.sandbox.platform import Platform
from app.sandbox.server import create_app as create_sandbox
from app.settings import Settings
from app.wechat.client import Client, open_client

OURS, THEIRS = "http://127.0.0.1:8000", "http://127.0.0.1:8100"
PAGE = "/h5/room?floor=5&name=%E4%B8%89"
WECHAT = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49"}
pages = APIRouter()


@pages.get("")
@pages.post("")
async def room(me: Here) -> Response:
    """A page that wants to know who is there."""
    return PlainTextResponse(f"room of {me.who}")


@pages.get("/bill")
async def bill(me: Bound) -> Response:
    """A page that wants to know which person it is."""
    return PlainTextResponse(f"bill of {me.name}")


services = {"room": Service("房间", pages=pages, api=pages)}


@dataclass
class World:
    """The app, the platform, and phones to use them with."""

    app: FastAPI
    platform: Platform
    transports: dict[str, Any]
    phones: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def alice(self) -> str:
        return next(iter(self.platform.people))

    @property
    def bob(self) -> str:
        return list(self.platform.people)[1]

    def phone(self, openid: str | None = None, **headers: str) -> httpx.AsyncClient:
        """A browser that plays the phone of `openid` (alice); it follows redirects."""
        client = httpx.AsyncClient(
            mounts=self.transports, follow_redirects=True, base_url=OURS, headers=headers
        )
        client.cookies.set("sandbox_phone", openid or self.alice, domain="127.0.0.1")
        self.phones.append(client)
        return client


@contextlib.asynccontextmanager
async def open_world(database: Database, settings: Settings) -> AsyncIterator[World]:
    """A world that ends with the block."""
    app = create_app(settings, services)
    sandbox = create_sandbox()
    ours = httpx.ASGITransport(app, raise_app_exceptions=False)
    theirs = httpx.ASGITransport(sandbox)
    http = open_client(THEIRS, transport=theirs)
    secret = settings.wechat_app_secret.get_secret_value()
    store = TokenRow(database, settings.wechat_app_id)
    app.state.wechat = Client(http, settings.wechat_app_id, secret, store, wait=wait_none())
    made = World(app, sandbox.state.platform, {OURS: ours, THEIRS: theirs})
    yield made
    for client in [http, *made.phones]:
        await client.aclose()
    await made.platform.close()
    await app.state.database.close()


async def sent_back(phone: httpx.AsyncClient, wanted: str = PAGE) -> str:
    """The address that the platform sends `phone` back to, not yet opened."""
    login = await phone.get("/login", params={"next": wanted}, follow_redirects=False)
    there = await phone.get(login.headers["location"], follow_redirects=False)
    address: str = there.headers["location"]
    return address


def argument(address: str, name: str) -> str:
    return parse_qs(urlsplit(address).query)[name][0]
