"""Closing a bathhouse and opening it again, as operators do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.campus.places import Building
from app.kit import clock
from app.kit.db import Database
from app.services.bath.models import Opening, Shutdown
from tests.conftest import Say
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong
from tests.services.bath.conftest import Add, counter

pytestmark = pytest.mark.anyio
Houses = dict[str, int]


async def test_a_closure_is_what_students_hear_next(
    desk_of: DeskOf, houses: Houses, say: Say
) -> None:
    hand, now = Hand(await desk_of("operator")), clock.now().astimezone(clock.SHANGHAI)
    since = f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}"
    made = await hand.create(
        "bath-closures", house_id=houses["南苑浴室"], reason="换水泵", starts=since, sex="", ends=""
    )
    assert made.status_code == 303
    assert "换水泵" in str(await say("洗浴 南苑", at=now))
    assert "两边都关" in await hand.page("bath-closures/list")


async def test_an_end_before_its_beginning_is_told_at_the_field(
    desk_of: DeskOf, houses: Houses
) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand.create(
        "bath-closures", house_id=houses["南苑浴室"], reason="换水泵", sex="男",
        starts="2026-10-15T12:00", ends="2026-10-15T11:00",
    )  # fmt: skip
    assert wrong(answer) == ["要比「从」晚"]


async def test_reopening_ends_the_closure_now(
    desk_of: DeskOf, houses: Houses, add: Add, database: Database
) -> None:
    since = clock.now() - timedelta(hours=1)
    await add(Shutdown(house_id=houses["南苑浴室"], starts=since, reason="换水泵"))
    hand = Hand(await desk_of("operator"))
    assert "现在开放" in await hand.page("bath-closures/list")
    assert (await hand.press("bath-closures", 1, "open")).status_code == 200
    async with database.session() as db:
        closure = await db.get_one(Shutdown, 1)
        assert closure.ends
        assert clock.now() - closure.ends < timedelta(minutes=2)
    assert (await hand.press("bath-closures", 1, "open")).status_code == 400


async def test_hours_are_typed_as_people_write_them(
    desk_of: DeskOf, houses: Houses, database: Database
) -> None:
    hand, house = Hand(await desk_of("operator")), houses["南苑浴室"]
    made = await hand.create(
        "bath-hours", house_id=house, sex="女", day_kind="holiday", opens="7：30", closes="24:00"
    )
    assert made.status_code == 303
    async with database.session() as db:
        opening = await db.scalar(select(Opening).where(Opening.day_kind == "holiday"))
        assert opening
        assert (f"{opening.opens:%H:%M}", opening.closes.hour) == ("07:30", 0)
    again = await hand.create(
        "bath-hours", house_id=house, sex="女", day_kind="holiday", opens="7点", closes="22:00"
    )
    assert wrong(again) == ["写成 14:00 这样"]


async def test_a_house_with_a_wrong_count_is_refused(desk_of: DeskOf, database: Database) -> None:
    hand = Hand(await desk_of("operator"))
    async with database.session() as db:
        building = await db.scalar(select(Building.id))
    answer = await hand.create(
        "bath-houses", name="东苑浴室", building_id=building, rooms=9, men_heads=-1, women_heads=0
    )
    assert wrong(answer) == ["写 0 到 10000"]


async def test_counters_are_only_read(desk_of: DeskOf, houses: Houses, add: Add) -> None:
    await add(counter(houses["南苑浴室"]))
    hand = Hand(await desk_of("operator"))
    page = await hand.page("bath-counters/list")
    assert "南苑浴室" in page
    assert "热水足" in page
    assert (await hand.create("bath-counters", free=1)).status_code == 403
