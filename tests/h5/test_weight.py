"""What a first visit to the pages that most people open weighs, as the server sends it."""

import re
from collections.abc import Callable

import httpx
import pytest

from app.kit.db import Database
from app.main import load_services
from tests.h5.pages import needs_packages

pytestmark = [pytest.mark.anyio, needs_packages]
LIMIT = 50_000  # bytes, compressed, without headers (ui guide, Weight)
LOADED = r'<(?:link|script)[^>]+(?:src|href)="(/static/[^"]+)"'


@pytest.fixture
async def phone(
    database: Database, phone_of: Callable[[str], httpx.AsyncClient]
) -> httpx.AsyncClient:
    """Of alice, who lives in a room with a meter; there are buses."""
    async with database.session() as db:
        for name in ("bus", "electricity", "outages", "news"):
            demo = load_services()[name].demo
            assert demo
            await demo(db)
    return phone_of("alice")


@pytest.mark.parametrize(
    "path", ["bus", "electricity", "mine", "inbox", "outages", "news", "figures"]
)
async def test_a_first_visit_weighs_at_most_50_kb(phone: httpx.AsyncClient, path: str) -> None:
    answer = await phone.get(f"/h5/{path}")
    assert answer.status_code == 200
    files = set(re.findall(LOADED, answer.text))
    assert {name.rsplit("/", 1)[1] for name in files} >= {"weui.css", "campus.css", "campus.js"}
    sent = [answer, *[await phone.get(file) for file in sorted(files)]]
    assert {part.headers.get("content-encoding") for part in sent} <= {"gzip", None}
    assert sum(part.num_bytes_downloaded for part in sent) <= LIMIT
