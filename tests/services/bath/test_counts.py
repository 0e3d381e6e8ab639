from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.campus.calendar import DayKind
from app.kit import clock
from app.kit.db import Database
from app.services.bath.counts import Count, take
from app.services.bath.models import Counter, Load
from app.services.bath.rules import Sex
from app.settings import DEMO_SECRETS
from tests.services.bath.conftest import THURSDAY

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("houses")]
URL = "/api/bath/counts"
RIGHT = {"authorization": f"Bearer {DEMO_SECRETS['push_token']}"}


def pushed(**changes: Any) -> dict[str, Any]:
    at = (clock.now() - timedelta(seconds=30)).isoformat()
    count = {"house": "南苑浴室", "sex": "男", "free": 23, "total": 60, "water": "hot", "at": at}
    return {**count, **changes}


async def kept(database: Database) -> list[tuple[str, int]]:
    async with database.session() as db:
        return [(c.sex, c.free) for c in await db.scalars(select(Counter).order_by(Counter.sex))]


@pytest.mark.parametrize("token", ["", "Bearer wrong"])
async def test_a_wrong_token_is_refused(
    client: httpx.AsyncClient, database: Database, token: str
) -> None:
    answer = await client.post(URL, json=[pushed()], headers={"authorization": token})
    assert answer.status_code == 403
    assert await kept(database) == []


async def test_sending_the_same_again_changes_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = [pushed(), pushed(house="南苑", sex="女", free=0)]
    assert (await client.post(URL, json=body, headers=RIGHT)).json() == {"taken": 2, "old": 0}
    assert (await client.post(URL, json=body, headers=RIGHT)).json() == {"taken": 0, "old": 2}
    assert sorted(await kept(database)) == [("女", 0), ("男", 23)]


async def test_an_older_figure_than_the_last_is_ignored(
    client: httpx.AsyncClient, database: Database
) -> None:
    older = (clock.now() - timedelta(minutes=9)).isoformat()
    await client.post(URL, json=[pushed()], headers=RIGHT)
    answer = await client.post(URL, json=[pushed(free=1, at=older)], headers=RIGHT)
    assert answer.json() == {"taken": 0, "old": 1}
    assert await kept(database) == [("男", 23)]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"free": 61}, 422, "1"),
        ({"free": -1}, 422, "1.free"),
        ({"total": 0, "free": 0}, 422, "1.total"),
        ({"water": "cold"}, 422, "1.water"),
        ({"at": "2026-10-15T19:28:00"}, 422, "1.at"),
        ({"at": "2999-01-01T00:00:00+08:00"}, 422, "检查那边的时钟"),
        ({"house": "月球"}, 404, "没有「月球 男」"),
        ({"house": "北苑"}, 404, "没有「北苑 男」"),
    ],
)
async def test_a_figure_that_cannot_be_right_refuses_the_whole_call(
    client: httpx.AsyncClient, database: Database, changes: dict[str, Any], status: int, words: str
) -> None:
    answer = await client.post(URL, json=[pushed(), pushed(**changes)], headers=RIGHT)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert await kept(database) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[{", b" " * 70_000])
async def test_a_malformed_or_endless_body_is_refused(
    client: httpx.AsyncClient, body: bytes
) -> None:
    assert (await client.post(URL, content=body, headers=RIGHT)).status_code == 422


async def learn(database: Database, *counts: tuple[datetime, int]) -> dict[tuple[str, int], float]:
    """What is usual after these (time, free of 100) were taken one by one."""
    for at, free in counts:
        count = Count(house="南苑", sex=Sex.MEN, free=free, total=100, water="hot", at=at)
        async with database.session() as db:
            await take(db, [count], at)
    async with database.session() as db:
        return {(u.day_kind, u.hour): u.share for u in await db.scalars(select(Load))}


async def test_what_is_usual_follows_the_figures_slowly(database: Database) -> None:
    usual = await learn(database, (THURSDAY, 20), (THURSDAY + timedelta(minutes=10), 70))
    assert usual == {(DayKind.WORKDAY, 19): pytest.approx(80 + 0.04 * (30 - 80))}


async def test_hours_and_kinds_of_day_are_kept_apart(database: Database) -> None:
    saturday = datetime(2026, 10, 17, 20, 0, tzinfo=clock.SHANGHAI)
    usual = await learn(database, (THURSDAY, 20), (saturday, 50))
    assert usual == {(DayKind.WORKDAY, 19): 80, (DayKind.WEEKEND, 20): 50}


async def test_an_empty_house_after_closing_teaches_nothing(database: Database) -> None:
    assert await learn(database, (THURSDAY.replace(hour=23), 100)) == {}
