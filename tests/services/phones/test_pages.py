import re

import httpx
import pytest
from sqlalchemy import select

from app.kit.db import Database
from app.services.phones.models import Unit
from app.services.phones.sheet import load

pytestmark = pytest.mark.anyio


async def test_the_book_begins_with_what_is_urgent(
    filled: Database, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/h5/phones")).text
    numbers = re.findall(r'href="tel:(\d+)"', page)
    assert numbers[:5] == ["88800110", "88800119", "88800120", "88800315", "88800316"]
    assert "8880 0110" in page
    assert page.index("24 小时抢修") < page.index("后勤管理处本部") < page.index("公寓中心")


async def test_a_search_works_without_a_script(filled: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/h5/phones", params={"q": "cd"})).text
    assert "找到 1 个" in page
    assert re.search(r'href="/h5/phones/units/\d+"><span class="weui-cell__bd">车队', page)
    assert "<noscript>" in page


async def test_nothing_found_offers_the_nearest_and_the_urgent(
    filled: Database, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/h5/phones", params={"q": "为修中心"})).text
    assert "电话簿里没有「为修中心」" in page
    assert "/h5/phones?q=%E7%BB%B4%E4%BF%AE%E4%B8%AD%E5%BF%83" in page
    assert "tel:88800110" in page


async def test_what_was_searched_is_escaped(filled: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/h5/phones", params={"q": '"><script>alert(1)'})).text
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page


async def test_a_department_has_its_place_hours_and_numbers(
    filled: Database, client: httpx.AsyncClient
) -> None:
    found = (await client.get("/h5/phones", params={"q": "维修中心"})).text
    link = re.search(r"/h5/phones/units/\d+", found)
    assert link is not None
    page = (await client.get(link[0])).text
    assert "后勤楼 1 楼" in page
    assert "工作日 8:00–12:00、14:30–18:00" in page
    assert 'href="tel:88800112"' in page
    assert "水电班" in page


async def test_a_department_that_is_gone_shows_the_way_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/h5/phones/units/999")
    assert answer.status_code == 404
    assert "回电话簿搜一下" in answer.text


async def test_an_empty_book_says_so(client: httpx.AsyncClient) -> None:
    assert "电话簿还是空的" in (await client.get("/h5/phones")).text


async def test_an_empty_department_says_so(database: Database, client: httpx.AsyncClient) -> None:
    async with database.session() as db:
        await load(db, "部门,电话\n后勤处,88800100\n绿化中心,".encode(), "book.csv")
        green = await db.scalar(select(Unit.id).where(Unit.name == "绿化中心"))
    page = (await client.get(f"/h5/phones/units/{green}")).text
    assert "这里还没登记电话" in page
