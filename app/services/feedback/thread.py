"""The page of a case for who asked, behind either door: their name, or a receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.uploads import save_all
from app.kit import clock, once
from app.kit.errors import CampusError
from app.kit.pages import redirect, render
from app.services.feedback import cases
from app.services.feedback.models import Case
from app.services.feedback.pages_form import Sent
from app.services.feedback.parts import Actor
from app.services.feedback.shown import STAGES, look
from app.services.feedback.words import STARS, say_date

SAID = {"add": "补上了，他们看得到", "withdraw": "撤回了", "rate": "记下了，谢谢你说一声",
        "reopen": "知道了，请他们再答一次"}  # fmt: skip
ASKS = {"add": "补一句", "withdraw": "撤回", "reopen": "没解决"}
DEEDS = tuple(SAID)


@dataclass(frozen=True, slots=True)
class Door:
    """Through which a case is read: who reads, the page's address, that of a deed by its name, how
    a photo is loaded (id, whether small), and the receipt where there is one."""

    request: Request
    db: AsyncSession
    case: Case
    by: Actor
    page: str
    way: Callable[[str], str]
    photo: Callable[[int, bool], str]
    code: str = ""


async def show(door: Door, template: str = "case", code: int = 200, **more: object) -> Response:
    """A page of the case. `deed`, `error`, `typed`: what was refused, and why."""
    now = clock.now()
    shown = await look(door.db, door.by, door.case, now)
    context = {"error": "", "typed": None, "deed": "", "fresh": False, **more}
    return render(
        door.request, f"feedback/{template}.html", code, shown=shown, case=door.case,
        page=door.page, way=door.way, photo=door.photo, receipt=door.code, stages=STAGES,
        stars=STARS, say_date=say_date, asks=ASKS, **context,
    )  # fmt: skip


async def press(door: Door, deed: str, typed: Sent) -> Response:
    """Do what a form asks for, once; what was typed stays if it is refused."""
    db, now = door.db, clock.now()
    owner = f"feedback:{door.by.person_id or f'case:{door.case.id}'}"
    key = typed.text(once.FIELD, 80)
    try:
        async with db.begin_nested():
            if await once.first(db, owner, key, now) is not None:
                return redirect(door.request, door.page)
            await _do(door, deed, typed, now)
    except CampusError as refusal:
        await db.refresh(door.case)
        template = "ask" if deed in ASKS else "case"
        return await show(
            door, template, refusal.status, deed=deed, error=str(refusal), typed=typed
        )
    return redirect(door.request, door.page, SAID[deed])


async def _do(door: Door, deed: str, typed: Sent, now: datetime) -> None:
    db, by, case = door.db, door.by, door.case
    words = typed.text("words")
    if deed == "rate":
        await cases.rate(db, by, case, now, stars=typed.number("stars"), words=words)
    elif deed == "withdraw":
        await cases.withdraw(db, by, case, now, words=words)
    else:
        uploads = await keep(door, typed, now)
        verb = cases.add if deed == "add" else cases.reopen
        await verb(db, by, case, now, words=words, uploads=uploads)


async def keep(door: Door, typed: Sent, now: datetime) -> Sequence[int]:
    """Keep a form's photos, under no name where there is none; their ids. Raises Invalid."""
    kept = await save_all(door.db, typed.files, person_id=door.by.person_id, now=now)
    return [upload.id for upload in kept]
