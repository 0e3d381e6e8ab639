"""starlette-admin, mounted at `/desk` with our people, transactions and looks."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette_admin import DropDown
from starlette_admin.base import BaseAdmin
from starlette_admin.views import BaseView

from app.desk import today
from app.desk.audit import Trail
from app.desk.credentials import Passwords
from app.desk.csrf import Admin
from app.desk.dashboard import Dashboard
from app.desk.facts import Facts
from app.desk.login import PATH, Code, Login
from app.desk.own import OwnPassword
from app.desk.policy import Nonced, Policy
from app.desk.theme import COMPILED, Theme, language, picture, zone
from app.desk.transaction import Transaction
from app.desk.words import speak
from app.kit.errors import CampusError
from app.kit.pages import H5
from app.kit.service import Service

Handed = tuple[str, str, Sequence[Any]]  # title, icon, views and figures


def install(
    app: FastAPI, services: Mapping[str, Service], code: Code, handed: Sequence[Handed] = ()
) -> BaseAdmin:
    """Mount the desk on `app`, after all else that is mounted or added to it.

    `code` makes the QR code of a login; `handed` comes from packages that are no services.
    """
    groups = [
        *handed,
        *((s.title, picture(s.icon), s.desk) for s in services.values() if s.desk),
    ]
    figures = [item for _, _, items in groups for item in items if inspect.isfunction(item)]
    admin = Admin(
        title="微后勤", base_url=PATH, route_name="desk", templates_dir=str(H5 / "desk"),
        theme=Theme(app.state.hotlines), secret_key=app.state.secret_key,
        index_view=Dashboard([*figures, today.followers, today.jobs]),
        auth_provider=Login(code), i18n_config=language(), timezone_config=zone(),
        middlewares=[Middleware(Transaction, database=app.state.database)],
    )  # fmt: skip
    speak()  # building the admin has loaded the library's catalogues
    for title, icon, items in groups:
        views = [item for item in items if not inspect.isfunction(item)]
        if views:
            admin.add_view(_filed(title, icon, views))
    for view in (Trail, Passwords, Facts, OwnPassword):
        admin.add_view(view)
    loader = admin.templates.env.loader
    assert loader is not None  # noqa: S101 - starlette-admin has just set it
    admin.templates.env.loader = Nonced(loader)
    admin.templates.env.bytecode_cache = COMPILED
    _mount(admin, app)
    return admin


def _filed(title: str, icon: str, views: list[type[BaseView] | BaseView]) -> BaseView:
    if len(views) > 1:
        return DropDown(title, views, icon=icon, always_open=False)
    [only] = views
    return only if isinstance(only, BaseView) else only()


def _mount(admin: BaseAdmin, app: FastAPI) -> None:
    for path in admin.routes:
        if isinstance(path, Route) and path.path.startswith("/import/"):
            path.name = path.path  # one class makes these pages, and its methods name them alike
    admin.mount_to(app)
    # Pages of the desk ask for dozens of addresses by name, and each looks from the first route on.
    app.router.routes.insert(0, app.router.routes.pop())
    # One state for both: what the desk's requests ask of `request.app.state` is the app's.
    app.state.ROUTE_NAME = admin.route_name
    admin.app.state = app.state
    for error in (CampusError, Exception):
        if error in app.exception_handlers:
            admin.app.add_exception_handler(error, app.exception_handlers[error])
    app.add_middleware(Policy, path=PATH)
