"""The stand-in counters push what real ones could."""

import random
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.campus import demo as campus
from app.kit import clock
from app.kit.db import Database
from app.sandbox.counters import figures
from app.services.bath import demo as bath
from app.settings import DEMO_SECRETS

pytestmark = pytest.mark.anyio


async def test_the_account_takes_every_figure(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.session() as db:
        await campus.fill(db)
        await bath.fill(db)
    answer = await client.post(
        "/api/bath/counts", json=figures(clock.now(), random.Random(1)),
        headers={"authorization": f"Bearer {DEMO_SECRETS['push_token']}"},
    )  # fmt: skip
    assert answer.json() == {"taken": 6, "old": 0}


def test_the_evening_is_fuller_than_the_noon() -> None:
    def free(hour: int) -> int:
        now = datetime(2026, 10, 10, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
        return sum(int(str(figure["free"])) for figure in figures(now, random.Random(1)))

    assert free(21) < free(12) / 2
