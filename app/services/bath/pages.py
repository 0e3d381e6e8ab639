"""The H5 page: one half of one bathhouse, with a switch to the others."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.campus.calendar import Calendar, calendar
from app.campus.people.me import anyone
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.bath import views
from app.services.bath.houses import Bathhouse, Baths, Side, baths
from app.services.bath.rules import Sex
from app.services.bath.settings import settings
from app.services.bath.words import page, say_side

pages = APIRouter(dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class Choice:
    """One segment of a switch; `says` stands small under its title."""

    title: str
    href: str
    on: bool
    says: str = ""


@pages.get("")
def index(
    request: Request,
    baths: Annotated[Baths, Depends(baths)],
    calendar: Annotated[Calendar, Depends(calendar)],
    house: str = "",
    sex: Sex | None = None,
) -> Response:
    """`house` by name or short name; without one the first, without a sex the first half."""
    if not baths:
        return render(request, "bath/none.html")
    chosen = _house(baths, house)
    side = chosen.side(sex) or chosen.sides[0]
    now = clock.now()
    status = side.status(now, calendar)
    return render(
        request,
        "bath/house.html",
        house=chosen,
        side=side,
        houses=[Choice(h.short, page(h, sex), h is chosen) for h in baths],
        sexes=_sexes(chosen, side, calendar),
        state=views.state(status, side.current(status), now, settings.stale),
        load=views.load(side, calendar.day(now.date()), now),
        closures=views.closures(side, now),
        hours=views.hours(side),
        here=page(chosen, side.sex),
    )


def _house(baths: Baths, name: str) -> Bathhouse:
    for house in baths:
        if not name or name in (house.name, house.short):
            return house
    names = "、".join(house.short for house in baths)
    raise NotFound(f"没有「{name[:20]}」这个浴室，有：{names}")


def _sexes(house: Bathhouse, shown: Side, calendar: Calendar) -> list[Choice]:
    """Both halves with their free places, so that one look answers for both."""
    now = clock.now()
    return [
        Choice(
            f"{side.sex}浴室", page(house, side.sex), side is shown, say_side(side, now, calendar)
        )
        for side in house.sides
    ]
