"""For the head, on the phone: what was said, a reply, a case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import CampusError
from app.kit.pages import redirect, render
from app.services.evaluations import heard
from app.services.evaluations.actions import READ, REPLY, units, where
from app.services.evaluations.heard import Heard
from app.services.evaluations.limits import PAGE
from app.services.evaluations.models import Answer, Subject
from app.services.evaluations.models import Form as Asked
from app.services.evaluations.pages_lists import Number, shots
from app.services.evaluations.words import say_stars, say_value

HOME = "/h5/evaluations/heard"
pages = APIRouter()
Reader = Annotated[Me, Depends(needs(READ))]
Replier = Annotated[Me, Depends(needs(REPLY))]


@pages.get("/heard")
async def low(request: Request, db: Db, me: Reader) -> Response:
    """Low ratings of one's units, newest day first; those without a reply before the others."""
    query = (
        select(Answer, Subject.name)
        .join(Subject, Subject.id == Answer.subject_id)
        .join(Asked, Asked.id == Answer.form_id)
        .where(Answer.low)
        .order_by(Answer.reply != "", Answer.day.desc(), Answer.id)
        .limit(PAGE)
    )
    theirs = units(me, READ)
    if theirs is not None:
        query = query.where(Subject.unit.in_(theirs) | (
            (Subject.unit == "") & Asked.unit.in_(theirs)))  # fmt: skip
    found = [(answer, name) for answer, name in await db.execute(query)]
    return render(request, "evaluations/heard_list.html", found=found, say_stars=say_stars)


@pages.get("/heard/{number}")
async def one(request: Request, db: Db, me: Reader, number: Number) -> Response:
    """One answer, for who reads those of its unit."""
    return _shown(request, me, await heard.find(db, me, number))


@pages.post("/heard/{number}/reply")
async def reply(
    request: Request, db: Db, me: Replier, number: Number,
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """Tell who answered what was done; what was typed stays if it is refused."""
    found = await heard.find(db, me, number)
    try:
        async with db.begin_nested():
            await heard.reply(db, me, found.answer, words, clock.now())
    except CampusError as refusal:
        return _shown(request, me, found, words, refusal)
    return redirect(request, f"{HOME}/{number}", "回过去了")


@pages.post("/heard/{number}/complain")
async def complain(request: Request, db: Db, me: Replier, number: Number) -> Response:
    """Make a case of it."""
    found = await heard.find(db, me, number)
    await heard.complain(db, me, found.answer, clock.now())
    return redirect(request, f"{HOME}/{number}", "转成投诉了，按时限办")


def _shown(
    request: Request, me: Me, found: Heard, typed: str = "", refusal: CampusError | None = None
) -> Response:
    return render(
        request, "evaluations/heard.html", refusal.status if refusal else 200, heard=found,
        typed=typed, error=str(refusal) if refusal else "", page=f"{HOME}/{found.answer.id}",
        may_reply=me.may(REPLY, where(found.unit)), pictures=shots(request, me, found.answer),
        say_value=say_value,
    )  # fmt: skip
