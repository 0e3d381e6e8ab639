"""What is counted of messages: by hour, by word that several sent, and how many were answered."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text

from app.campus.people.models import Follower
from app.gateway.measures import TALLY
from app.gateway.models import Heard
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from tests.desk.rows import message

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
SPAN = {"since": NOON - timedelta(hours=12), "until": NOON + timedelta(hours=12)}
WHO = [f"o-{n}" for n in range(4)]


@pytest.fixture
async def heard(database: Database) -> None:
    """Four ask for buses, two for something private, one breaks, one is not understood."""
    rows = [message(f"b{n}", NOON, who=who, text=" 班车") for n, who in enumerate(WHO)]
    rows += [message(f"p{n}", NOON + timedelta(hours=9), who=who, text="我叫王小明")
             for n, who in enumerate(WHO[:2])]  # fmt: skip
    rows += [message(f"s{n}", NOON, who=WHO[0], text="刷屏") for n in range(9)]
    rows += [message("x", NOON, who=WHO[3], text="电费", reference="E7K2-19"),
             message("u", NOON, who=WHO[3], text="月球", matched=False),
             {**message("j", NOON, who=WHO[3]), "kind": "joined"},
             message("late", NOON + timedelta(hours=12), who=WHO[0], text="班车")]  # fmt: skip
    async with database.session() as db:
        left = {WHO[1]: NOON}
        db.add_all(Follower(who=who, joined_at=NOON, left_at=left.get(who)) for who in WHO)
        await db.flush()
        await db.execute(insert(Heard), rows)


async def test_a_day_is_counted_in_all_its_ways(database: Database, heard: None) -> None:
    async with database.session() as db:
        rows = list(await db.execute(text(TALLY.sql), SPAN))
    found = {(measure, part): (value, count) for _, measure, _, part, value, count in rows}
    assert found["gateway.heard", ""] == (18, 18)
    assert found["gateway.matched", ""] == (16, 17)
    assert found["gateway.failed", ""] == (1, 18)
    assert found["gateway.joined", ""] == (1, 1)
    assert (found["gateway.hours", "12"], found["gateway.hours", "21"]) == ((16, 16), (2, 2))


async def test_only_words_that_several_people_sent_are_kept(
    database: Database, heard: None
) -> None:
    async with database.session() as db:
        rows = list(await db.execute(text(TALLY.sql), SPAN))
    words = {part: value for _, measure, _, part, value, _ in rows if measure == "gateway.words"}
    assert words == {"班车": 4}  # a name that two sent, and one who sends again and again, are not


async def test_words_of_who_left_are_not_among_the_rows(database: Database, heard: None) -> None:
    [rows] = [measure.rows for measure in TALLY.measures if measure.name == "gateway.heard"]
    async with database.session() as db:
        said = Counter(row.title for row in await db.execute(text(rows), SPAN))
    assert said["（已取消关注，不再显示）"] == 2
    assert said["我叫王小明"] == 1
    assert said.total() == 18
