"""What the desk says is Chinese, and said our way."""

import importlib.util

import httpx
import pytest

from app.desk.dashboard import columns
from app.desk.figures import Chart
from app.desk.words import WORDS
from tests.desk.conftest import DeskOf

BANNED = "您请！"


def test_our_words_keep_to_the_house_style() -> None:
    assert [said for said in WORDS.values() if set(said) & set(BANNED) or "成功" in said] == []


@pytest.mark.anyio
@pytest.mark.skipif(importlib.util.find_spec("babel") is None, reason="babel translates")
async def test_a_list_speaks_chinese_whatever_the_browser_wants(desk_of: DeskOf) -> None:
    client = await desk_of("administrator")
    client.headers["accept-language"] = "en"
    page: httpx.Response = await client.get("/desk/audit/list")
    assert 'lang="zh"' in page.text
    for english in ("Showing", "Search", "Columns", "Export", "Page size", ">Admin<"):
        assert english not in page.text
    assert ">今天<" in page.text


@pytest.mark.parametrize(("most", "lines"), [(0, 2), (1, 2), (4, 5), (17, 5), (186, 5), (2143, 6)])
def test_a_charts_lines_are_round_and_few(most: int, lines: int) -> None:
    drawn = columns(Chart("", "", ("今天",), (("答上了", "ok", (most,)),)))
    found = drawn["lines"]
    assert isinstance(found, list)
    assert len(found) <= lines
    assert found[-1][0] >= most
