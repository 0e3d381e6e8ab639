"""What the desk's pages of a selection share: who may, which round, buttons that work once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView

from app.campus.people.me import Me
from app.campus.permission.rules import Action, Role
from app.campus.places import Building
from app.desk.base import me_of
from app.desk.limits import within
from app.kit import clock, once
from app.kit.errors import CampusError, Forbidden, Invalid, NotFound
from app.services.rooms import desk_words as words
from app.services.rooms.models import Round

RUN = Action("rooms.run", frozenset({Role.OPERATOR}))
NOT_YOURS = "这栋楼不归你管，找管那边的同事"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a round: who pressed it, and what the form said."""

    db: AsyncSession
    me: Me
    round: Round
    form: Mapping[str, str]
    mine: frozenset[int] | None  # buildings they may change; None: all

    def number(self, name: str) -> int:
        """An id in the form. Raises Invalid."""
        text = self.form.get(name, "")
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise Invalid("这一页放太久了，刷新一下再点")
        return int(text)

    @property
    def why(self) -> str:
        """The reason that was given. Raises Invalid for none."""
        text = " ".join(self.form.get("why", "").split())
        if not text or len(text) > LONGEST:
            raise Invalid(f"写一句为什么，最多 {LONGEST} 个字")
        return text

    def whole(self) -> None:
        """Raise Forbidden unless they may run the whole selection."""
        self.me.must(RUN)

    def must_reach(self, building_id: int) -> None:
        if self.mine is not None and building_id not in self.mine:
            raise Forbidden(NOT_YOURS)


Deed = Callable[[Pressed], Awaitable[int]]  # → how many beds or people it concerned
Again = Callable[[Request, str, int], Awaitable[Response]]  # the page, with why not, and a status


class Pages(CustomView):
    """One view at `/desk/rooms`, whose pages are in several modules."""

    menu_label, icon, path, route_name = "选房", "fa fa-bed", "/rooms", "rooms"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may_somewhere(RUN)

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    def here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"

    async def round_of(self, request: Request) -> Round:
        """The round that the address names. Raises NotFound."""
        db: AsyncSession = request.state.session
        found = await db.get(Round, request.path_params["number"])
        if found is None:
            raise NotFound("没有这一轮，回到列表看看")
        return found

    async def press(
        self, request: Request, deeds: Mapping[str, Deed], again: Again, address: str
    ) -> Response:
        """Do the deed that the address names, once; then go to `address`, or show why not."""
        db, me = request.state.session, me_of(request)
        name = request.path_params["deed"]
        form = await form_of(request)
        round, owner, key = await self.round_of(request), f"rooms:{me.person_id}", form.get("once")
        try:
            if (deed := deeds.get(name)) is None:
                raise NotFound("没有这个按钮，刷新一下")
            if (before := await once.first(db, owner, key or "", clock.now())) is not None:
                return RedirectResponse(before, 303)
            async with db.begin_nested():
                count = await deed(Pressed(db, me, round, form, await reach(db, me)))
        except CampusError as refusal:
            await db.refresh(round)
            return await again(request, str(refusal), refusal.status)
        address = f"{address}{'&' if '?' in address else '?'}did={name}&n={count}"
        await once.led_to(db, owner, key or "", address)
        return RedirectResponse(address, 303)

    async def show(
        self, request: Request, name: str, code: int = 200, *, round: Round | None = None,
        tab: str = "", **context: Any,
    ) -> Response:  # fmt: skip
        """A page of `h5/desk/rooms`; of a round, with its head and tabs."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        now = clock.now()
        context = {"said": _did(request), "error": "", **context}
        context |= {
            "here": self.here(request), "title": self.menu_label, "once": once.new_key,
            "words": words, "tab": tab, "round": round, "whole": me_of(request).may(RUN),
            "phase": words.phase_of(round, now) if round else "",
            "at": f"{self.here(request)}/{round.id}" if round else "", "moment": now,
        }  # fmt: skip
        return self.templates.TemplateResponse(request, f"rooms/{name}", context, code)


async def form_of(request: Request) -> dict[str, str]:
    """What a form sent, without files."""
    form = await request.form(max_files=0, max_fields=100)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def reach(db: AsyncSession, me: Me) -> frozenset[int] | None:
    """The buildings that `me` runs; None: all of them."""
    if me.may(RUN):
        return None
    theirs = within(me, RUN, Building.id.expression)
    return frozenset(await db.scalars(select(Building.id).where(theirs)))


def _did(request: Request) -> str:
    """What was just done, by the address that the button led to."""
    asked = request.query_params
    count = asked.get("n", "")
    known = words.DID.get(asked.get("did", ""), "")
    return known.format(n=count if count.isdecimal() else "") if request.method == "GET" else ""
