"""The operators' page for the account's menu."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.gateway import menus
from app.gateway.menu_rules import COLUMNS, ROWS, TYPES, Button, fields, problems, read
from app.gateway.models import SavedMenu
from app.kit import clock
from app.kit.errors import CampusError, Unavailable
from app.wechat.client import Client

CHANGE = Action("menus.change", frozenset({Role.OPERATOR}))
DONE = {
    "saved": "草稿存好了，手机上还是原来的。",
    "published": "发布了，大家 5 分钟内看到；重新关注可马上看到。",
}


class Menu(CustomView):
    """「公众号菜单」 at the desk."""

    menu_label, icon, path, route_name = "公众号菜单", "fa fa-table-columns", "/menu", "menu"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(CHANGE)

    @route("")
    async def index(self, request: Request) -> Response:
        """The newest version as a form; with `from` the buttons of an older one."""
        db: AsyncSession = request.state.session
        last, older = await menus.newest(db), request.query_params.get("from", "")
        chosen = await menus.get(db, _number(older)) if older else last
        services = request.app.state.services
        buttons = chosen.buttons if chosen else menus.default_buttons(services)
        done = DONE.get(request.query_params.get("done", ""), "")
        return await self._show(request, fields(buttons), last, done=done, older=older)

    @route("/save", methods=["POST"], name="menu-save")
    async def save(self, request: Request) -> Response:
        """Keep what is in the form as a new version; `publish`: and show it to everybody."""
        form = await _form(request)
        buttons, url = read(form), _public_url(request)
        db: AsyncSession = request.state.session
        if wrong := problems(buttons, url):
            return await self._refused(request, form, 422, wrong=_moved(wrong, form))
        try:
            saved = await menus.save(db, me_of(request), buttons, _number(form["known"]), url)
            if "publish" in form:
                await menus.publish(db, me_of(request), _client(request), saved.id, url)
        except CampusError as refusal:
            return await self._refused(request, form, refusal.status, error=str(refusal))
        done = "published" if "publish" in form else "saved"
        return RedirectResponse(f"{self._here(request)}?done={done}", 303)

    @route("/back", methods=["POST"], name="menu-back")
    async def back(self, request: Request) -> Response:
        """Publish an old version again."""
        form = await _form(request)
        try:
            await menus.roll_back(
                request.state.session, me_of(request), _client(request),
                _number(form.get("number", "")), known=_number(form["known"]),
                public_url=_public_url(request),
            )  # fmt: skip
        except CampusError as refusal:
            last = await menus.newest(request.state.session)
            shown = fields(last.buttons if last else [])
            return await self._refused(request, shown, refusal.status, error=str(refusal))
        return RedirectResponse(f"{self._here(request)}?done=published", 303)

    async def _refused(
        self, request: Request, form: dict[str, str], code: int, **context: Any
    ) -> Response:
        last = await menus.newest(request.state.session)
        return await self._show(request, form, last, code, **context)

    async def _show(
        self,
        request: Request,
        form: dict[str, str],
        last: SavedMenu | None,
        code: int = 200,
        **context: Any,
    ) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        db = request.state.session
        shown = await menus.published(db)
        context = {"wrong": {}, "error": "", "done": "", "older": ""} | context
        context |= {
            "here": self._here(request), "title": self.menu_label, "form": form, "types": TYPES,
            "columns": COLUMNS, "rows": ROWS, "known": last.id if last else 0, "shown": shown,
            "since": f"{shown.published_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"
            if shown and shown.published_at else "",
            "preview": read(form), "versions": [_version(v) for v in await menus.history(db)],
        }  # fmt: skip
        return self.templates.TemplateResponse(request, "menu.html", context, code)

    def _here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"


def _version(saved: SavedMenu) -> dict[str, Any]:
    return {
        "id": saved.id, "author": saved.author, "published_by": saved.published_by,
        "age": clock.say_age(saved.at, clock.now()), "published": saved.published_at,
        "names": "、".join(_name(button) for button in saved.buttons),
    }  # fmt: skip


def _name(button: Button) -> str:
    subs = len(button.get("sub_button") or ())
    return f"{button['name']}（{subs}）" if subs else str(button["name"])


def _moved(wrong: dict[str, str], form: dict[str, str]) -> dict[str, str]:
    """Errors by the form's fields: `read` closes gaps, so a button may stand further on in it."""
    places = [f"c{c}" for c in range(1, COLUMNS + 1)]
    columns = [place for place in places if any(_written(form, place))]
    found = {}
    for name, words in wrong.items():
        place, _, field = name.partition("_")
        if not field:
            found[name] = words
            continue
        column, _, row = place.removeprefix("c").partition("s")
        real = columns[int(column) - 1]
        subs = [sub for sub in _written(form, real) if "s" in sub]
        found[f"{subs[int(row) - 1] if row else real}_{field}"] = words
    return found


def _written(form: dict[str, str], column: str) -> list[str]:
    """The places of a column in which something is written."""
    places = [column, *(f"{column}s{row}" for row in range(1, ROWS + 1))]
    names = ("name", "value", "appid")
    return [p for p in places if any(form.get(f"{p}_{name}", "").strip() for name in names)]


async def _form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=200)
    found = {name: value for name, value in form.items() if isinstance(value, str)}
    return {"known": "0"} | found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _public_url(request: Request) -> str:
    url: str = request.app.state.settings.public_url
    return url


def _client(request: Request) -> Client:
    """Raises Unavailable where this process has no line to WeChat."""
    client: Client | None = getattr(request.app.state, "wechat", None)
    if client is None:
        raise Unavailable("微信那边没连上，过会儿再发布")
    return client


HANDED = (Menu.menu_label, Menu.icon, (Menu,))
