"""A tiny application over the H5 shell: states, error, message, a fragment and an order."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app import edge
from app.kit import pages

needs_packages = pytest.mark.skipif(
    not all((pages.H5 / path).exists() for path in pages.PACKAGES.values()),
    reason="h5/node_modules is missing: run `npm ci` in h5",
)
STATES = Path(__file__).with_name("states.html")
KWH = [6.2, 5.8, 6.5, 7.1, 4.0, 0.4, 0.3, 0.3, 0.5, 0.4, 0.6, 3.9, 6.8, 6.1]
DAYS = ["9/26", "9/27", "9/28", "9/29", "9/30", *(f"10/{day}" for day in range(1, 10))]
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
LONG = "16:30 经东校区\n17:00 直达 <b>不是粗体</b>\n" * 40


def shell(left: int = 756, fragment: int = 200) -> FastAPI:
    """The app; a countdown begins at `left` seconds, its fragment answers with `fragment`."""
    app = FastAPI()
    app.state.hotlines = [("24 小时抢修", "8880 0110"), ("投诉", "8880 0315")]
    app.state.orders = 0
    app.router.routes.append(Route("/static/{hash}/{name:path}", pages.static))
    edge.install(app)
    app.middleware("http")(guarded)

    @app.get("/h5/states")
    def states(request: Request) -> HTMLResponse:
        template = pages.environment().from_string(STATES.read_text("utf-8"))
        hotlines = app.state.hotlines
        return HTMLResponse(
            template.render(request=request, hotlines=hotlines, kwh=KWH, days=DAYS, left=left)
        )

    @app.get("/h5/fragment")
    def next_one() -> HTMLResponse:
        return HTMLResponse('换成了 <b id="new" data-left="99">99 秒</b>', fragment)

    @app.post("/h5/order")
    async def order() -> HTMLResponse:
        app.state.orders += 1
        await asyncio.sleep(0.5)
        return HTMLResponse(f'<b id="done">第 {app.state.orders} 单</b>')

    @app.get("/h5/message")
    def message(request: Request) -> HTMLResponse:
        return pages.render(request, "message.html", title="今天的班次", text=LONG)

    @app.get("/h5/error/{status}")
    def error(request: Request, status: int) -> Response:
        return edge.answer(request, status, "电表那边没回话", "E7K2-19" if status == 500 else "")

    return app


async def guarded(request: Request, forward: Callable[[Request], Awaitable[Response]]) -> Response:
    """Nothing but our own files: no inline style, no inline script, no third party."""
    response = await forward(request)
    response.headers["content-security-policy"] = POLICY
    return response


def blank(macros: str) -> str:
    """What `macros` (Jinja that may use every macro) render to."""
    names = "bars, cell, empty, icon, note, skeleton"
    source = f'{{% from "macros.html" import {names} %}}{macros}'
    return pages.environment().from_string(source).render()
