"""A service that lends bikes, of which every measure can be checked by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.campus.figures import Measure, Parts, Shape, Tally, day, spread
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.figures.rollup import roll_each
from app.services.figures.view import Topics

IN = "at >= :since AND at < :until"
ROWS = (
    "SELECT at, id, unit, word AS part, 'a bike' AS title, word AS note, '/desk/' AS href"
    f" FROM lent WHERE {IN}"
)
LENT = Measure("bikes.lent", "借出", unit="辆", lead=True, rows=ROWS)
BACK = Measure("bikes.back", "按时还", Shape.SHARE, better=1, lead=True, rows=ROWS)
STARS = Measure("bikes.stars", "几星", Shape.MEAN, better=1)
RIDE = Measure("bikes.ride", "骑多久", Shape.MIDDLE, better=-1)
HOURS = Measure("bikes.hours", "几点借", unit="辆", parts=Parts.HOUR)
WORDS = Measure("bikes.words", "说得多的", unit="次", parts=Parts.NAME, rows=ROWS)
MEASURES = (LENT, BACK, STARS, RIDE, HOURS, WORDS)
TALLY = Tally(
    MEASURES,
    f"""
WITH seen AS (SELECT {day("at")} AS day, * FROM lent WHERE {IN})
SELECT day, 'bikes.lent', unit, '', count(*), count(*) FROM seen GROUP BY day, unit
UNION ALL SELECT day, 'bikes.back', unit, '', count(*) FILTER (WHERE back), count(back)
    FROM seen GROUP BY day, unit
UNION ALL SELECT day, 'bikes.stars', unit, '', coalesce(sum(stars), 0), count(stars)
    FROM seen GROUP BY day, unit
UNION ALL SELECT day, 'bikes.ride', unit, {spread("minutes")}, sum(minutes), count(*)
    FROM seen WHERE minutes IS NOT NULL GROUP BY day, unit, 4
UNION ALL SELECT day, 'bikes.hours', unit,
    to_char(at AT TIME ZONE 'Asia/Shanghai', 'HH24'), count(*), count(*)
    FROM seen GROUP BY day, unit, 4
UNION ALL SELECT day, 'bikes.words', unit, word, count(*), count(*)
    FROM seen WHERE word <> '' GROUP BY day, unit, word
""",
)
TOPICS: Topics = {"bikes": ("借车", (TALLY,))}
Lend = Callable[..., Awaitable[None]]
Row = dict[str, Any]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def lent(day: date, count: int = 1, **more: Any) -> list[Row]:
    """That many bikes lent at noon of a day."""
    plain = {"unit": "", "back": True, "stars": None, "minutes": None, "word": ""}
    return [{**plain, "at": noon(day), **more} for _ in range(count)]


@pytest.fixture
async def lend(database: Database) -> AsyncIterator[Lend]:
    """`await lend(rows)`: bikes that were lent; the table is there while the test runs."""
    columns = "at timestamptz, unit text, back bool, stars int, minutes int, word text"
    async with database.session() as db:
        await db.execute(text(f"CREATE TABLE lent (id serial, {columns})"))

    async def write(rows: Sequence[Row]) -> None:
        names = "at, unit, back, stars, minutes, word"
        marks = ", ".join(f":{name}" for name in names.split(", "))
        async with database.session() as db:
            await db.execute(text(f"INSERT INTO lent ({names}) VALUES ({marks})"), list(rows))

    yield write
    async with database.session() as db:
        await db.execute(text("DROP TABLE lent"))


@pytest.fixture
def counted(database: Database, lend: Lend) -> Lend:
    """`await counted(rows)`: lent, and counted into what is kept."""

    async def both(rows: Sequence[Row]) -> None:
        await lend(rows)
        days = [row["at"].date() for row in rows]
        await roll_each(database, [TALLY], min(days), max(days) + timedelta(days=1))

    return both


@pytest.fixture
def bikes(app: FastAPI) -> FastAPI:
    """The application, to which bikes are the only thing that is counted."""
    app.state.measures = TOPICS
    return app
