from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.campus.calendar.models import Period
from app.kit import clock
from app.kit.db import Database
from app.services.electricity.gateway import Gateway
from app.services.electricity.pages import meters
from app.services.electricity.rules import Circuit, State
from app.services.electricity.settings import Settings, Where
from tests.services.electricity.conftest import TOPUP, Read, days, reading

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("room")]
URL = "/h5/electricity"


def air(**changes: Any) -> Any:
    now = clock.now()
    return reading(**{"read_at": now - timedelta(minutes=30), "days": days(last=now), **changes})


def light(**changes: Any) -> Any:
    now = clock.now()
    return air(circuit=Circuit.LIGHTING, balance_fen=4620, days=days((4000,) * 14, now), **changes)


async def page(client: httpx.AsyncClient, **query: Any) -> str:
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200
    return answer.text


async def test_a_room_shows_both_tiles_and_the_worse_one_below(
    client: httpx.AsyncClient, read: Read
) -> None:
    await read(air(balance_fen=500), light())
    html = await page(client, room="3号楼 501")
    assert "4 人合用，30 分钟前抄的表" in html
    assert html.index("¥</small>46.20") < html.index("¥</small>5.00")
    assert "空调大约用到" in html
    assert "快用完了" in html
    assert html.count("<rect") == 14


async def test_the_other_circuit_is_one_tap_away(client: httpx.AsyncClient, read: Read) -> None:
    await read(air(), light())
    html = await page(client, room="3-501", meter="lighting")
    assert "照明大约用到" in html
    assert "照平时每天 4.0 度、0.55 元一度算" in html


async def test_holidays_are_named_under_the_bars_and_do_not_count(
    client: httpx.AsyncClient, read: Read, database: Database
) -> None:
    today = clock.now().date()
    async with database.session() as db:
        first, last = today - timedelta(days=9), today - timedelta(days=4)
        db.add(Period(first=first, last=last, kind="holiday", name="校庆节"))
    await read(air(days=days((6000,) * 5 + (100,) * 6 + (6000,) * 3, clock.now())))
    html = await page(client, room="3号楼 501")
    assert "校庆放假" in html
    assert "照平时每天 6.0 度" in html


async def test_payments_are_listed_without_names(client: httpx.AsyncClient, read: Read) -> None:
    at = datetime(2025, 9, 28, 19, 42, tzinfo=clock.SHANGHAI)
    topups = [{**TOPUP, "at": at + timedelta(days=n)} for n in range(5)]
    await read(air(topups=topups))
    html = await page(client, room="3号楼 501")
    assert html.count("+50.00") == 3
    assert "全部 5 笔" in html
    assert "王小明" not in html
    assert (await page(client, room="3号楼 501", all=1)).count("+50.00") == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": State.OVERLOAD}, ["空调负载太高，断开了", "再打 24 小时抢修送电"]),
        ({"state": State.ARREARS, "balance_fen": -320}, ["空调欠费停了，欠 3.20 元", "充值后来电"]),
        ({"balance_fen": 0}, ["空调没钱了，随时会停"]),
        ({"days": []}, ["还没有每天的用量", "还没有充值记录"]),
        ({"balance_fen": 1}, ["这会儿可能已经用完"]),
        ({"days": days((0,) * 5, clock.now())}, ["最近没怎么用"]),
        ({"balance_fen": 900_000}, ["够用一年以上"]),
    ],
)
async def test_every_state_says_what_it_means(
    client: httpx.AsyncClient, read: Read, changes: dict[str, Any], words: list[str]
) -> None:
    await read(air(**changes))
    html = await page(client, room="3号楼 501")
    assert all(word in html for word in words)


async def test_without_a_room_there_is_a_form(client: httpx.AsyncClient) -> None:
    html = await page(client)
    assert "看哪间的电费？" in html
    assert '<option value="3号楼">3号楼</option>' in html
    assert 'hx-get="/h5/places/rooms"' in html


@pytest.mark.parametrize(
    ("query", "status", "words", "kept"),
    [
        ({"building": "3号楼", "room": "999"}, 404, "从 501 到 502", 'value="999"'),
        ({"building": "3号楼", "room": ""}, 422, "3号楼，还差房间号", "selected"),
        ({"building": "3号楼"}, 422, "3号楼，还差房间号", '<option value="502">'),
        ({"building": "3号楼", "room": "4-999"}, 404, "没有「4号楼」", 'value="999"'),
        ({"room": "月球<b>"}, 422, "没看懂「月球&lt;b&gt;」", 'value="月球&lt;b&gt;"'),
        ({"room": "3号楼 999"}, 404, "从 501 到 502", "selected"),
    ],
)
async def test_a_wrong_room_keeps_what_was_typed(
    client: httpx.AsyncClient, query: dict[str, str], status: int, words: str, kept: str
) -> None:
    answer = await client.get(URL, params=query)
    assert answer.status_code == status
    assert words in answer.text
    assert kept in answer.text


async def test_a_room_without_meters_says_why_it_is_empty(client: httpx.AsyncClient) -> None:
    assert "这间的电表还没接上" in await page(client, room="3号楼 502")


async def test_a_silent_gateway_shows_the_last_figures_with_their_time(
    read: Read, app: FastAPI, client: httpx.AsyncClient
) -> None:
    await read(air())
    nobody = Settings(source=Where.GATEWAY, gateway_url="http://127.0.0.1:9", _env_file=None)
    gateway = Gateway(nobody)
    app.dependency_overrides[meters] = lambda: gateway
    html = await page(client, room="3号楼 501")
    assert "<b>电表那边没回话</b>，下面是 30 分钟前的数" in html
    assert "也没有以前的数" in await page(client, room="3号楼 502")
    await gateway.close()
