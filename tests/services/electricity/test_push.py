from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.kit import clock
from app.kit.db import Database
from app.services.electricity.models import DayUse, Meter, TopUp
from app.settings import DEMO_SECRETS

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("room")]
URL = "/api/electricity/readings"
RIGHT = {"authorization": f"Bearer {DEMO_SECRETS['push_token']}"}


def pushed(**changes: Any) -> dict[str, Any]:
    at = clock.now() - timedelta(hours=1)
    return {
        "room": "3号楼 501",
        "circuit": "lighting",
        "state": "正常",
        "balance_fen": 4620,
        "price_fen": 55,
        "read_at": at.isoformat(),
        "days": [{"date": f"{at.date()}", "wh": 4000}],
        "topups": [
            {"at": at.isoformat(), "fen": 5000, "balance_after_fen": 5100, "channel": "微信充值"}
        ],
        **changes,
    }


async def counts(database: Database) -> tuple[int, ...]:
    async with database.session() as db:
        tables = (Meter, DayUse, TopUp)
        return tuple([await db.scalar(select(func.count()).select_from(t)) or 0 for t in tables])


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Basic x"])
async def test_a_wrong_token_is_refused(
    client: httpx.AsyncClient, database: Database, token: str
) -> None:
    answer = await client.post(URL, json=[pushed()], headers={"authorization": token})
    assert answer.status_code == 403
    assert await counts(database) == (0, 0, 0)


async def test_sending_the_same_again_changes_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = [pushed(), pushed(circuit="air_conditioning")]
    first = await client.post(URL, json=body, headers=RIGHT)
    assert first.json() == {"taken": 2, "known": 0, "unknown": []}
    again = await client.post(URL, json=body, headers=RIGHT)
    assert again.json() == {"taken": 0, "known": 2, "unknown": []}
    assert await counts(database) == (2, 2, 2)


async def test_rooms_that_we_do_not_have_are_named_and_the_rest_is_kept(
    client: httpx.AsyncClient, database: Database
) -> None:
    body = [pushed(room="三号楼501室"), pushed(room="99号楼 101"), pushed(room="锅炉房")]
    answer = await client.post(URL, json=body, headers=RIGHT)
    assert answer.json() == {"taken": 1, "known": 0, "unknown": ["99号楼 101", "锅炉房"]}
    assert await counts(database) == (1, 1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"circuit": "water"}, "0.circuit"),
        ({"balance_fen": 8.4}, "0.balance_fen"),
        ({"read_at": "2026-10-10T06:00:00"}, "0.read_at"),  # which zone?
        ({"days": [{"date": "2026-10-09", "wh": -1}]}, "0.days.0.wh"),
        ({"balanse": 1}, "0.balanse"),
    ],
)
async def test_a_wrong_reading_is_named_and_nothing_is_kept(
    client: httpx.AsyncClient, database: Database, changes: dict[str, Any], field: str
) -> None:
    answer = await client.post(URL, json=[pushed(), pushed(**changes)], headers=RIGHT)
    assert answer.status_code == 422
    assert field.replace("0.", "1.", 1) in answer.json()["error"]
    assert await counts(database) == (0, 0, 0)


async def test_a_time_in_the_future_would_block_all_later_ones_and_is_refused(
    client: httpx.AsyncClient, database: Database
) -> None:
    ahead = (clock.now() + timedelta(hours=1)).isoformat()
    answer = await client.post(URL, json=[pushed(read_at=ahead)], headers=RIGHT)
    assert answer.status_code == 422
    assert "检查那边的时钟" in answer.json()["error"]
    assert await counts(database) == (0, 0, 0)


@pytest.mark.parametrize("body", [b"", b"{}", b"[{", b"[" * 5000, b"null", b" " * 9_000_000])
async def test_a_malformed_or_endless_body_is_refused(
    client: httpx.AsyncClient, body: bytes
) -> None:
    assert (await client.post(URL, content=body, headers=RIGHT)).status_code == 422


async def test_five_thousand_at_once_and_not_one_more(client: httpx.AsyncClient) -> None:
    body = [pushed(days=[], topups=[])] * 5000
    answer = await client.post(URL, json=body, headers=RIGHT)
    assert answer.json() == {"taken": 1, "known": 0, "unknown": []}
    assert (await client.post(URL, json=body + body[:1], headers=RIGHT)).status_code == 422
