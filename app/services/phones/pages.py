"""The phone book's pages."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.campus.calendar import Calendar, DayKind, calendar
from app.campus.people.me import anyone
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.phones.book import Book, Line, Office, book
from app.services.phones.rules import Hours, say_hours, say_number, say_state
from app.services.phones.search import find, nearest

pages = APIRouter(dependencies=[Depends(anyone)])
TheBook = Annotated[Book, Depends(book)]
Days = Annotated[Calendar, Depends(calendar)]
MOST = 60  # matches on one page


@pages.get("")
async def index(
    request: Request, book: TheBook, days: Days, q: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The whole book, or what answers `q`; htmx takes `#found` out of it while one types."""
    query = q.strip()
    found = [thing for grade in find(book, query) for thing in grade] if query else []
    return render(
        request,
        "phones/index.html",
        book=book,
        query=query,
        total=len(found),
        offices=[thing for thing in found if isinstance(thing, Office)][:MOST],
        lines=[thing for thing in found if isinstance(thing, Line)][:MOST],
        near=nearest(book, query) if query and not found else [],
        **_helpers(days),
    )


@pages.get("/units/{id}")
async def unit(request: Request, book: TheBook, days: Days, id: int) -> Response:
    """One department: place, hours, its lines, and what is below it."""
    if (office := book.offices.get(id)) is None:
        raise NotFound("这个部门不在电话簿里了，可能改了名，回电话簿搜一下")
    return render(request, "phones/unit.html", office=office, **_helpers(days))


def _helpers(days: Calendar) -> dict[str, Any]:
    now = clock.now()

    def state(hours: Hours) -> str:
        return say_state(hours, now, lambda day: days.day(day).kind == DayKind.WORKDAY)

    return {"state": state, "say_hours": say_hours, "say_number": say_number}
