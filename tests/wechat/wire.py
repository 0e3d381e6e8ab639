"""A WeChat of a few lines behind httpx.MockTransport: it counts, and answers by script."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from tenacity import wait_none

from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore

Answer = dict[str, Any] | httpx.Response | Exception
Handler = Callable[[httpx.Request], httpx.Response]
TOKEN_PATH = "/cgi-bin/stable_token"


class Wire:
    """`answers[path]` is a list used up in order, whose last entry stays."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[str, list[Answer]] = {}
        self.fetched = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        # A copy: the auth flow sends one request object twice, with another URL.
        kept = httpx.Request(request.method, request.url, content=request.content)
        self.requests.append(kept)
        script = self.answers.get(request.url.path)
        if script is None and request.url.path == TOKEN_PATH:
            self.fetched += 1
            return plain({"access_token": f"T{self.fetched}", "expires_in": 7200})
        assert script is not None, request.url.path
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else plain(answer)

    def script(self, path: str, *answers: Answer) -> None:
        self.answers["/cgi-bin" + path] = list(answers)

    def asked(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == "/cgi-bin" + path]

    def client(
        self, clock: Callable[[], float] = lambda: 1000.0, handler: Handler | None = None
    ) -> Client:
        """A client on this wire, or on a `handler` in front of it. Its pauses are none."""
        http = open_client("https://api.example", transport=httpx.MockTransport(handler or self))
        return Client(http, "wx1", "s3cret", MemoryStore(clock), clock=clock, wait=wait_none())


def plain(body: dict[str, Any]) -> httpx.Response:
    """As WeChat answers: JSON, called text/plain, HTTP 200 whatever happened."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return httpx.Response(200, content=data, headers={"content-type": "text/plain"})
