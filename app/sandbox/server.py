"""The application: platform API, control API and the phone's page."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sandbox import store
from app.sandbox.api import ENDPOINTS, article
from app.sandbox.api.call import route
from app.sandbox.browser import ROUTES as BROWSER
from app.sandbox.control import ROUTES
from app.sandbox.front import Front
from app.sandbox.platform import Platform
from app.sandbox.settings import Settings

_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; frame-src http: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def create_app(
    settings: Settings | None = None,
    *,
    now: Callable[[], float] = time.time,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """One sandbox. `now` is its clock in Unix seconds; `transport` carries its pushes, so that a
    test can hand in an ASGI callback. `app.state.platform` is its state.
    """
    chosen = settings or Settings()
    client = httpx.AsyncClient(transport=transport, timeout=None, trust_env=False)  # noqa: S113  # every push has its own limit
    platform = Platform(chosen, now, client)

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        if chosen.state_file:
            store.load(platform, chosen.state_file)
        yield
        if chosen.state_file:
            store.save(platform, chosen.state_file)
        await platform.close()

    routes = [
        Route("/", _phone),
        Route("/static/weui.css", _weui),
        Mount("/static", StaticFiles(directory=_STATIC)),
        *ROUTES,
        *BROWSER,
        Route("/s/{name}", article.read),
        *(route(endpoint) for endpoint in ENDPOINTS),
    ]
    app = Starlette(
        routes=routes,
        lifespan=life,
        middleware=[Middleware(Front, platform=platform), Middleware(_Headers)],
    )
    app.state.platform = platform
    return app


async def _phone(request: Request) -> Response:
    """The page; always by number, since the account's cookies are kept by host name."""
    if request.url.hostname == "localhost":
        return RedirectResponse(str(request.url.replace(hostname="127.0.0.1")))
    return FileResponse(_STATIC / "phone.html")


async def _weui(request: Request) -> Response:
    """WeUI as npm installed it; without it the few parts of it that the page needs."""
    platform: Platform = request.app.state.platform
    full = platform.settings.assets_dir / "weui/dist/style/weui.min.css"
    return FileResponse(full if full.is_file() else _STATIC / "weui-lite.css")


class _Headers:
    """A content policy for the page, no guessing of types, and no stale scripts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                policy = b"content-security-policy"
                message["headers"] = [
                    *message["headers"],
                    *([] if policy in names else [(policy, _POLICY.encode())]),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-cache"),
                ]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
