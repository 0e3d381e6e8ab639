"""Logs, request ids, metrics, and whether this process is well."""

import logging
import os
import secrets
import time

import structlog
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.db import Database

log = structlog.get_logger()
took = Histogram("http_request_seconds", "From a request to its answer", ["method", "status"])
QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


def set_up_logs(level: str, lines: bool = False) -> None:
    """JSON to standard output; `lines` for people. Never a secret, a query or a user's words."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(numeric, logging.WARNING), format="%(name)s %(message)s")
    # It warns at each start of what we mean (keys that no list shows), and of each refusal.
    logging.getLogger("starlette_admin").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if lines else "iso", utc=not lines),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False)
            if lines
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
    )


class RequestLog:
    """Gives each request an id, logs it when it ends, and times it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, request_id, status = time.monotonic(), secrets.token_hex(6), 500
        structlog.contextvars.bind_contextvars(request=request_id)

        async def tagged(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, tagged)
        finally:
            seconds = time.monotonic() - begun
            took.labels(scope["method"], status).observe(seconds)
            if not scope["path"].startswith(QUIET):
                log.info("request", method=scope["method"], path=scope["path"], status=status,
                         ms=round(seconds * 1000, 1))  # fmt: skip
            structlog.contextvars.unbind_contextvars("request")


def install(app: FastAPI) -> None:
    """`/healthz` (the process runs), `/readyz` (it reaches its database), `/metrics`."""
    app.add_route("/healthz", healthy)
    app.add_route("/readyz", ready)
    app.add_route("/metrics", metrics)


async def healthy(request: Request) -> Response:
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    database: Database = request.app.state.database
    try:
        async with database.session() as db:
            await db.execute(text("SELECT 1 FROM gateway_messages LIMIT 1"))
    except (SQLAlchemyError, OSError) as error:
        return JSONResponse({"ready": False, "why": type(error).__name__}, 503)
    return JSONResponse({"ready": True})


async def metrics(request: Request) -> Response:
    registry = None
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types
    body = generate_latest(registry) if registry else generate_latest()
    return Response(body, media_type=CONTENT_TYPE_LATEST)
