"""What the pages of repairs at the desk share."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus.people.me import Me
from app.campus.permission import Action
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError, Forbidden
from app.kit.pages import environment
from app.services.repairs.reach import LEAD
from app.services.repairs.words import LABELS, WAITS, say_fault, say_left

HOME = "/desk/repairs"
Deed = Callable[[AsyncSession, Me, FormData], Awaitable[str]]
Again = Callable[[int, str], Awaitable[Response]]


class Page(CustomView):
    """A page under `/desk/repairs`, for who dispatches somewhere; `may` says otherwise."""

    may: ClassVar[Action] = LEAD

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may_somewhere(self.may)

    def is_active(self, request: Request) -> bool:
        here = f"{request.scope['root_path']}{self.path}"
        path: str = request.scope["path"]
        return path == here or path.startswith(f"{here}/")

    def show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        """The template `repairs/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared: dict[str, Any] = {
            "title": self.menu_label, "home": HOME, "time": clock.now(), "once": once.new_key,
            "ICONS": icons(), "LABELS": LABELS, "WAITS": WAITS, "say_fault": say_fault,
            "say_left": say_left, "moment": moment, "error": "", "me": me_of(request),
        }  # fmt: skip
        return self.templates.TemplateResponse(
            request, f"repairs/{name}", {**shared, **context}, code
        )

    def must(self, request: Request) -> None:
        """Raise Forbidden for who has the right in some places only, on a page of the whole."""
        if not me_of(request).may(self.may):
            raise Forbidden("这一页管的是全校的，找管全部的运营同事办")

    async def once_only(self, request: Request, do: Deed, again: Again) -> Response:
        """Do what a form asks, once, and go where it leads; `again` shows a refusal (422 …)."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=6, max_fields=400)
        key, owner = str(sent.get(once.FIELD, "")), f"repairs:{me.person_id}"
        try:
            async with db.begin_nested():
                if (before := await once.first(db, owner, key, clock.now())) is not None:
                    return RedirectResponse(before or HOME, 303)
                address = await do(db, me, sent)
                await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await again(refusal.status, str(refusal))
        return RedirectResponse(address, 303)


def icons() -> Mapping[str, str]:
    """The pictures of `h5/icons.html` by name."""
    found: Mapping[str, str] = environment().get_template("icons.html").module.ICONS  # type: ignore[attr-defined]  # set in the template
    return found


def moment(at: Any) -> str:
    """「11月21日 19:35」, in Shanghai; empty for None."""
    if at is None:
        return ""
    there = at.astimezone(clock.SHANGHAI)
    return f"{there.month}月{there.day}日 {there.hour}:{there:%M}"


def number(text: Any, most: int = 2**31 - 1) -> int | None:
    """A whole number of a form or an address; None for anything else."""
    word = str(text or "").strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 11):
        return None
    return int(word) if int(word) <= most else None
