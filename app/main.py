"""Composition: the one place, beside the command line, that knows everything."""

import asyncio
import contextlib
import gc
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TypeVar

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app import desk, edge, observe, services
from app.campus import uploads
from app.campus.campaigns import measures as campaigns_measures
from app.campus.figures import Tally
from app.campus.notify import Notice
from app.campus.people.recognise import recognise
from app.desk import campaigns, jobs, views
from app.gateway import desk as wire
from app.gateway import explain, jssdk, login, login_pages, menu_desk, subscribing
from app.gateway import measures as wire_measures
from app.gateway.callback import Desk
from app.gateway.router import Router
from app.gateway.sending import desk as templates
from app.gateway.sending import drawing
from app.gateway.token import TokenRow, ticket_name
from app.kit import pages
from app.kit.db import Database
from app.kit.forms import same_site
from app.kit.routes import Under
from app.kit.service import Service
from app.office import opened
from app.settings import Settings

T = TypeVar("T")
Counted = Mapping[str, tuple[str, tuple[Tally, ...]]]
CALLBACK, LIVE = "/wechat", "/live/"


def load_services() -> dict[str, Service]:
    """`service` of every public module in `app/services` by module name, in listing order.

    A module that fails to import, or has no `service`, stops the start-up.
    """
    names = sorted(m.name for m in pkgutil.iter_modules(services.__path__) if m.name[0] != "_")
    found: dict[str, Service] = {"desk": desk.service}
    for name in names:
        module = importlib.import_module(f"app.services.{name}")
        if not isinstance(getattr(module, "service", None), Service):
            raise TypeError(f"app/services/{name} has no `service = Service(...)`")
        usage = inspect.cleandoc(module.__doc__ or "")
        found[name] = replace(
            module.service,
            help=usage,
            notices=_declared(module.__name__, "notices", Notice),
            measures=_declared(module.__name__, "measures", Tally),
        )
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def _declared(package: str, name: str, kind: type[T]) -> tuple[T, ...]:
    """Every `kind` in the service's module `name`: a declaration is all that it takes."""
    if not hasattr(sys.modules[package], "__path__"):
        return ()  # a service of one file
    if importlib.util.find_spec(f"{package}.{name}") is None:
        return ()
    module = importlib.import_module(f"{package}.{name}")
    return tuple(thing for thing in vars(module).values() if isinstance(thing, kind))


def all_measures(services: Mapping[str, Service]) -> Counted:
    """By topic its title and tallies: those of the services, of the wire and of campaigns."""
    ours: Counted = {
        "gateway": ("消息", (wire_measures.TALLY,)),
        "campaigns": ("群发", (campaigns_measures.TALLY,)),
    }
    theirs = {name: (s.title, s.measures) for name, s in services.items() if s.measures}
    return {**theirs, **ours}


def create_app(
    settings: Settings | None = None, services: Mapping[str, Service] | None = None
) -> FastAPI:
    """The application; `services` replaces the ones found in `app/services`."""
    settings = settings or Settings()
    loaded = load_services() if services is None else services
    observe.set_up_logs(settings.log_level, lines=settings.at_home)
    app = FastAPI(title="微后勤", lifespan=_lifespan, openapi_url=None)
    app.state.settings = settings
    app.state.hotlines = settings.hotlines
    app.state.services = loaded
    app.state.measures = all_measures(loaded)
    app.state.recognise = recognise
    app.state.card_of = drawing.card
    app.state.secret_key = settings.secret_key.get_secret_value()
    app.state.push_token = settings.push_token.get_secret_value()
    app.state.router = Router(loaded)
    explain.install(app)
    app.state.database = Database(settings.database_url, settings.database_pool)
    app.state.tickets = TokenRow(app.state.database, ticket_name(settings.wechat_app_id))
    app.router.routes.append(Route("/static/{hash}/{name:path}", pages.static))
    app.include_router(uploads.pages, prefix="/h5/uploads")
    for name, service in loaded.items():
        if service.pages:
            guards = [Depends(same_site)]
            app.include_router(Under(f"/h5/{name}", service.pages, dependencies=guards))
        if service.api:
            app.include_router(Under(f"/api/{name}", service.api))
    app.state.live = {
        name: service.live(app.state) for name, service in loaded.items() if service.live
    }
    app.include_router(login.router)
    app.include_router(jssdk.router)
    app.include_router(subscribing.router)
    observe.install(app)
    edge.install(app)
    login_pages.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=800)
    app.add_middleware(edge.SecurityHeaders, frame_ancestors=_framed_by(settings))
    desk.install(
        app,
        loaded,
        wire.code,
        [
            *views.HANDED,
            campaigns.HANDED,
            wire.HANDED,
            menu_desk.HANDED,
            templates.HANDED,
            jobs.HANDED,
        ],
    )
    app.add_middleware(observe.RequestLog)
    app.add_middleware(_Fast, state=app)  # added last, so it stands first: the hot paths
    return app


def _framed_by(settings: Settings) -> str:
    """At home the sandbox's phone shows our pages in a frame; nobody else may."""
    return "http://127.0.0.1:* http://localhost:*" if settings.at_home else "'none'"


class _Fast:
    """Hands `/wechat` and `/live/<service>/…` to bare ASGI apps, past all that pages need."""

    def __init__(self, app: ASGIApp, state: FastAPI) -> None:
        self.app, self.state = app, state.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            path: str = scope["path"]
            if path == CALLBACK:
                app = self.state.desk
            elif path.startswith(LIVE):
                app = self.state.live.get(path.split("/", 3)[2], app)
        await app(scope, receive, send)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    database: Database = app.state.database
    listener = asyncio.create_task(database.listen())
    async with opened(app.state.settings, app.state.router, database) as office:
        app.state.wechat = office.client
        app.state.desk = Desk(office.codec, office.inbox, office.speaker)
        gc.collect()
        gc.freeze()  # what start-up made lives for ever: the collector need not look again
        yield
        listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listener
