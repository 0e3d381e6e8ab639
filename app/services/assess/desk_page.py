"""What the pages of assessment at the desk share: who may, forms that work once, words."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus.people.me import Me
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError, NotFound
from app.services.assess import views
from app.services.assess import words as say
from app.services.assess.explaining import number as plain
from app.services.assess.explaining import say as points
from app.services.assess.forms import Sent
from app.services.assess.models import Team
from app.services.assess.reach import WRITE
from app.services.assess.rules import Step, Verdict, month_before, month_of, say_month

HOME = "/desk/assess"
PAST = 6  # months that can be chosen
Deed = Callable[[AsyncSession, Me, Sent], Awaitable[str]]
Again = Callable[[int, str], Awaitable[Response]]


class Page(CustomView):
    """A page under `/desk/assess`, for operators, also of one unit."""

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may_somewhere(WRITE)

    def is_active(self, request: Request) -> bool:
        here = f"{request.scope['root_path']}{self.path}"
        path: str = request.scope["path"]
        return path == here or path.startswith(f"{here}/")

    def show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        """The template `assess/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared: dict[str, Any] = {
            "title": self.menu_label, "home": HOME, "once": once.new_key, "say": say,
            "points": points, "say_month": say_month, "Step": Step, "Verdict": Verdict, "error": "",
            "said": request.query_params.get("did", "")[:80], "me": me_of(request), "plain": plain,
            "today": clock.now().date(), "months": past(),
        }  # fmt: skip
        return self.templates.TemplateResponse(
            request, f"assess/{name}", {**shared, **context}, code
        )

    async def sent(self, request: Request) -> Sent:
        return Sent(await request.form(max_files=0, max_fields=400), clock.now())

    async def once_only(self, request: Request, do: Deed, again: Again) -> Response:
        """Do what a form asks, once, and go where it leads; `again` shows a refusal (422 …)."""
        db, me = request.state.session, me_of(request)
        sent = await self.sent(request)
        try:
            key, owner = sent.text(once.FIELD, 80), f"assess:{me.person_id}"
            async with db.begin_nested():
                if (before := await once.first(db, owner, key, sent.now)) is not None:
                    return RedirectResponse(before or HOME, 303)
                address = await do(db, me, sent)
                await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await again(refusal.status, str(refusal))
        return RedirectResponse(address, 303)


def past() -> list[date]:
    """Months that are over, newest first."""
    found = [month_before(month_of(clock.now().date()))]
    while len(found) < PAST:
        found.append(month_before(found[-1]))
    return found


async def team_of(db: AsyncSession, me: Me, team_id: int) -> Team:
    """A team that `me` operates. Raises NotFound."""
    for team in await views.teams_of(db, me):
        if team.id == team_id:
            return team
    raise NotFound("没有这个班组，或者不归你管")
