"""What I can rate, what I have said, and the receipt of what nobody knows I said."""

from datetime import datetime
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import Response

from app.campus.people.me import Bound, Me, anyone
from app.campus.uploads import address
from app.campus.uploads.pages import Size
from app.kit import clock
from app.kit.db import Db
from app.kit.limits import attempt
from app.kit.pages import redirect, render
from app.services.evaluations import heard, inviting, lists
from app.services.evaluations.actions import READ
from app.services.evaluations.board import Board, board, named
from app.services.evaluations.codes import PATH, code_of
from app.services.evaluations.heard import NO_RECEIPT
from app.services.evaluations.limits import LISTED, MOST_RECEIPTS, PAGE, RECEIPTS_WITHIN
from app.services.evaluations.models import Answer
from app.services.evaluations.words import ICONS, KINDS, say_date, say_stars, say_until, say_value

pages = APIRouter()
TheBoard = Annotated[Board, Depends(board)]
Number = Annotated[int, Path(ge=1, le=2**52)]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


async def index(
    request: Request, db: Db, me: Bound, board: TheBoard,
    q: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """What I was asked for, then what is open, by kind; `q` finds by name."""
    now = clock.now()
    waiting = [] if q else await lists.asked(db, me, board, now)
    asked = {one.entry.id for one in waiting}
    entries = [e for e in await lists.open_for(db, me, board, now) if e.id not in asked]
    found = named(entries, q, most=20) if q else entries[:LISTED]
    groups = [(kind, list(some)) for kind, some in groupby(found, key=lambda entry: entry.kind)]
    return render(
        request, "evaluations/index.html", waiting=waiting, groups=groups, q=q, kinds=KINDS,
        icons=ICONS, say_until=say_until, reads=me.may_somewhere(READ),
    )  # fmt: skip


@pages.get("/mine")
async def mine(
    request: Request, db: Db, me: Bound, before: Annotated[datetime | None, Query()] = None
) -> Response:
    """Named answers, newest first."""
    if before is not None and before.tzinfo is None:
        before = before.replace(tzinfo=clock.SHANGHAI)
    found = await lists.mine(db, me, before)
    more = found[PAGE - 1][0].at if len(found) > PAGE else None
    return render(
        request, "evaluations/mine.html", found=found[:PAGE], more=more, say_stars=say_stars
    )


@pages.get("/mine/{number}")
async def one_of_mine(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """What I said, and what was said to it."""
    found = await heard.find_own(db, me, number)
    return render(
        request, "evaluations/one.html", heard=found, pictures=shots(request, me, found.answer),
        say_value=say_value, say_date=say_date,
    )  # fmt: skip


@pages.get("/i/{id}")
async def invited(request: Request, db: Db, me: Bound, id: Id) -> Response:
    """Where an invitation leads: the form itself."""
    subject = await inviting.find(db, me, id)
    return redirect(request, f"{PATH}{await code_of(db, subject)}")


@pages.get("/receipt", dependencies=[Depends(anyone)])
async def ask_receipt(request: Request) -> Response:
    return _receipt(request, None)


@pages.post("/receipt", dependencies=[Depends(anyone)])
async def receipt(
    request: Request, db: Db, code: Annotated[str, Form(max_length=60)] = ""
) -> Response:
    """The reply to an anonymous answer, for whoever has its receipt: sent, never in an address."""
    found = await heard.by_receipt(db, code)
    if found is None:
        await attempt(
            request.app.state.database,
            f"evaluations:receipt:{request.client.host if request.client else ''}", clock.now(),
            most=MOST_RECEIPTS, within=RECEIPTS_WITHIN, sentence="试得太多了，一小时后再来",
        )  # fmt: skip
    return _receipt(request, found, code, "" if found else NO_RECEIPT)


def _receipt(
    request: Request, found: heard.Heard | None, typed: str = "", error: str = ""
) -> Response:
    answer = render(
        request, "evaluations/receipt.html", 422 if error else 200, heard=found, typed=typed,
        error=error, say_value=say_value, say_date=say_date,
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


def shots(request: Request, me: Me, answer: Answer) -> list[tuple[str, str]]:
    """(small, whole) addresses of an answer's photos, for `me`, who may see it."""
    return [
        (address(request, me, id, Size.SMALL), address(request, me, id)) for id in answer.photos
    ]
