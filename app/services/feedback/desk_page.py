"""What the pages of feedback at the desk share."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus.people.me import Me
from app.campus.permission import Action, Role
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError
from app.services.feedback.links import DESK
from app.services.feedback.parts import RUN
from app.services.feedback.words import CHANNELS, KINDS, STATES, about, say_due, say_minutes

Deed = Callable[[AsyncSession, Me, FormData], Awaitable[str]]
Again = Callable[[int, str], Awaitable[Response]]


class Page(CustomView):
    """A page under `/desk/feedback`, for operators of everything or of a unit; `may` otherwise."""

    may: ClassVar[Action] = RUN
    whole: ClassVar[bool] = False  # only for who has no limits

    def is_accessible(self, request: Request) -> bool:
        me = me_of(request)
        if self.whole:
            return me.may(self.may)
        roles = (*self.may.roles, Role.ADMINISTRATOR)
        return any(r.role in roles and r.area_id is None and r.building_id is None
                   for r in me.rights)  # fmt: skip

    def is_active(self, request: Request) -> bool:
        here = f"{request.scope['root_path']}{self.path}"
        path: str = request.scope["path"]
        return path == here or path.startswith(f"{here}/")

    def show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        """The template `feedback/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared: dict[str, Any] = {
            "title": self.menu_label, "home": DESK, "time": clock.now(), "once": once.new_key,
            "KINDS": KINDS, "STATES": STATES, "CHANNELS": CHANNELS, "about": about,
            "say_due": say_due, "say_minutes": say_minutes, "moment": moment, "error": "",
            "said": "", "me": me_of(request), "say_share": say_share,
        }  # fmt: skip
        return self.templates.TemplateResponse(
            request, f"feedback/{name}", {**shared, **context}, code
        )

    async def once_only(self, request: Request, do: Deed, again: Again) -> Response:
        """Do what a form asks, once, and go where it leads; `again` shows a refusal (422 …)."""
        db, me = request.state.session, me_of(request)
        form = await request.form(max_files=6, max_fields=200)
        key, owner = str(form.get(once.FIELD, "")), f"feedback:{me.person_id}"
        try:
            async with db.begin_nested():
                if (before := await once.first(db, owner, key, clock.now())) is not None:
                    return RedirectResponse(before or f"{DESK}/cases", 303)
                address = await do(db, me, form)
                await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await again(refusal.status, str(refusal))
        return RedirectResponse(address, 303)


def moment(at: Any) -> str:
    """「11月21日 19:35」, in Shanghai; empty for None."""
    if at is None:
        return ""
    there = at.astimezone(clock.SHANGHAI)
    return f"{there.month}月{there.day}日 {there.hour}:{there:%M}"


def say_share(hundredths: float | None) -> str:
    """「95%」; 「—」 of nothing. Never rounded up to 100."""
    return "—" if hundredths is None else f"{int(hundredths)}%"


def number(text: Any, most: int = 2**31 - 1) -> int | None:
    """A whole number of a form or an address; None for anything else."""
    word = str(text or "").strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 11):
        return None
    return int(word) if int(word) <= most else None
