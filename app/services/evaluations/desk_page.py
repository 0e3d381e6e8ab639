"""What the pages of evaluations at the desk share."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus import units
from app.campus.people.me import Me
from app.campus.permission import Action
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError
from app.services.evaluations import desk_words as words
from app.services.evaluations.actions import READ, where
from app.services.evaluations.actions import units as units_of

HOME = "/desk/evaluations"
MOST_FIELDS = 1_000
Deed = Callable[[AsyncSession, Me, FormData], Awaitable[str]]
Again = Callable[[int, str], Awaitable[Response]]


class Page(CustomView):
    """A page under `/desk/evaluations`, for who reads answers somewhere; `may` says otherwise."""

    may: ClassVar[Action] = READ

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may_somewhere(self.may)

    def is_active(self, request: Request) -> bool:
        here = f"{request.scope['root_path']}{self.path}"
        path: str = request.scope["path"]
        return path == here or path.startswith(f"{here}/")

    def show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        """The template `evaluations/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared: dict[str, Any] = {
            "title": self.menu_label, "home": HOME, "once": once.new_key, "words": words,
            "error": "", "said": "", "me": me_of(request), "now": clock.now(),
        }  # fmt: skip
        return self.templates.TemplateResponse(
            request, f"evaluations/{name}", {**shared, **context}, code
        )

    async def once_only(self, request: Request, do: Deed, again: Again) -> Response:
        """Do what a form asks, once, and go where it leads; `again` shows a refusal (422 …)."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
        key, owner = str(sent.get(once.FIELD, "")), f"evaluations:{me.person_id}"
        try:
            async with db.begin_nested():
                if (before := await once.first(db, owner, key, clock.now())) is not None:
                    return RedirectResponse(before or HOME, 303)
                address = await do(db, me, sent)
                await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await again(refusal.status, str(refusal))
        return RedirectResponse(address, 303)


def within(me: Me, action: Action = READ) -> frozenset[str] | None:
    """The units whose answers `me` may read (or do something else to); None: all."""
    found = units_of(me, action)
    return None if found is None else frozenset(found)


async def offered(db: AsyncSession, me: Me, action: Action = READ) -> list[str]:
    """The units to choose from, in the department's order; "" (all of it) for whom it is."""
    theirs, known = units_of(me, action), await units.names(db)
    return ["", *known] if theirs is None else [name for name in known if name in theirs]


def must(me: Me, action: Action, unit: str) -> None:
    """Raise Forbidden for another unit's."""
    me.must(action, where(unit))


def number(text: Any, most: int = 2**53) -> int | None:
    """A whole number of a form or an address; None for anything else."""
    digits = str(text or "").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 17):
        return None
    return int(digits) if int(digits) <= most else None


def typed(sent: FormData) -> dict[str, str]:
    """The texts of a form, without what the database takes for no text."""
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    return {name: value.replace("\0", "") for name, value in texts.items()}


def word(asked: Mapping[str, str], name: str, most: int = 60) -> str:
    """A word of an address, at most so long."""
    return asked.get(name, "").replace("\0", "").strip()[:most]


def download(data: bytes, name: str, kind: str) -> Response:
    """A file to keep."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=kind, headers=headers)
