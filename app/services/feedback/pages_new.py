"""Writing to a unit: the form, and sending it, with a name or without."""

import hmac
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.uploads import save_all
from app.kit import clock, once
from app.kit.db import Db
from app.kit.errors import CampusError, Invalid
from app.kit.limits import attempt
from app.kit.pages import redirect, render
from app.services.feedback.cases import New, ask
from app.services.feedback.links import page_by, page_of
from app.services.feedback.pages_form import Form, Query, Sent, kind_of, live
from app.services.feedback.parts import receipt, seal
from app.services.feedback.rules import Kind
from app.services.feedback.words import ICONS, KINDS, say_due

pages = APIRouter()
A_DAY = timedelta(days=1)
MOST, MOST_UNNAMED = 10, 3  # a day of one person
ENOUGH = "今天写得够多了，明天再写；急事打下面的电话"
UNNAMED = "feedback:unnamed"


class Wrong(Invalid):
    """A refusal beside the field that it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@pages.get("/new")
async def form(request: Request, db: Db, me: Bound, typed: Query) -> Response:
    """The form, filled with what is known."""
    return await _form(request, db, typed)


@pages.get("/new/live")
async def follow(request: Request, db: Db, me: Bound, typed: Query) -> Response:
    """The parts that follow from kind and words."""
    found = await live(db, typed)
    return render(request, "feedback/_live.html", live=found, typed=typed, errors={})


async def _form(
    request: Request, db: AsyncSession, typed: Sent, *, error: CampusError | None = None
) -> Response:
    field = error.field if isinstance(error, Wrong) else "words"
    return render(
        request, "feedback/new.html", error.status if error else 200, typed=typed,
        errors={field: str(error)} if error else {}, live=await live(db, typed),
        kinds=[(kind, KINDS[kind], ICONS[kind]) for kind in Kind],
    )  # fmt: skip


@pages.post("/new")
async def send(request: Request, db: Db, me: Bound, typed: Form) -> Response:
    """Send it, once however often it comes; what was typed stays if something is wrong."""
    now, unnamed = clock.now(), typed.on("anonymous")
    key = typed.text(once.FIELD, 80)
    owner = UNNAMED if unnamed else f"feedback:{me.person_id}"
    code = receipt(request.app.state.secret_key, key) if unnamed else ""
    try:
        new = _checked(typed, me, code)
        await _limit(request, me, now, unnamed=unnamed)  # before `db` holds a connection
        async with db.begin_nested():  # a refused one leaves neither photos nor the form's key
            led_to = await once.first(db, owner, key, now)
            if led_to is None:
                led_to, says = await _ask(db, me, typed, now, new=new)
                # Where it led is kept with the key: never a receipt.
                await once.led_to(db, owner, key, "" if unnamed else led_to)
            else:
                says = ""
    except CampusError as refusal:
        return await _form(request, db, typed, error=refusal)
    if unnamed:
        return redirect(request, f"{page_by(code)}&new=1")
    return redirect(request, led_to, says)


async def _ask(
    db: AsyncSession, me: Me, typed: Sent, now: datetime, *, new: New
) -> tuple[str, str]:
    """(where the case is, a few words)."""
    person = None if new.seal else me.person_id
    try:
        uploads = await save_all(db, typed.files, person_id=person, now=now)
    except Invalid as error:
        raise Wrong("photos", str(error)) from error
    case = await ask(db, new, now, uploads=[upload.id for upload in uploads])
    assert case is not None  # noqa: S101 it has neither a source nor a box
    return page_of(case.id), f"写上了，{say_due(case.due_at, now)}"


def _checked(typed: Sent, me: Me, code: str) -> New:
    kind = kind_of(typed)
    if kind is None:
        raise Wrong("kind", "选一下是咨询、建议、投诉还是表扬")
    if not typed.text("words"):
        raise Wrong("words", "写两句是什么事，我们好去办")
    if not typed.text("unit", 40):
        raise Wrong("unit", "选一下写给谁")
    return New(
        kind, typed.text("unit", 40), typed.text("words"), to_head=typed.on("head"),
        consent=typed.on("consent"), asker_id=None if code else me.person_id,
        seal=seal(code) if code else None,
    )  # fmt: skip


async def _limit(request: Request, me: Me, now: datetime, *, unnamed: bool) -> None:
    """Raises TooMany. Who writes without a name is counted by the day under a sealed word: the
    time of the count is no case's time, and the word cannot be read back without the key."""
    database = request.app.state.database
    if not unnamed:
        await attempt(database, f"feedback:new:{me.person_id}", now, most=MOST, within=A_DAY,
                      sentence=ENOUGH)  # fmt: skip
        return
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    key: str = request.app.state.secret_key
    said = f"feedback:{me.person_id}:{day.date()}"
    sealed = hmac.new(key.encode(), said.encode(), "sha256").hexdigest()[:40]
    await attempt(database, f"feedback:new:{sealed}", day, most=MOST_UNNAMED, within=A_DAY,
                  sentence=ENOUGH)  # fmt: skip
