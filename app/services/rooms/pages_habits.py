"""The questionnaire: how I live, for who might live with me."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.campus.people.me import Bound
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.pages import redirect, render
from app.services.rooms import habits
from app.services.rooms.rules import HABITS
from app.services.rooms.words import PROVINCES

pages = APIRouter()
ROUND = r"^\d{0,9}$"
From = Annotated[str, Query(alias="round", pattern=ROUND)]


@pages.get("/habits")
async def form(request: Request, db: Db, me: Bound, round_id: From = "") -> Response:
    """What I said, to change."""
    return render(
        request, "rooms/habits.html", habit=await habits.mine(db, me.person_id or 0),
        questions=HABITS, provinces=[(one, one) for one in PROVINCES], round_id=round_id,
    )  # fmt: skip


@pages.post("/habits")
async def save(request: Request, db: Db, me: Bound, round_id: From = "") -> Response:
    """Keep it; back to the round that it was opened from."""
    sent = await request.form()
    answers = {
        question.key: str(sent[question.key]) for question in HABITS if sent.get(question.key)
    }
    home = str(sent.get("home", ""))
    if home and home not in PROVINCES:
        raise Invalid("家乡从列表里选一个")
    shown = sent.get("shown") == "on"
    await habits.answer(db, me.person_id or 0, answers, home, shown, clock.now())
    address = f"/h5/rooms/{round_id}" if round_id else "/h5/rooms"
    return redirect(request, address, "记下了，室友能看到")
