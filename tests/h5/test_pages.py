"""The shell's own pages and the parts that pages are made of, as markup."""

import gzip
import re
from collections.abc import AsyncIterator
from xml.etree import ElementTree

import httpx
import pytest

from app.kit.pages import H5
from tests.h5.pages import DAYS, KWH, blank, needs_packages, shell

pytestmark = [pytest.mark.anyio, needs_packages]
LIMIT = 50_000  # bytes of a first visit, compressed (ui guide, Weight)


@pytest.fixture
async def phone() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(shell())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_missing_page_says_where_to_go_on(phone: httpx.AsyncClient) -> None:
    answer = await phone.get("/h5/nowhere")
    assert answer.status_code == 404
    assert "这一页没找到" in answer.text
    assert "回公众号发「菜单」" in answer.text
    assert 'href="tel:88800110">8880 0110</a>' in answer.text
    assert "报这个号" not in answer.text


async def test_a_fault_gives_a_number_to_quote_and_a_second_try(phone: httpx.AsyncClient) -> None:
    answer = await phone.get("/h5/error/500")
    assert answer.status_code == 500
    assert "E7K2-19" in answer.text
    assert 'href="">再试一次</a>' in answer.text
    assert "急事打下面的电话" in answer.text


async def test_a_refusal_offers_no_second_try(phone: httpx.AsyncClient) -> None:
    answer = await phone.get("/h5/error/403")
    assert "电表那边没回话" in answer.text
    assert "再试一次" not in answer.text


async def test_a_long_answer_keeps_its_lines_and_runs_no_markup(phone: httpx.AsyncClient) -> None:
    page = (await phone.get("/h5/message")).text
    assert page.count("16:30 经东校区\n17:00 直达 &lt;b&gt;不是粗体&lt;/b&gt;") == 40


async def test_large_type_stays_once_it_was_chosen(phone: httpx.AsyncClient) -> None:
    plain = (await phone.get("/h5/message")).text
    phone.cookies.set("care", "1")
    large = (await phone.get("/h5/message")).text
    assert 'data-weui-mode="care"' in large
    assert 'data-weui-mode="care"' not in plain


async def test_only_a_page_that_asks_for_it_loads_htmx(phone: httpx.AsyncClient) -> None:
    assert "/htmx.js" in (await phone.get("/h5/states")).text
    assert "/htmx.js" not in (await phone.get("/h5/message")).text


@pytest.mark.parametrize("path", ["/h5/states", "/h5/forms"])
async def test_a_first_visit_weighs_at_most_50_kb(phone: httpx.AsyncClient, path: str) -> None:
    page = (await phone.get(path)).text
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert {file.rsplit("/", 1)[1] for file in files} >= {"weui.css", "htmx.js", "campus.js"}
    bodies = [page.encode()] + [(await phone.get(file)).content for file in files]
    assert sum(len(gzip.compress(body)) for body in bodies) <= LIMIT


async def test_bars_stand_in_proportion_and_each_has_a_name() -> None:
    picture = ElementTree.fromstring(blank(f"{{{{ bars({KWH}, {DAYS}, '近 14 天', unit='度') }}}}"))
    bars = picture.findall("rect")
    heights = [float(bar.attrib["height"]) for bar in bars]
    assert heights[3] == 80
    assert heights[4] == pytest.approx(80 * 4.0 / 7.1, abs=0.1)
    assert [title.text for title in picture.iter("title")][13] == "10/9 6.1 度"
    assert [bar.attrib.get("class") for bar in bars] == [None] * 13 + ["is-on"]
    assert picture.attrib["aria-label"] == "近 14 天"


@pytest.mark.parametrize("values", [[0], [0, 0, 0], [5] * 24, [1, 1000]])
async def test_bars_stay_inside_the_picture(values: list[int]) -> None:
    labels = [f"{hour}" for hour in range(len(values))]
    marks = "mean=2, mean_label='平时 2', on_label='现在 21 人在洗'"
    picture = ElementTree.fromstring(blank(f"{{{{ bars({values}, {labels}, '人数', {marks}) }}}}"))
    for bar in picture.findall("rect"):
        assert float(bar.attrib["x"]) >= 0
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= 326
        assert float(bar.attrib["height"]) >= 2
        assert float(bar.attrib["y"]) + float(bar.attrib["height"]) == pytest.approx(108)
    assert all(12 <= float(words.attrib["y"]) <= 132 for words in picture.findall("text"))


async def test_no_values_draw_nothing() -> None:
    assert blank("{{ bars([], [], '近 14 天') }}").strip() == ""


async def test_a_cell_is_a_link_only_when_it_leads_somewhere() -> None:
    link, row = blank("{{ cell('楼', '/h5/bus') }}"), blank("{{ cell('楼', foot='3 楼') }}")
    assert '<a class="weui-cell weui-cell_access" href="/h5/bus">' in link
    assert '<div class="weui-cell">' in row
    assert "href" not in row


async def test_every_icon_draws_and_an_unknown_one_is_an_error() -> None:
    names = re.findall(r'^"(\w+)":', (H5 / "icons.html").read_text("utf-8"), re.M)
    assert len(names) > 50
    for name in names:
        drawing = ElementTree.fromstring(blank(f"{{{{ icon('{name}') }}}}"))
        assert drawing.attrib["aria-hidden"] == "true"
        assert len(drawing) > 0
