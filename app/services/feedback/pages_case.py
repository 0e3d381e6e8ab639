"""One's own cases: the list, and each under its number."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.uploads import address
from app.campus.uploads.pages import Size
from app.kit.db import Db
from app.kit.pages import redirect, render
from app.services.feedback import thread
from app.services.feedback.links import WORK, page_of
from app.services.feedback.lists import my_cases
from app.services.feedback.pages_form import Form
from app.services.feedback.parts import Actor, actor, find
from app.services.feedback.rules import Who
from app.services.feedback.words import ICONS, about, brief

pages = APIRouter()
Number = Annotated[str, Path(max_length=20)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
ASKER = frozenset({Who.ASKER})


@pages.get("/mine")
async def mine(
    request: Request, db: Db, me: Bound, before: Annotated[Id | None, Query()] = None
) -> Response:
    """What I wrote, the newest first; with `before` those that follow."""
    assert me.person_id is not None  # noqa: S101 Bound; for the type checker
    rows, following = await my_cases(db, me.person_id, before)
    return render(
        request, "feedback/mine.html", rows=rows, following=following, first=before is None,
        about=about, brief=brief, icons=ICONS, page_of=page_of,
    )  # fmt: skip


# What is `/{number}` comes after all other addresses: `late` is included last.
late = APIRouter()


@late.get("/{number}")
async def one(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """The case; asked again every half a minute by itself, which takes its live parts."""
    door = await _door(request, db, me, number)
    return redirect(request, f"{WORK}/{number}") if door is None else await thread.show(door)


def _page(deed: str) -> None:
    @late.get(f"/{{number}}/{deed}", name=f"feedback-ask-{deed}")
    async def ask(request: Request, db: Db, me: Bound, number: Number) -> Response:
        door = await _door(request, db, me, number)
        if door is None:
            return redirect(request, f"{WORK}/{number}")
        return await thread.show(door, "ask", deed=deed)


def _button(deed: str) -> None:
    @late.post(f"/{{number}}/{deed}", name=f"feedback-{deed}")
    async def do(request: Request, db: Db, me: Bound, number: Number, typed: Form) -> Response:
        door = await _door(request, db, me, number)
        if door is None:
            return redirect(request, f"{WORK}/{number}")
        return await thread.press(door, deed, typed)


@late.get("/{number}/rate")
async def stars(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """The stars are on the case's own page."""
    return redirect(request, page_of((await find(db, me, number)).id))


for _deed in thread.ASKS:
    _page(_deed)
for _deed in thread.DEEDS:
    _button(_deed)


async def _door(request: Request, db: Db, me: Me, number: str) -> thread.Door | None:
    """The case for its asker; None for who has another part. Raises NotFound for strangers."""
    case = await find(db, me, number)
    if Who.ASKER not in actor(me, case).mine:
        return None

    def photo(upload: int, small: bool) -> str:
        return address(request, me, upload, Size.SMALL if small else Size.FULL)

    page = page_of(case.id)

    def way(deed: str) -> str:
        return f"{page}/{deed}"

    return thread.Door(request, db, case, Actor(me.person_id, ASKER), page, way, photo)
