"""What stands on the dashboard, as services hand it in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name and a line under it. `bad`: it needs somebody.

    `href` leads to what it was counted of; it is shown to who sees all of that.
    """

    title: str
    value: str
    sub: str = ""
    bad: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that needs attention: what, why, and the button that leads to it.

    `urgent` ones stand first.
    """

    title: str
    sub: str
    href: str
    button: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked columns: `labels` below them, `series` as (name, tone, values), lowest first.

    A tone is `ok`, `warn`, `bad` or `pale`.
    """

    title: str
    sub: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Words and how often, most often first; `rows` are (word, times, where it leads)."""

    title: str
    sub: str
    rows: tuple[tuple[str, int, str], ...]
    empty: str


Shown = Figure | Todo | Chart | Ranking
Figures = Callable[[AsyncSession, datetime], Awaitable[Sequence[Shown]]]
