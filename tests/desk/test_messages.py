"""The message log by day, and what nobody answered, put together."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.campus.people.models import Follower
from app.gateway.models import Heard
from app.kit import clock
from app.kit.db import Database
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.desk.rows import message

pytestmark = pytest.mark.anyio


@pytest.fixture
async def log(database: Database) -> str:
    """「月球怎么走」 three times in two spellings, 「火星」 once just now; yesterday's date."""
    now = clock.now()
    before = now - timedelta(days=1)
    asked = [
        ("月球怎么走", before),
        ("月球怎么走？", before),
        ("月球怎么走", before),
        ("火星", now),
    ]
    rows = [
        message(f"m{n}", at, who=f"o-{n}", text=words, matched=False)
        for n, (words, at) in enumerate(asked)
    ]
    async with database.session() as db:
        db.add_all(Follower(who=f"o-{n}", joined_at=before) for n in range(9))
        await db.flush()
        await db.execute(insert(Heard), [*rows, message("known", now, who="o-8", text="班车")])
    return f"{before.astimezone(clock.SHANGHAI):%Y-%m-%d}"


async def test_unanswered_words_stand_first_by_number_with_the_way_to_an_answer(
    desk_of: DeskOf, log: str
) -> None:
    hand = Hand(await desk_of("operator"))
    page = await hand.page("unanswered")
    assert page.index("月球怎么走") < page.index("火星")
    assert re.findall(r'd-num text-end">(\d+)<', page) == ["3", "2", "1", "1"]
    assert page.index('/desk/unanswered"') < page.index('/desk/messages/list"')  # in the menu
    [form, _] = re.findall(r'href="/desk/(answers/new[^"]*)"', page)
    assert ">月球怎么走</textarea>" in await hand.page(form)
    newest = await hand.page("unanswered?sort=last")
    assert newest.index("火星") < newest.index("月球怎么走")
    assert "近 30 天，1 种说法" in await hand.page("unanswered?q=火")


async def test_the_log_of_a_day_holds_that_day_alone_and_is_saved_so(
    desk_of: DeskOf, log: str
) -> None:
    hand = Hand(await desk_of("operator"))
    page = await hand.page(f"messages/list?day={log}")
    assert ("月球怎么走" in page, "火星" in page) == (True, False)
    assert len(await hand.saved("messages", f"%3Fday%3D{log}")) == 1 + 3
    found = await hand.page(f"messages/list?day={log}&q=火星")
    assert "这天没有这样的消息" in found
    today = re.findall(r'href="[^"]*day=([\d-]+)[^"]*">后一天', page)
    assert "火星" in await hand.page(f"messages/list?day={today[0]}")


@pytest.mark.parametrize("day", ["x", "2026-13-01", "9999-12-31", "0001-01-01"])
async def test_a_day_that_is_none_breaks_nothing(desk_of: DeskOf, log: str, day: str) -> None:
    await Hand(await desk_of("operator")).page(f"messages/list?day={day}")
