"""`Wechat` on a real port, for worker processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.gateway.conftest import free_port
from tests.gateway.sending.platform import Wechat


@contextlib.asynccontextmanager
async def served(wechat: Wechat) -> AsyncIterator[str]:
    """The address of `wechat` while the block runs."""

    async def answer(request: Request) -> Response:
        asked = httpx.Request("POST", str(request.url), content=await request.body())
        return Response((await wechat(asked)).content, media_type="text/plain")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # pytest has its own
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running
