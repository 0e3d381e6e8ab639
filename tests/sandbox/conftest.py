"""A sandbox without sockets, and an account behind it that only wechatpy has a hand in."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from app.sandbox.envelope import to_xml
from app.sandbox.platform import Platform
from app.sandbox.server import create_app
from app.sandbox.settings import Settings

Answer = Callable[[Any], str | bytes | Response]


@dataclass
class Account:
    """The account's own server: decrypts, keeps what came, and answers what `answer` returns.

    `delays` are the seconds each next request takes; a text it returns becomes a text reply.
    """

    settings: Settings
    answer: Answer = field(default=lambda message: "好")
    delays: list[float] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    running: int = 0
    most: int = 0

    async def receive(self, request: Request) -> Response:
        self.requests.append(request)
        body = (await request.body()).decode()
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.delays.pop(0) if self.delays else 0)
        finally:
            self.running -= 1
        return self._respond(request, body)

    def _respond(self, request: Request, body: str) -> Response:
        query, crypto = request.query_params, self.crypto()
        if self.settings.mode != "plain":
            names = ("msg_signature", "timestamp", "nonce")
            sealed = json.loads(body) if self.settings.body_format == "json" else body
            body = crypto.decrypt_message(sealed, *(query[name] for name in names))
        if self.settings.body_format == "json":
            body = to_xml(json.loads(body))  # wechatpy reads XML only
        message = parse_message(body)
        self.messages.append(message)
        said = self.answer(message)
        if isinstance(said, Response | bytes):
            return said if isinstance(said, Response) else Response(said)
        return Response(self.seal(create_reply(said, message).render(), query))

    def seal(self, xml: str, query: Any) -> str:
        """The reply as the mode wants it."""
        if self.settings.mode == "plain":
            return xml
        return str(self.crypto().encrypt_message(xml, query["nonce"], query["timestamp"]))

    def crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.settings.token, self.settings.aes_key, self.settings.app_id)


class Clock:
    """Unix seconds that only a test moves."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Sandbox:
    """A sandbox, its account, its clock, and a client of both its APIs."""

    platform: Platform
    account: Account
    clock: Clock
    http: httpx.AsyncClient

    @property
    def alice(self) -> str:
        return next(iter(self.platform.people))

    @property
    def stranger(self) -> str:
        return list(self.platform.people)[-1]

    async def do(self, act: str, **body: Any) -> Any:
        """POST /sandbox/<act>, for alice unless told, waiting for what was pushed."""
        sent = {"openid": self.alice, "wait": True, **body}
        return (await self.http.post(f"/sandbox/{act}", json=sent)).json()

    async def say(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """What alice said, and the tries of delivering it."""
        answer = await self.do("say", text=text, **more)
        return list(answer["pushed"][0]["attempts"])

    async def token(self) -> str:
        settings = self.platform.settings
        body = {"grant_type": "client_credential", "appid": settings.app_id,
                "secret": settings.app_secret, "force_refresh": False}  # fmt: skip
        answer = await self.http.post("/cgi-bin/stable_token", json=body)
        return str(answer.json()["access_token"])

    async def api(self, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """Call the platform's API with a good token: a POST if there is a body."""
        params = {"access_token": await self.token(), **query}
        if body is None:
            answer = await self.http.get(path, params=params)
        else:
            answer = await self.http.post(path, params=params, json=body)
        assert answer.headers["content-type"].startswith("text/plain")
        return dict(answer.json())

    def chat(self, openid: str | None = None) -> list[tuple[str, str]]:
        """The chat as (kind, text)."""
        lines = self.platform.person(openid or self.alice).chat
        return [(line.kind, str(line.data.get("text", ""))) for line in lines]


Make = Callable[..., Awaitable[Sandbox]]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """`await make(mode="plain", …)`: a sandbox with quick retries and these settings."""
    made: list[Sandbox] = []

    async def start(**given: Any) -> Sandbox:
        quick = {"timeout": 0.2, "retry_gap": 0.0, "overlap_gap": 0.02}
        settings = Settings(**{**quick, **given})
        account, clock = Account(settings), Clock()
        callback = Starlette(routes=[Route("/wechat", account.receive, methods=["POST"])])
        transport = httpx.ASGITransport(callback)
        app = create_app(settings, now=clock, transport=transport)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")
        made.append(Sandbox(app.state.platform, account, clock, http))
        return made[-1]

    yield start
    for sandbox in made:
        await sandbox.http.aclose()
        await sandbox.platform.close()


@pytest.fixture
async def sandbox(make: Make) -> Sandbox:
    return await make()


class Served(uvicorn.Server):
    """An application on a free port of this machine."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            uvicorn.Config(
                app, port=0, loop="asyncio", log_level="critical", timeout_graceful_shutdown=3
            )
        )

    def wait(self) -> str:
        """Its address, once it listens."""
        for _ in range(200):
            if self.started:
                port = self.servers[0].sockets[0].getsockname()[1]
                return f"http://127.0.0.1:{port}"
            time.sleep(0.02)
        raise TimeoutError("no server")


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """`serve(app)` runs an application in a thread and returns its address."""

    running: list[tuple[Served, threading.Thread]] = []

    def start(app: Any) -> str:
        server = Served(app)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        return server.wait()

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(10)
