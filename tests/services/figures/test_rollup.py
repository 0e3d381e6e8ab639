"""What is kept by day is what the rows say, however often and by whomever it is counted."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.campus.figures import Tally
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.main import all_measures, load_services
from app.services.figures.rollup import roll_each
from app.services.figures.rules import Period
from app.services.figures.sums import Of, Sum, read
from app.services.figures.view import measures_of
from tests.services.figures.conftest import MEASURES, TALLY, Lend, Row, lent, noon

pytestmark = pytest.mark.anyio
FIRST, LAST = date(2026, 9, 20), date(2026, 11, 10)
DAYS = (LAST - FIRST).days + 1
UNITS = ("饮食中心", "水电组", "")


def drawn(seed: int, count: int = 400) -> list[Row]:
    """Bikes lent at any minute of any day."""
    luck = Random(seed)
    begin, rides = noon(FIRST) - timedelta(hours=12), range(0, 990, 7)
    return [
        {
            "at": begin + timedelta(minutes=luck.randrange(1440 * DAYS)),
            "unit": luck.choice(UNITS), "back": luck.choice((True, False, None)),
            "stars": luck.choice((None, 1, 3, 5)), "minutes": luck.choice((None, *rides)),
            "word": luck.choice(("", "快", "好骑")),
        } for _ in range(count)
    ]  # fmt: skip


def by_hand(rows: Sequence[Row]) -> dict[str, Sum]:
    """What the measures come to."""
    backs, stars, rides = ([row[name] for row in rows if row[name] is not None]
                           for name in ("back", "stars", "minutes"))  # fmt: skip
    middle = statistics.median_low(rides) if rides else 0
    return {
        "bikes.lent": Sum(len(rows), len(rows)), "bikes.back": Sum(sum(backs), len(backs)),
        "bikes.stars": Sum(sum(stars), len(stars)), "bikes.ride": Sum(middle, len(rides)),
    }  # fmt: skip


async def kept(database: Database, first: date = FIRST, last: date = LAST) -> dict[str, Of]:
    async with database.session() as db:
        [found] = await read(db, MEASURES, [Period(first, last)], None, "month")
    return dict(found)


async def table(database: Database) -> list[Any]:
    """All rows with what PostgreSQL knows of when they were written."""
    query = "SELECT *, xmin::text FROM figures_days ORDER BY measure, day, unit, part"
    async with database.session() as db:
        return list(await db.execute(text(query)))


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_kept_is_what_the_rows_say(database: Database, lend: Lend, seed: int) -> None:
    rows = drawn(seed)
    await lend(rows)
    await roll_each(database, [TALLY], FIRST, LAST)
    found = await kept(database)
    for name, whole in by_hand(rows).items():
        assert found[name].all == whole
    for unit in UNITS:
        for name, one in by_hand([row for row in rows if row["unit"] == unit]).items():
            assert found[name].units.get(unit, Sum()) == one
    for month in (9, 10, 11):
        inside = [row for row in rows if row["at"].astimezone(SHANGHAI).month == month]
        for name, one in by_hand(inside).items():
            assert found[name].steps.get(date(2026, month, 1), Sum()) == one
    assert found["bikes.words"].parts["快"].value == sum(row["word"] == "快" for row in rows)
    assert sum(one.value for one in found["bikes.hours"].parts.values()) == len(rows)


async def test_counted_twice_nothing_is_even_written(database: Database, lend: Lend) -> None:
    await lend(drawn(7))
    await roll_each(database, [TALLY], FIRST, LAST)
    once = await table(database)
    await roll_each(database, [TALLY], FIRST, LAST)
    assert once == await table(database)


async def test_what_is_no_more_goes_and_other_days_stay(database: Database, lend: Lend) -> None:
    await lend([*lent(FIRST, 3, word="快"), *lent(LAST, 2)])
    await roll_each(database, [TALLY], FIRST, LAST)
    async with database.session() as db:
        await db.execute(text("DELETE FROM lent"))
    await roll_each(database, [TALLY], FIRST, FIRST)
    assert (await kept(database, FIRST, FIRST))["bikes.lent"].all == Sum()
    assert (await kept(database))["bikes.lent"].all == Sum(2, 2)
    assert not (await kept(database))["bikes.words"].parts


async def test_the_last_minute_of_a_day_is_of_that_day_in_shanghai(
    database: Database, lend: Lend
) -> None:
    late = noon(FIRST).replace(hour=23, minute=59)
    await lend(lent(FIRST, at=late) + lent(FIRST, at=late + timedelta(minutes=1)))
    await roll_each(database, [TALLY], FIRST, FIRST + timedelta(days=1))
    assert (await kept(database, FIRST, FIRST))["bikes.lent"].all.value == 1


async def test_two_that_count_the_same_days_at_once_agree(database: Database, lend: Lend) -> None:
    await lend(drawn(3))
    ways = [roll_each(database, [TALLY], FIRST, LAST) for _ in range(3)]
    await asyncio.gather(*ways)
    assert (await kept(database))["bikes.lent"].all.value == 400


async def test_a_job_that_broke_off_keeps_what_it_had_and_goes_on(
    database: Database, lend: Lend
) -> None:
    await lend(drawn(5))
    broken = replace(TALLY, sql=f"{TALLY.sql} UNION ALL SELECT 1 / 0 WHERE :since < :until")
    with pytest.raises(ProgrammingError):
        await roll_each(database, [TALLY, broken], FIRST, LAST)
    before = await table(database)
    assert (await kept(database))["bikes.lent"].all.value == 400
    await roll_each(database, [TALLY, TALLY], FIRST, LAST)
    assert before == await table(database)


async def test_times_of_days_are_kept_to_half_a_percent(database: Database, lend: Lend) -> None:
    await lend([*lent(FIRST, minutes=1437), *lent(LAST, minutes=98_765)])
    await roll_each(database, [TALLY], FIRST, LAST)
    found = (await kept(database))["bikes.ride"]
    assert [one.value for one in found.steps.values()] == [1440, 98_800]


def test_a_tally_that_reads_all_time_is_refused() -> None:
    with pytest.raises(ValueError, match="has no :since"):
        Tally(MEASURES, "SELECT 1")


@pytest.fixture
def every() -> Sequence[tuple[str, Tally]]:
    """All tallies there are, with their topics."""
    found = all_measures(load_services())
    return [(name, tally) for name, (_, tallies) in found.items() for tally in tallies]


async def test_every_tally_counts_what_it_declares_and_shows_its_rows(
    database: Database, every: Sequence[tuple[str, Tally]]
) -> None:
    names: Callable[[Tally], list[str]] = lambda tally: [m.name for m in tally.measures]  # noqa: E731 - read twice below
    assert len({n for _, tally in every for n in names(tally)}) == sum(
        len(names(tally)) for _, tally in every
    )
    for topic, tally in every:
        assert {measure.topic for measure in tally.measures} == {topic}
        assert all(f"'{name}'" in tally.sql for name in names(tally))
        await roll_each(database, [tally], FIRST, FIRST)
        values = {"since": noon(FIRST), "until": noon(LAST)}
        async with database.session() as db:
            for measure in measures_of([tally]):
                if measure.rows:
                    found = await db.execute(text(measure.rows), values)
                    assert list(found.keys()) == [
                        "at",
                        "id",
                        "unit",
                        "part",
                        "title",
                        "note",
                        "href",
                    ]
