"""The pages of checks on the phone, at `/h5/checks`."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.campus.people.me import Bound
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import redirect, render
from app.services.checks import pages_faults, pages_results, pages_visits, shown, words
from app.services.checks.links import HOME, ways
from app.services.checks.reach import CHECK, MEND
from app.services.checks.rules import Rhythm

pages = APIRouter()


@pages.get("")
async def index(request: Request, db: Db, me: Bound) -> Response:
    """「今天要查的」; who only mends sees the faults, who lives in a room its result."""
    if not me.may_somewhere(CHECK):
        return redirect(request, f"{HOME}/{'faults' if me.may_somewhere(MEND) else 'room'}")
    now = clock.now()
    today = now.date()
    lines = await shown.due(db, me, today)
    urgent = [line for line in lines if line.due <= today]
    groups = [
        (words.SPANS[rhythm], rest)
        for rhythm in Rhythm
        if (rest := [line for line in lines if line.rhythm is rhythm and line not in urgent])
    ]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return render(
        request, "checks/index.html", me=me, ways=ways(me), urgent=urgent, groups=groups,
        today=today, words=words, done=await shown.done_today(db, me, midnight),
        judge=await shown.faults(db, shown.to_judge(me), now, most=20),
    )  # fmt: skip


pages.include_router(pages_visits.pages)
pages.include_router(pages_faults.pages)
pages.include_router(pages_results.pages)
