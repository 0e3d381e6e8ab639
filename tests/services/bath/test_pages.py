from datetime import datetime, time, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from app.campus import demo as campus
from app.campus.calendar import DayKind
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.bath import demo, views
from app.services.bath.houses import Side, baths
from app.services.bath.models import Opening, Shutdown
from app.services.bath.rules import Hours, Sex, Status, Water
from tests.services.bath.conftest import Add, counter, load

pytestmark = pytest.mark.anyio
Houses = dict[str, int]
URL = "/h5/bath"


@pytest.fixture
async def always_open(houses: Houses, add: Add, database: Database) -> Houses:
    """Open round the clock on every kind of day, whenever the test runs."""
    async with database.session() as db:
        await db.execute(delete(Opening))
    await add(
        *(
            Opening(house_id=id, sex=sex, day_kind=kind, opens=time(0), closes=time(0))
            for id in houses.values()
            for sex in Sex
            for kind in DayKind
        )
    )
    return houses


async def page(client: httpx.AsyncClient, **query: Any) -> str:
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200
    return answer.text


async def test_the_free_places_stand_largest(
    client: httpx.AsyncClient, always_open: Houses, add: Add
) -> None:
    south, now = always_open["南苑浴室"], clock.now()
    await add(
        counter(south, at=now - timedelta(minutes=2)),
        counter(south, Sex.WOMEN, free=0, water=Water.OFF, at=now - timedelta(minutes=40)),
    )
    html = await page(client)
    assert '<p class="c-next__time c-num">23</p>' in html
    assert "开着，到 24:00" in html
    assert "2 分钟前的数" in html
    women = await page(client, house="南苑", sex="女")
    assert '<p class="c-next__time c-num">满了</p>' in women
    assert "这是 40 分钟前的数" in women
    assert "没热水" in women


async def test_the_current_hour_is_marked_in_the_usual_load(
    client: httpx.AsyncClient, always_open: Houses, add: Add
) -> None:
    shares = {hour: 10.0 + hour * 3 for hour in range(24)}
    rows = [row for kind in DayKind for row in load(always_open["南苑浴室"], kind, shares)]
    await add(*rows)
    html = await page(client)
    assert "平时 23 点最挤，早点去" in html
    assert html.count("<rect") == 24
    hour = clock.now().hour
    marked = html.split('class="is-on"')[1].split("</rect>")[0]
    assert f"{hour} 点 平时占用 {10 + hour * 3} %" in marked


async def test_a_closed_half_says_when_and_why(
    client: httpx.AsyncClient, always_open: Houses, add: Add
) -> None:
    now = clock.now()
    south = always_open["南苑浴室"]
    await add(
        Shutdown(
            house_id=south, sex=Sex.MEN, starts=now - timedelta(hours=1),
            ends=now + timedelta(days=1), reason="换热水泵",
        ),
        Shutdown(
            house_id=south, sex=None, starts=now + timedelta(days=3),
            ends=now + timedelta(days=4), reason="检修锅炉",
        ),
    )  # fmt: skip
    html = await page(client)
    assert f"明天 {now.hour}:{now.minute:02} 再开</h1>" in html
    assert "换热水泵" in html
    assert "起不开：检修锅炉" in html


async def test_a_house_for_women_only_shows_them_whoever_is_asked_for(
    client: httpx.AsyncClient, always_open: Houses
) -> None:
    html = await page(client, house="北苑", sex="男")
    assert "北苑浴室（女）" in html
    assert "男浴室" not in html
    assert "人数还没报上来" in html


async def test_an_unknown_house_names_what_there_is(
    client: httpx.AsyncClient, always_open: Houses
) -> None:
    answer = await client.get(URL, params={"house": "月球"})
    assert answer.status_code == 404
    assert "有：南苑、北苑" in answer.text


async def test_an_empty_campus_says_why(client: httpx.AsyncClient) -> None:
    assert "还没有浴室的资料" in await page(client)


async def test_faults_are_reported_by_phone(client: httpx.AsyncClient, always_open: Houses) -> None:
    assert 'href="tel:88800110"' in await page(client)


def test_kinds_of_day_with_the_same_hours_share_a_row() -> None:
    day, night = [Hours(time(14), time(22))], [Hours(time(18), time(1))]
    hours = {DayKind.WORKDAY: day, DayKind.HOLIDAY: day, DayKind.WEEKEND: night}
    side = Side(Sex.MEN, 80, hours, [], None, {})
    assert views.hours(side) == [
        ("工作日、节假日", "14:00–22:00"),
        ("周末", "18:00–次日 1:00"),
        ("寒暑假", "不开"),
    ]


def test_a_house_that_was_never_open_gives_no_date() -> None:
    now = datetime(2026, 10, 15, 12, tzinfo=SHANGHAI)
    shown = views.state(Status(), None, now, timedelta(minutes=15))
    assert (shown.open, shown.says) == (False, "停了，哪天开还没定")


async def test_the_demo_has_124_rooms_and_816_heads(database: Database) -> None:
    async with database.session() as db:
        await campus.fill(db)
        await demo.fill(db)
    async with database.session() as db:
        houses = await baths.within(db)
    assert sum(house.rooms for house in houses) == 124
    assert sum(side.heads for house in houses for side in house.sides) == 816
    assert all(side.figure for house in houses for side in house.sides)
