"""校历 in chat and as a page."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from app.kit.answers import Link
from app.kit.answers import Say as Said
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.main import create_app
from tests.browser import faults, open_page, overflow
from tests.conftest import Say
from tests.h5.pages import needs_packages

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 10, 10, 19, 36, tzinfo=SHANGHAI)
WEEK = "今天 10月10日 周六，2026–2027 学年第一学期第 6 周（共 20 周），国庆节调休，要上班"


async def text_of(say: Say, words: str, at: datetime = NOW) -> list[str]:
    [answer] = await say(words, at=at) or ()
    assert isinstance(answer, Said)
    assert answer.links == (Link("看整个学期", "/h5/calendar"),)
    return answer.text.split("\n")


async def test_it_tells_the_week_and_what_is_ahead(filled: Database, say: Say) -> None:
    assert await text_of(say, "校历") == [
        WEEK, "", "元旦 1月1日–3日，还有 83 天（调休还没公布）", "寒假 1月23日–3月6日，还有 105 天",
        "清明节 4月3日–5日，还有 175 天（调休还没公布）",
    ]  # fmt: skip


async def test_days_off_come_first_for_who_asks_for_them(filled: Database, say: Say) -> None:
    lines = await text_of(say, "什么时候放假")
    assert lines[0].startswith("元旦 ")
    assert lines[-1] == WEEK


async def test_before_a_holiday_the_worked_weekend_is_told(filled: Database, say: Say) -> None:
    lines = await text_of(say, "放假", datetime(2026, 9, 21, 8, tzinfo=SHANGHAI))
    assert lines[1] == "国庆节 10月1日–7日，还有 10 天，10月10日 周六上班"


async def test_between_terms_it_tells_when_the_next_begins(filled: Database, say: Say) -> None:
    lines = await text_of(say, "第几周", datetime(2026, 8, 1, 8, tzinfo=SHANGHAI))
    assert lines[0] == "今天 8月1日 周六，8月31日 周一开学，正在放暑假"
    assert lines[2] == "暑假 7月11日–8月30日，正在放"


async def test_without_terms_the_holidays_are_told(database: Database, say: Say) -> None:
    assert (await text_of(say, "校历"))[0] == "今天 10月10日 周六，国庆节调休，要上班"


async def test_the_page_marks_this_week(filled: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/h5/calendar?on=2026-10-10")).text
    assert "<h1>第 6 周</h1>" in page
    assert page.count('aria-current="date"') == 1
    assert page.index("国庆节 10月1日–7日") < page.index("本周") < page.index("10月10日 周六上班")
    assert "2025–2026 学年第二学期" in page


async def test_another_term_can_be_read(filled: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/h5/calendar?on=2026-10-10&term=2027-03-08")).text
    assert "第 18 周" in page
    assert "本周" not in page
    assert "<h1>第 6 周</h1>" in page


@pytest.mark.parametrize(
    ("query", "status"), [("term=2026-01-01", 404), ("on=9999-12-31", 422), ("term=x", 422)]
)
async def test_what_there_is_not_is_refused(
    filled: Database, client: httpx.AsyncClient, query: str, status: int
) -> None:
    assert (await client.get(f"/h5/calendar?{query}")).status_code == status


async def test_without_terms_the_page_says_why(
    database: Database, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/h5/calendar?on=2026-10-11")).text
    assert "学期还没录" in page
    assert "元旦" in page


@pytest.mark.browser
@needs_packages
@pytest.mark.parametrize(("dark", "width"), [(False, 390), (True, 390), (False, 320)])
async def test_everyone_can_read_it(
    filled: Database, settings: Any, dark: bool, width: int
) -> None:
    path = "/h5/calendar?on=2026-10-10"
    async with open_page(create_app(settings), path, dark=dark, width=width) as page:
        assert await faults(page) == []
        assert await overflow(page) == 0
