"""What is said of bathhouses in the chat."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from app.campus.calendar import Calendar
from app.kit.answers import Link, Offer, Say
from app.kit.clock import say_age
from app.services.bath.houses import Bathhouse, Figure, Side
from app.services.bath.rules import Sex, say_status

NOBODY_COUNTS = "人数还没报上来"


def answer(
    houses: Sequence[Bathhouse],
    sex: Sex | None,
    now: datetime,
    calendar: Calendar,
    stale: timedelta,
) -> Say:
    """`houses` for `sex`, or for both if None; each line open or not and why, free, hot water."""
    lines: list[str] = []
    ages: list[datetime] = []
    for house in houses:
        sides = [side for side in house.sides if sex in (None, side.sex)]
        name = f"{house.name}（{sides[0].sex}）" if len(sides) == 1 else f"{house.name} "
        lines += _house(name, sides, now, calendar, stale)
        current = [side.current(side.status(now, calendar)) for side in sides]
        ages += [figure.at for figure in current if figure and now - figure.at <= stale]
    if ages:
        lines.append(f"人数是{age(min(ages), now)}的")
    asked = f" {sex}" if sex else ""
    offers = tuple(Offer(f"只看{house.short}", f"洗浴 {house.short}{asked}") for house in houses)
    only = houses[0] if len(houses) == 1 else None
    link = Link("看什么时候人少", page(only, sex))
    return Say("\n".join(lines), () if only else offers, (link,))


def page(house: Bathhouse | None, sex: Sex | None) -> str:
    query = {"house": house.short} if house else {}
    if sex:
        query["sex"] = sex
    return "/h5/bath" + (f"?{urlencode(query)}" if query else "")


def say_side(side: Side, now: datetime, calendar: Calendar) -> str:
    """「37 个空位」, 「满了」; without a figure 「开着」 or 「没开」."""
    status = side.status(now, calendar)
    if figure := side.current(status):
        return f"{figure.free} 个空位" if figure.free else "满了"
    return "开着" if status.open else "没开"


def _house(
    name: str,
    sides: Sequence[Side],
    now: datetime,
    calendar: Calendar,
    stale: timedelta,
) -> list[str]:
    """Both halves under one state where they share it, else a line for each."""
    states = [side.status(now, calendar) for side in sides]
    said = [say_status(state, now) for state in states]
    figures = [
        say_figure(side.current(state), now, stale) if state.open else ""
        for side, state in zip(sides, states, strict=True)
    ]
    if len(sides) == 1:
        return [f"{name}{said[0]}", *filter(None, figures)]
    halves = list(zip(sides, said, figures, strict=True))
    if len(set(said)) == 1:
        return [f"{name}{said[0]}", *(f"{s.sex} {figure}" for s, _, figure in halves if figure)]
    return [name.strip(), *(f"{s.sex} {'，'.join(filter(None, (w, f)))}" for s, w, f in halves)]


def say_figure(figure: Figure | None, now: datetime, stale: timedelta) -> str:
    """「23 个空位，热水足」, 「满了，没热水（这是 40 分钟前的数）」."""
    if figure is None:
        return NOBODY_COUNTS
    free = f"{figure.free} 个空位" if figure.free else "满了"
    old = f"（这是{age(figure.at, now)}的数）" if now - figure.at > stale else ""
    return f"{free}，{figure.water.label}{old}"


def age(then: datetime, now: datetime) -> str:
    """`say_age` to stand amid Chinese: 「 5 分钟前」, a space beside each digit."""
    said = say_age(then, now)
    return f"{' ' * said[0].isdecimal()}{said}{' ' * said[-1].isdecimal()}"
