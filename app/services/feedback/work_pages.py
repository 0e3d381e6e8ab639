"""The pages of who answers, at `/h5/feedback/work`: on the phone, between two other things."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.units import names
from app.campus.uploads import address, save_all
from app.campus.uploads.pages import Size
from app.kit import clock, once
from app.kit.db import Db
from app.kit.errors import CampusError, NotFound
from app.kit.pages import redirect, render
from app.services.feedback import lists, office
from app.services.feedback.links import WORK as HOME
from app.services.feedback.links import page_of
from app.services.feedback.models import Case, Phrase
from app.services.feedback.pages_form import Form, Sent
from app.services.feedback.parts import WORK, Actor, actor, find
from app.services.feedback.rules import Who
from app.services.feedback.shown import STAGES, look
from app.services.feedback.words import ICONS, about, brief, say_date

pages = APIRouter(prefix="/work")
Staff = Annotated[Me, Depends(needs(WORK))]
Number = Annotated[str, Path(max_length=20)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
SAID = {"take": "接下了", "answer": "答复了，写信的人收到了", "reply": "回过去了", "hand": "转走了"}
PHRASES = 6


@pages.get("")
async def index(
    request: Request, db: Db, me: Staff, before: Annotated[Id | None, Query()] = None
) -> Response:
    """「待我答复」: what is due first stands first; below it what was answered."""
    waiting = await lists.to_answer(db, me) if before is None else []
    done, following = await lists.answered(db, me, before)
    now = clock.now()
    return render(
        request, "feedback/work.html", waiting=waiting, done=done, following=following,
        late=sum(case.due_at < now for case in waiting), first=before is None, about=about,
        brief=brief, icons=ICONS,
    )  # fmt: skip


@pages.get("/{number}")
async def one(request: Request, db: Db, me: Staff, number: Number) -> Response:
    """A case, for who answers it or watches."""
    case = await find(db, me, number)
    by = _by(me, case)
    if not by.mine:
        return redirect(request, page_of(case.id))
    return await _show(request, db, me, case)


def _by(me: Me, case: Case) -> Actor:
    """The parts of `me` but for that of who asked: that one has a page of its own."""
    return Actor(me.person_id, actor(me, case).mine - {Who.ASKER})


async def _show(
    request: Request, db: AsyncSession, me: Me, case: Case, code: int = 200, *, error: str = "",
    typed: Sent | None = None, deed: str = "",
) -> Response:  # fmt: skip
    now = clock.now()
    return render(
        request, "feedback/work_case.html", code, shown=await look(db, _by(me, case), case, now),
        case=case, page=f"{HOME}/{case.id}", stages=STAGES, error=error, typed=typed, deed=deed,
        units=await names(db), phrases=await phrases(db, case), say_date=say_date,
        photo=lambda id, small: address(request, me, id, Size.SMALL if small else Size.FULL),
    )  # fmt: skip


async def phrases(db: AsyncSession, case: Case, most: int = PHRASES) -> list[str]:
    """What is often answered to such a case."""
    query = select(Phrase.words).where(
        or_(Phrase.unit == "", Phrase.unit == case.unit),
        or_(Phrase.kind == "", Phrase.kind == case.kind),
    )
    # The unit's own before everybody's.
    ordered = query.order_by(Phrase.unit.desc(), Phrase.position, Phrase.id)
    return list(await db.scalars(ordered.limit(most)))


@pages.post("/{number}/{name}")
async def act(
    *, request: Request, db: Db, me: Staff, number: Number, name: str, typed: Form
) -> Response:
    """Do what the form `name` is for, once; what was typed stays if it is refused."""
    if name not in SAID:
        raise NotFound("没有这一步，刷新一下再看")
    case, now = await find(db, me, number), clock.now()
    try:
        async with db.begin_nested():
            if (
                await once.first(db, f"feedback:{me.person_id}", typed.text(once.FIELD), now)
                is None
            ):
                await deed(db, _by(me, case), case, name, typed=typed, now=now)
    except CampusError as refusal:
        await db.refresh(case)
        return await _show(
            request, db, me, case, refusal.status, error=str(refusal), typed=typed, deed=name
        )
    return redirect(request, HOME if name == "hand" else f"{HOME}/{case.id}", SAID[name])


async def deed(
    db: AsyncSession, by: Actor, case: Case, name: str, *, typed: Sent, now: datetime
) -> None:
    """One deed of who answers, by the name of its form; the desk's are the same."""
    words = typed.text("words")
    if name == "take":
        await office.take(db, by, case, now)
    elif name == "hand":
        await office.hand(
            db, by, case, now, unit=typed.text("unit", 40), reason=typed.text("reason", 210),
            person=typed.text("person", 30),
        )  # fmt: skip
    else:
        kept = await save_all(db, typed.files, person_id=by.person_id, now=now)
        verb = office.answer if name == "answer" else office.reply
        await verb(db, by, case, now, words=words, uploads=[upload.id for upload in kept])
