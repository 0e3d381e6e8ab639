"""What is kept of evaluations: stars by unit, low ones, and how many of the invited answered."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.measures import TALLY
from app.services.evaluations.models import Answer, Invitation
from app.services.evaluations.rules import MIN_SHOWN
from tests.people import UNIT, Somebody
from tests.services.evaluations.made import opened

pytestmark = pytest.mark.anyio


@pytest.fixture
async def said(database: Database, people: dict[str, Somebody]) -> dict[str, tuple[int, int]]:
    """Three were invited, two of them and one who was not have answered: 5, 4 and 1 stars; and
    somebody anonymously, of something nobody was invited to. By measure (value, count)."""
    now = clock.now()
    _, dinner, _ = await opened(database)
    _, other, _ = await opened(database, name="一食堂", title="那顿饭")
    stars = {"alice": 5, "bob": 4, "teacher": 1}
    async with database.session() as db:
        for name in ("alice", "bob", "worker"):
            db.add(Invitation(subject_id=dinner.id, person_id=people[name].person_id or 0, at=now,
                              until=now + timedelta(days=1)))  # fmt: skip
        for name, many in stars.items():
            db.add(Answer(form_id=dinner.form_id, version=1, subject_id=dinner.id, stars=many,
                          person_id=people[name].person_id, anonymous=False, day=now.date(),
                          at=now, given={}, low=many < 3))  # fmt: skip
        db.add(Answer(form_id=other.form_id, version=1, subject_id=other.id, stars=3, given={},
                      anonymous=True, day=now.date()))  # fmt: skip
    values = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    found = {}
    async with database.session() as db:
        for _, name, unit, _, value, count in await db.execute(text(TALLY.sql), values):
            assert unit == UNIT
            found[name] = (value, count)
        rows = list(await db.execute(text(TALLY.measures[0].rows), values))
    assert sorted(row.note for row in rows) == ["1 份", "3 份"]
    return found


async def test_stars_and_answers_are_counted(said: dict[str, tuple[int, int]]) -> None:
    assert said["evaluations.answers"] == (4, 4)
    assert said["evaluations.stars"] == (13, 4)
    assert said["evaluations.content"] == (2, 4)
    assert said["evaluations.low"] == (1, 4)


async def test_only_who_was_asked_counts_for_the_response(said: dict[str, tuple[int, int]]) -> None:
    assert said["evaluations.invited"] == (3, 3)
    assert said["evaluations.response"] == (2, 3)


def test_of_few_nothing_is_said_but_their_number() -> None:
    few = {measure.name: measure.few for measure in TALLY.measures}
    assert few.pop("evaluations.answers") == few.pop("evaluations.invited") == 0
    assert set(few.values()) == {MIN_SHOWN}
