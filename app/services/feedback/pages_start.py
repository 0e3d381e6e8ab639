"""What everybody may read: where it starts, published questions, public figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from app.campus.people.me import anyone
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.feedback import public
from app.services.feedback.book import book, duties
from app.services.feedback.links import new_with
from app.services.feedback.words import say_minutes

pages = APIRouter(dependencies=[Depends(anyone)])
Words = Annotated[str, Query(max_length=200)]
MOST = 8
PAGE = 20


async def start(request: Request, db: Db, q: Words = "") -> Response:
    """Search what was asked before; then whom to write to, the one who does it first."""
    known = await duties.within(db)
    found = (await book.within(db)).near(q, MOST) if q.strip() else []
    theirs = known.of(q) if q.strip() else None
    return render(
        request, "feedback/index.html", q=q.strip(), found=found, units=known.units,
        theirs=theirs, new_with=new_with,
        newest=list((await book.within(db)).told.values())[:3],
    )  # fmt: skip


@pages.get("/qa")
async def questions(
    *, request: Request, db: Db, q: Words = "", unit: Annotated[str, Query(max_length=40)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:  # fmt: skip
    """Everything published; of a unit; or what comes near to `q`."""
    told = await book.within(db)
    some = told.near(q, 30) if q.strip() else list(told.told.values())
    some = [one for one in some if not unit or one.unit == unit]
    if before is not None and not q.strip():
        some = [one for one in some if one.id < before]
    units = [name for name, _ in (await duties.within(db)).units]
    return render(
        request, "feedback/qa.html", rows=some[:PAGE], q=q.strip(), unit=unit, units=units,
        following=some[PAGE - 1].id if len(some) > PAGE and not q.strip() else None,
        new_with=new_with,
    )  # fmt: skip


@pages.get("/qa/{id}")
async def answer(
    request: Request, db: Db, id: Annotated[int, Path(ge=0, le=2**31 - 1)]
) -> Response:
    """One question with its answer."""
    found = await book.within(db)
    if (one := found.told.get(id)) is None:
        raise NotFound("这条问答收起来了，搜一下别的")
    near = [other for other in found.near(one.question, 4) if other.id != id][:3]
    return render(request, "feedback/answer.html", one=one, near=near, new_with=new_with)


@pages.get("/figures")
async def figures(request: Request, db: Db) -> Response:
    """How fast and how well each unit answers, without a word of any case."""
    return render(
        request, "feedback/figures.html", figures=await public.figures.within(db),
        days=public.DAYS, say_minutes=say_minutes, age=clock.say_age,
    )  # fmt: skip
