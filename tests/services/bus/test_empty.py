"""Before anybody has entered a timetable."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from app.kit.answers import Say
from app.kit.chat import Ask, Kind
from tests.services.bus.made import at

pytestmark = pytest.mark.anyio
Asking = Callable[..., Awaitable[list[Say] | None]]


@pytest.mark.parametrize("words", ["班车", "末班车", "班车 南校区", "明天 班车"])
async def test_the_account_says_that_there_is_none(say: Asking, words: str) -> None:
    (answer,) = await say(words, at=at("2026-10-10 08:00")) or []
    assert "还没有班车时刻表" in answer.text


async def test_a_location_and_a_way_are_left_to_others(say: Asking) -> None:
    ask = Ask("alice", at("2026-10-10 08:00"), Kind.LOCATION, latitude=35.0, longitude=113.0)
    assert await say(ask) is None
    assert await say("南校区到北校区", at=at("2026-10-10 08:00")) is None


@pytest.mark.parametrize("path", ["/h5/bus", "/h5/bus/now", "/h5/bus/places"])
async def test_the_page_says_so_too(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    assert page.status_code == 200
    assert "还没有班车时刻表" in page.text
