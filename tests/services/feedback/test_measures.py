"""What is kept of letters is what their own page of figures says of the same letters."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from app.kit import clock
from app.services.feedback import public
from app.services.feedback.measures import TALLY
from app.services.feedback.models import Case
from tests.people import UNIT
from tests.services.feedback.conftest import NOON, OTHER, Scene, after

pytestmark = pytest.mark.anyio
SPAN = {"since": NOON - timedelta(hours=10), "until": NOON + timedelta(hours=14)}


@pytest.fixture
async def letters(scene: Scene) -> Scene:
    """Five: answered after two hours with 5 stars, answered late, not answered, of another unit,
    and one that was withdrawn."""
    async with scene.database.session() as db:
        first = await scene.ask(db)
        await scene.answer(db, first, now=after(hours=2))
        late = await scene.ask(db, words="太咸了")
        await scene.answer(db, late, now=after(days=30))
        await scene.ask(db, words="没有醋")
        await scene.ask(db, unit=OTHER, words="灯太暗")
        gone = await scene.ask(db, words="算了")
        for case, values in ((first, {"stars": 5}), (gone, {"state": "withdrawn"})):
            await db.execute(update(Case).where(Case.id == case.id).values(**values))
    return scene


async def test_every_measure_is_what_the_page_says(letters: Scene) -> None:
    now = clock.now()
    found: dict[tuple[str, str], tuple[int, int]] = {}
    async with letters.database.session() as db:
        page = await public.count(db, SPAN["since"], SPAN["until"], now)
        for _, name, unit, part, value, count in await db.execute(text(TALLY.sql), SPAN):
            before = found.get((name, unit), (0, 0))
            found[name, unit] = (before[0] + value, before[1] + count)
            assert part == "" or name in ("feedback.kinds", "feedback.wait")
    assert found["feedback.received", UNIT] == (3, 3)
    assert found["feedback.received", OTHER] == (1, 1)
    assert page.received == 4
    assert found["feedback.answered", UNIT] == (page.answered, page.answered) == (2, 2)
    due = sum(count for (name, _), (_, count) in found.items() if name == "feedback.rate")
    assert due == page.due
    assert found["feedback.in_time", UNIT][0] == page.on_time == 1
    assert found["feedback.stars", UNIT] == (5, 1)
    assert found["feedback.wait", UNIT] == (120 + 30 * 24 * 60, 2)


async def test_rows_say_how_it_went_and_never_what_was_written(letters: Scene) -> None:
    rows = {measure.name: measure.rows for measure in TALLY.measures}
    async with letters.database.session() as db:
        found = list(await db.execute(text(rows["feedback.received"]), SPAN))
    assert len(found) == 4
    assert {row.part for row in found} == {"投诉"}
    assert sum(row.note == "按时答了，5 星" for row in found) == 1
    assert not any("咸" in row.title or "醋" in row.title for row in found)
