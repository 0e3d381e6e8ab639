"""What the pages of checks at the desk share."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus.people.me import Me
from app.campus.permission import Action
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError
from app.services.checks import words
from app.services.checks.reach import ALL

HOME = "/desk/checks"
LONGEST = 800  # days of a period
Deed = Callable[[AsyncSession, Me, FormData], Awaitable[str]]
Again = Callable[[int, str], Awaitable[Response]]


class Page(CustomView):
    """A page under `/desk/checks`, for who runs or heads some place; `may` says otherwise."""

    may: ClassVar[Action] = ALL

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may_somewhere(self.may)

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    def show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        """The template `checks/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared: dict[str, Any] = {
            "title": self.menu_label, "home": HOME, "now": clock.now(), "once": once.new_key,
            "words": words, "error": "", "said": "", "me": me_of(request),
        }  # fmt: skip
        return self.templates.TemplateResponse(
            request, f"checks/{name}", {**shared, **context}, code
        )

    async def once_only(self, request: Request, do: Deed, again: Again) -> Response:
        """Do what a form asks, once, and go where it leads; `again` shows a refusal (422 …)."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=6, max_fields=800)
        key, owner = str(sent.get(once.FIELD, "")), f"checks:{me.person_id}"
        try:
            async with db.begin_nested():
                if (before := await once.first(db, owner, key, clock.now())) is not None:
                    return RedirectResponse(before or HOME, 303)
                address = await do(db, me, sent)
                await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await again(refusal.status, str(refusal))
        return RedirectResponse(address, 303)


def number(text: Any) -> int | None:
    """A whole number of a form or an address; None for anything else."""
    word = str(text or "").strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 11):
        return None
    return int(word) if int(word) < 2**31 else None


def day(text: Any) -> date | None:
    """「2026-11-20」; None for anything else."""
    try:
        found = date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def span(request: Request, days: int = 89) -> tuple[date, date]:
    """The period that the address asks for: `since` to `until`, else the last `days` + 1."""
    asked, today = request.query_params, clock.now().date()
    last = day(asked.get("until")) or today
    first = day(asked.get("since")) or last - timedelta(days=days)
    return max(min(first, last), last - timedelta(days=LONGEST)), last


def address(**asked: Any) -> str:
    """`asked` as a query, without what is empty."""
    return urlencode({name: value for name, value in asked.items() if value not in (None, "")})
