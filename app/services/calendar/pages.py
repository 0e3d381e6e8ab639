"""The calendar: which week it is, days off ahead, and a term week by week."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.campus.calendar import Calendar, arranged, calendar
from app.campus.people.me import anyone
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.calendar import rules
from app.services.calendar.rules import FAR, Off

pages = APIRouter(dependencies=[Depends(anyone)])
MOST = 5


@pages.get("")
async def index(
    request: Request,
    days: Annotated[Calendar, Depends(calendar)],
    term: Annotated[date | None, Query()] = None,
    on: Annotated[date | None, Query(ge=date(2020, 1, 1), le=date(2099, 12, 31))] = None,
) -> Response:
    """Today (or `on`), and the term it is in or the one whose first Monday is `term`."""
    today = on or clock.now().date()
    shown = next((t for t in days.terms if t.first == term), None) if term else days.term(today)
    if term and shown is None:
        raise NotFound("没有这个学期，回校历里再选")
    return render(
        request, "calendar/index.html", today=days.day(today), week=days.week(today),
        shown=shown, terms=days.terms, ahead=_ahead(days, today), arranged=arranged, say=rules,
        rows=rules.term_rows(days.day, shown.first, shown.weeks) if shown else [],
    )  # fmt: skip


def _ahead(days: Calendar, today: date) -> list[Off]:
    return list(rules.offs(days.day, today, today + timedelta(days=FAR)))[:MOST]
