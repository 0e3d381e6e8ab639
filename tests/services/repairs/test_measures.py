"""What is kept of repairs is what their page of figures says of the same orders."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.kit import clock
from app.kit.clock import SHANGHAI
from app.services.repairs.figures_count import count
from app.services.repairs.measures import TALLY
from tests.desk.conftest import DeskOf
from tests.services.repairs.conftest import TEAM, Scene
from tests.services.repairs.desk import Desk, sit_down
from tests.services.repairs.test_figures import mended

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    """Five orders: mended in 30 and 50 minutes and rated, mended late, come back, still open."""
    desk = await sit_down(desk_of, scene)
    await mended(desk, 30, stars=5)
    await mended(desk, 50, stars=2)
    await mended(desk, 90)
    await mended(desk, 20, rework=1)
    await desk.reported(urgent=True)
    return desk


async def counted(desk: Desk) -> dict[str, tuple[int, int]]:
    """What the tally gives for the last three days: (value, count) by measure, parts summed."""
    now = clock.now()
    values = {"since": now - timedelta(days=3), "until": now + timedelta(minutes=1)}
    found: dict[str, tuple[int, int]] = {}
    async with desk.database.session() as db:
        rows: list[Any] = list(await db.execute(text(TALLY.sql), values))
    for day, measure, unit, _, value, times in rows:
        assert unit == TEAM
        assert (now.astimezone(SHANGHAI).date() - day).days <= 3
        before = found.get(measure, (0, 0))
        found[measure] = (before[0] + value, before[1] + times)
    return found


async def test_every_measure_is_counted_once(desk: Desk) -> None:
    now = clock.now()
    found = await counted(desk)
    async with desk.database.session() as db:
        page = (await count(db, now - timedelta(days=1), now + timedelta(minutes=1), [])).all
    assert found["repairs.reported"] == (page.reported, page.reported) == (5, 5)
    assert found["repairs.finished"] == (page.finished, page.finished) == (4, 4)
    assert found["repairs.on_time"] == (page.in_time, page.in_time + page.late) == (3, 4)
    assert found["repairs.rework"] == (page.rework, 4)
    assert found["repairs.content"] == (page.good, page.rated) == (1, 2)
    assert found["repairs.rated"] == (page.rated, page.finished)
    assert found["repairs.stars"] == (7, 2)
    assert found["repairs.respond"] == (12, 3)  # what came back counts for no time
    assert found["repairs.finish"] == (170, 3)
    assert found["repairs.kinds"] == found["repairs.houses"] == (5, 5)


async def test_the_rows_behind_a_number_are_as_many(desk: Desk) -> None:
    found, now = await counted(desk), clock.now()
    values = {"since": now - timedelta(days=3), "until": now + timedelta(minutes=1)}
    async with desk.database.session() as db:
        for measure in TALLY.measures:
            rows = list(await db.execute(text(measure.rows), values))
            whole = measure.name != "repairs.rework"  # of which only those that came back are shown
            assert len(rows) == found[measure.name][whole], measure.name
            assert all(row.href.startswith("/desk/repairs/orders/") for row in rows)
            assert all("3号楼 501 水管" in row.title for row in rows)
