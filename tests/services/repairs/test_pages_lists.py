"""Lists: mine, everybody's without names, prices; and what other pages show of repairs."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import insert, select

from app.campus.people.models import Person
from app.campus.places import Building
from app.campus.places.doors import places_of
from app.kit import clock
from app.services.repairs import follows
from app.services.repairs.kinds import DEFAULTS, fill_kinds
from app.services.repairs.models import Kind, Order, Price
from app.services.repairs.rules import State
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, PhoneOf, Reporting, text_of

pytestmark = pytest.mark.anyio
MORE = re.compile(r'hx-get="([^"]+)" hx-trigger="click, revealed"')
ORDER = re.compile(r'href="/h5/repairs/(\d{6}-\d+)"')


@pytest.fixture
def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    return Reporting(scene, phone_of)


async def many(phones: Reporting, count: int, state: State = State.RATED) -> None:
    """Orders of alice's, all alike."""
    now, scene = clock.now(), phones.scene
    row = {
        "state": state, "kind_id": scene.kind_id, "sign": "漏水", "source": "h5",
        "building_id": scene.building_id, "room_id": scene.rooms["501"], "created_at": now,
        "reporter_id": scene.ids["alice"], "words": "我叫爱丽丝", "finish_by": now, "done_at": now,
    }  # fmt: skip
    async with phones.database.session() as db:
        rows = [{**row, "number": f"200101-{number}"} for number in range(1, count + 1)]
        await db.execute(insert(Order), rows)


async def walk(phones: Reporting, name: str, path: str) -> list[str]:
    """The answers of a list that loads on, to its end."""
    pages: list[str] = []
    while path:
        answer = await phones.get(name, path)
        assert answer.status_code == 200
        pages.append(answer.text)
        found = MORE.search(answer.text)
        path = unescape(found[1]) if found else ""
    return pages


async def test_a_list_of_300_orders_loads_on_to_its_end(phones: Reporting) -> None:
    await many(phones, 300)
    pages = await walk(phones, "alice", HOME)
    assert len(pages) == 15
    found = [number for page in pages for number in ORDER.findall(page)]
    assert len(found) == len(set(found)) == 300
    assert ORDER.findall((await phones.get("bob", HOME)).text) == []


async def test_nothing_reported_yet_shows_the_way(phones: Reporting) -> None:
    page = await phones.get("bob", HOME)
    assert "你还没报过修" in page.text
    assert f'href="{HOME}/new"' in page.text


async def test_what_one_follows_stands_among_ones_own(phones: Reporting) -> None:
    number = await phones.report()
    order = await phones.order(number)
    async with phones.database.session() as db:
        bob = await db.get_one(Person, phones.scene.ids["bob"])
        bob.room_id = phones.scene.rooms["501"]
        await db.flush()
        await follows.follow(db, await phones.scene.me(db, "bob"), order, clock.now())
    await many(phones, 45)
    assert "3号楼 501 水管漏水，跟进" in text_of((await phones.get("bob", HOME)).text)


@pytest.mark.parametrize("query", ["", "?mended=1"])
async def test_everybody_sees_the_list_without_names_or_rooms(
    phones: Reporting, query: str
) -> None:
    await many(phones, 30, State.RATED if query else State.SUBMITTED)
    pages = await walk(phones, "charlie", f"{HOME}/public{query}")
    assert len(pages) == 2
    for page in pages:
        assert "3号楼 水管漏水" in page
        for secret in ("501", "alice", "爱丽丝", "200101-"):
            assert secret not in page


async def test_a_hidden_order_is_not_listed(phones: Reporting) -> None:
    number = await phones.report()
    async with phones.database.session() as db:
        order = (await db.scalars(select(Order).where(Order.number == number))).one()
        order.hidden = True
    assert "现在没有在修的" in (await phones.get("bob", f"{HOME}/public")).text


async def test_the_figures_say_how_many_answered(phones: Reporting) -> None:
    number = await phones.report()
    await phones.finish(number)
    await phones.post("alice", f"{HOME}/{number}/rate", stars="4")
    await phones.finish(await phones.report("bob"))
    page = text_of((await phones.get("bob", f"{HOME}/public")).text)
    assert "修好 2 件 近 30 天报了 2 件" in page
    assert "打分 4.0 星 50% 的人评了" in page
    assert "准时 100 % 返修 0%" in page


async def test_a_campus_without_orders_has_figures_too(phones: Reporting) -> None:
    page = text_of((await phones.get("bob", f"{HOME}/public")).text)
    assert "修好 0 件" in page
    assert "还没有修好的" in page


async def test_prices_stand_by_kind_with_what_is_free(phones: Reporting) -> None:
    assert "价目表还没录" in (await phones.get("charlie", f"{HOME}/fees")).text
    async with phones.database.session() as db:
        await fill_kinds(db)
    page = text_of((await phones.get("charlie", f"{HOME}/fees")).text)
    assert "换锁芯 钥匙丢了的 45 元/个" in page
    assert "查线路、换网口 不收费" in page


async def test_the_default_kinds_are_filled_in_once(phones: Reporting) -> None:
    for _ in range(2):
        async with phones.database.session() as db:
            await fill_kinds(db)
    async with phones.database.session() as db:
        names = list(await db.scalars(select(Kind.name)))
        prices = list(await db.scalars(select(Price.id)))
    assert sorted(names) == sorted(kind.name for kind in DEFAULTS)
    assert len(prices) == sum(len(kind.prices) for kind in DEFAULTS if kind.name != "水管")


async def test_a_scanned_door_offers_a_report(phones: Reporting) -> None:
    async with phones.database.session() as db:
        place = (await places_of(db, await db.get_one(Building, phones.scene.building_id)))[1]
    html = (await phones.get("bob", f"/h5/places/{place.code}")).text
    assert f"{HOME}/new?place={place.code}" in html
    assert "3号楼 501已经填好" in html


async def test_mine_shows_what_is_under_way_and_what_to_rate(phones: Reporting) -> None:
    await phones.finish(await phones.report())
    await phones.report()
    page = text_of((await phones.get("alice", "/h5/mine")).text)
    assert "水管漏水修好了" in page
    assert "评一下" in page
    assert "前修好 水管漏水" in page
    assert "水管漏水" not in (await phones.get("bob", "/h5/mine")).text


async def test_an_order_of_years_ago_says_its_day(phones: Reporting) -> None:
    await many(phones, 1)
    async with phones.database.session() as db:
        order = (await db.scalars(select(Order))).one()
        order.created_at = order.done_at = clock.now() - timedelta(days=2)
    assert re.search(r"\d+月\d+日 \d+:\d\d 修好了", (await phones.get("alice", HOME)).text)
