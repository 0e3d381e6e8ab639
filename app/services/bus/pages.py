"""The timetable on a page. No login; the way and the day are in the address."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.campus.calendar import Calendar, calendar
from app.campus.people.me import anyone
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.pages import render
from app.services.bus import answers, phrases, places
from app.services.bus.answers import View, Way
from app.services.bus.network import Network
from app.services.bus.shown import Shown
from app.services.bus.timetable import timetable, today

MOST_DAYS = 400
pages = APIRouter(dependencies=[Depends(anyone)])
Known = Annotated[Network, Depends(timetable)]
Days = Annotated[Calendar, Depends(calendar)]
Name = Annotated[str, Query(max_length=80)]


async def moment() -> datetime:
    """FastAPI dependency: now."""
    return clock.now()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; names as written, empty where it does not say."""

    now: datetime
    start: str
    end: str
    day: date | None


async def asked(
    now: Annotated[datetime, Depends(moment)],
    start: Annotated[str, Query(alias="from", max_length=80)] = "",
    end: Annotated[str, Query(alias="to", max_length=80)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
) -> Asked:
    """FastAPI dependency."""
    return Asked(now, start, end, _day(day, today(now)) if day else None)


Address = Annotated[Asked, Depends(asked)]


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("日期写成 2026-10-10 这样") from None
    if abs((day - today).days) > MOST_DAYS:
        raise Invalid("只能看前后一年的班次，换一个近一点的日子")
    return day


@pages.get("")
async def index(request: Request, asked: Address, network: Known, calendar: Days) -> Response:
    """The next run, the day's runs, other days, fares."""
    return _show(request, "bus/index.html", asked, network, calendar)


@pages.get("/now")
async def now(request: Request, asked: Address, network: Known, calendar: Days) -> Response:
    """The part of the page that changes when a run leaves."""
    return _show(request, "bus/now.html", asked, network, calendar)


@pages.get("/places")
async def choose(
    request: Request, asked: Address, network: Known, calendar: Days, pick: Name = "from"
) -> Response:
    """Another start (`pick=from`) or another end (`pick=to`)."""
    if not network.directions:
        return render(request, "bus/empty.html")
    view = answers.view(network, calendar, asked.now, asked.day)
    way = _way(view, asked.start, asked.end)
    groups = _choices(view, way, pick == "to", asked.day)
    return render(request, "bus/places.html", to=pick == "to", way=way, groups=groups)


def _show(
    request: Request, template: str, asked: Asked, network: Network, calendar: Calendar
) -> Response:
    if not network.directions:
        return render(request, "bus/empty.html")
    view = answers.view(network, calendar, asked.now, asked.day)
    way = _way(view, asked.start, asked.end)
    day = None if view.date == view.today else view.date
    links: dict[str, Any] = {
        "swap": answers.page((way[1], way[0]), day),
        "fragment": answers.page(way, day).replace(answers.HOME, f"{answers.HOME}/now", 1),
        "choose": answers.page(way, day).replace(answers.HOME, f"{answers.HOME}/places", 1),
    }
    return render(request, template, bus=Shown(view, way), say=phrases, **links)


def _way(view: View, start: str, end: str) -> Way:
    """The way that is asked for, completed with the most usual. Raises NotFound."""
    usual = [*view.board.directions, *view.network.directions]
    first = _place(view.network, start) if start else ""
    last = _place(view.network, end) if end else ""
    if first and not last:
        last = next((way[1] for way in view.leaving(first)), "")
    if last and not first:
        first = next((way[0] for way in view.arriving(last)), "")
    return (first, last) if first and last and first != last else usual[0]


def _place(network: Network, text: str) -> str:
    found = places.find(network, text)
    if not found:
        raise places.unknown(network, text)
    return found[0]


def _choices(
    view: View, way: Way, to: bool, day: date | None
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """(campus, [(place, address, chosen)]): what there is to choose for one end, the other kept."""
    kept, chosen = way if to else way[::-1]
    joined = view.network.joined(kept, to)
    groups: dict[str, list[str]] = {place: [place] for place in view.network.places}
    for stop in view.network.stops:
        if stop.name != stop.place:
            groups[stop.place].append(stop.name)
    return [
        (
            campus,
            [(n, answers.page((kept, n) if to else (n, kept), day), n == chosen) for n in found],
        )
        for campus, names in groups.items()
        if (found := [name for name in names if name in joined])
    ]
