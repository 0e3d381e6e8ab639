"""「通知与群发」 at the desk: written, checked, sent, watched and reported."""

import html
import io
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from app.campus.audit import Entry
from app.campus.campaigns.models import Campaign, Stage
from app.campus.campaigns.settings import confirm_above
from app.campus.notify.models import Delivery, Message, State
from app.campus.permission import Grant
from app.campus.places import Area, Building, BuildingKind
from app.desk.campaigns.notices import GENERAL
from app.gateway.sending.drawing import chosen
from app.gateway.sending.outcomes import Channel
from app.kit import clock, once, sheets
from app.kit.db import Database
from app.wechat import templates as wire
from app.wechat.templates import keywords
from tests.desk.conftest import DeskOf
from tests.desk.hands import CSRF, Hand, wrong
from tests.people import Somebody

pytestmark = pytest.mark.anyio
HERE = "/desk/campaigns"
FORM: Mapping[str, Any] = {
    "title": "3号楼今晚停水", "way": "notice", "notice": "desk.general", "to": "places",
    "field_what": "停水", "field_at": "2026-11-21T22:00", "field_place": "3号楼",
    "field_note": "换阀门", "rooms": "3号楼 501\n3-502", "when": "now",
}  # fmt: skip


async def post(client: httpx.AsyncClient, path: str, data: Mapping[str, Any]) -> httpx.Response:
    if CSRF not in client.cookies:
        await client.get("/desk/")
    token = {"x-csrftoken": client.cookies[CSRF]}
    return await client.post(f"{HERE}{path}", data=dict(data), headers=token)


async def write(client: httpx.AsyncClient, **more: Any) -> int:
    """A draft that is saved; its number."""
    answer = await post(client, "/new", {**FORM, "once": once.new_key(), **more})
    assert answer.status_code == 303, wrong(answer)
    return int(answer.headers["location"].rsplit("/", 1)[1])


async def press(client: httpx.AsyncClient, number: int, deed: str, key: str = "") -> httpx.Response:
    """The button `deed` of the campaign's page, as it was opened."""
    page = await client.get(f"{HERE}/{number}")
    seen = re.search(r'name="seen" value="(\w*)"', page.text)
    data = {"once": key or once.new_key(), "seen": seen[1] if seen else ""}
    return await post(client, f"/{number}/do/{deed}", data)


async def count(database: Database, table: Any) -> int:
    async with database.session() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


async def told(database: Database, state: State, **more: Any) -> None:
    async with database.session() as db:
        await db.execute(update(Delivery).values(state=state, **more))


async def test_an_empty_list_says_what_to_do(desk_of: DeskOf) -> None:
    page = await Hand(await desk_of("operator")).page("campaigns")
    assert "还没发过" in page
    assert f'href="{HERE}/new"' in page


async def test_written_checked_and_sent_it_goes_to_the_residents_alone(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("operator")
    number = await write(client)
    page = await Hand(client).page(f"campaigns/{number}")
    assert "发给 2 人" in page
    assert "2026年11月21日 22:00" in page
    assert {"alice", "bob"} <= set(re.findall(r"<li><span>(\w+)</span>", page))
    assert (await press(client, number, "send")).status_code == 303
    async with database.session() as db:
        assert set(await db.scalars(select(Delivery.who))) == {"o-alice", "o-bob"}
    assert "<small>/ 2 人</small>" in await Hand(client).page(f"campaigns/{number}")


async def test_the_form_says_what_is_missing_and_keeps_what_was_typed(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    answer = await post(client, "/new", {**FORM, "field_note": "", "rooms": "月球 1", "title": " "})
    assert wrong(answer) == [
        "写个标题，消息箱里看得到", "说明还没填", "先选发给谁",
        "没有「月球 1」，一行写一间，像「3号楼 501」",
    ]  # fmt: skip
    assert "月球 1" in answer.text
    assert 'value="换阀门"' not in answer.text


async def test_a_form_sent_twice_writes_one_draft(desk_of: DeskOf, database: Database) -> None:
    client, key = await desk_of("operator"), once.new_key()
    assert await write(client, once=key) == await write(client, once=key)
    assert await count(database, Campaign) == 1


async def test_a_button_pressed_twice_is_pressed_once(desk_of: DeskOf, database: Database) -> None:
    client, key = await desk_of("operator"), once.new_key()
    number = await write(client)
    answers = [await press(client, number, "trial", key) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [
        f"{HERE}/{number}?did=trial"
    ] * 2  # fmt: skip
    assert await count(database, Delivery) == 1


async def test_whoever_comes_second_is_told_what_happened(
    desk_of: DeskOf, database: Database
) -> None:
    first, second = await desk_of("operator"), await desk_of("administrator")
    number = await write(first)
    await second.get("/desk/")
    await press(first, number, "send")
    answer = await press(second, number, "send")
    assert answer.status_code == 409
    assert "有人比你快一步" in answer.text
    assert await count(database, Message) == 1


async def test_above_the_set_number_the_button_hands_it_to_a_colleague(
    desk_of: DeskOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_CONFIRM_ABOVE", "1")
    confirm_above.cache_clear()
    try:
        writer, other = await desk_of("operator"), await desk_of("administrator")
        number = await write(writer)
        assert "交给同事核对" in await Hand(writer).page(f"campaigns/{number}")
        await press(writer, number, "send")
        assert "do/confirm" not in await Hand(writer).page(f"campaigns/{number}")
        assert (await press(writer, number, "confirm")).status_code == 403
        assert "核对过了，发给 2 人" in await Hand(other).page(f"campaigns/{number}")
        assert (await press(other, number, "confirm")).status_code == 303
        assert "administrator核对" in await Hand(writer).page(f"campaigns/{number}")
    finally:
        confirm_above.cache_clear()


async def test_the_preview_counts_shows_ten_and_the_phone(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    answer = await post(client, "/preview", {**FORM, "field_note": "很长" * 15})
    shown = html.unescape(answer.text)
    assert '<div class="n-count d-num">2 <small>' in shown
    assert "说明太长" in shown
    assert "3号楼 502" in shown
    odd = await post(client, "/preview", {**FORM, "to": "numbers", "numbers": "20260000，moon"})
    assert "名册里没有 1 个号：MOON" in odd.text


async def test_the_phone_shows_the_accounts_own_template(
    database: Database, desk_of: DeskOf
) -> None:
    words = keywords("停什么:{{thing1.DATA}}\n哪里:{{thing2.DATA}}\n联系:{{thing3.DATA}}\n")
    template = wire.Template("T1", "停水通知", "", "", words)
    fills = {"what": "thing1", "place": "thing2", "=8880 0110": "thing3"}
    async with database.session() as db:
        db.add(chosen(GENERAL, Channel.TEMPLATE, template, fills))
    answer = await post(await desk_of("operator"), "/preview", FORM)
    card = html.unescape(answer.text).split("n-card")[1].split("</dl>")[0]
    assert "<strong>停水通知</strong>" in card
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", card)
    assert rows == [("停什么", "停水"), ("哪里", "3号楼"), ("联系", "8880 0110")]


async def test_a_list_of_numbers_comes_from_a_file(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    await client.get("/desk/")
    rows = [{"number": "20260000"}, {"number": "20260001"}]
    listed = sheets.write((sheets.Column("学号或工号", "number"),), rows)

    async def read(name: str, data: bytes) -> str:
        answer = await client.post(
            f"{HERE}/numbers", data={"numbers": "20260002"}, files={"file": (name, data)},
            headers={"x-csrftoken": client.cookies[CSRF]},
        )  # fmt: skip
        return answer.text

    assert ">20260002\n20260000\n20260001<" in await read("名单.xlsx", listed)
    assert ">20260002\n7\n8<" in await read("名单.txt", b"7 8\n")
    for name, data in (("名单.csv", "姓名\n甲".encode()), ("名单.xlsx", b"no sheet")):
        refused = await read(name, data)
        assert ">20260002<" in refused
        assert 'role="alert"' in refused


@pytest.mark.parametrize(
    ("more", "audience"),
    [
        ({"to": "all"}, {"all": True}),
        ({"to": "people", "kinds": ["student"], "grades": []}, {"kinds": ["student"]}),
        ({"to": "roles", "roles": ["keeper", "worker"]}, {"roles": ["keeper", "worker"]}),
        ({"to": "tags", "tags": ["新生"]}, {"tags": ["新生"]}),
    ],
)
async def test_each_way_of_saying_whom_is_kept_and_shown_again(
    desk_of: DeskOf, database: Database, more: Mapping[str, Any], audience: Mapping[str, Any]
) -> None:
    client = await desk_of("operator")
    number = await write(client, **more)
    async with database.session() as db:
        assert (await db.get_one(Campaign, number)).audience == audience
    page = await Hand(client).page(f"campaigns/{number}/edit")
    assert f'value="{more["to"]}" checked' in page


async def test_a_draft_is_changed_and_one_that_runs_is_not(desk_of: DeskOf) -> None:
    client = await desk_of("operator")
    number = await write(client)
    page = await client.get(f"{HERE}/{number}/edit")
    seen = re.findall(r'name="seen" value="(\w+)"', page.text)[0]
    changed = {**FORM, "title": "明晚停水", "seen": seen, "once": once.new_key()}
    assert (await post(client, f"/{number}/edit", changed)).status_code == 303
    stale = {**changed, "once": once.new_key()}
    assert (await post(client, f"/{number}/edit", stale)).status_code == 409
    await press(client, number, "send")
    assert (await client.get(f"{HERE}/{number}/edit")).status_code == 409


async def test_progress_comes_in_pieces_and_asks_for_the_page_at_the_end(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("operator")
    number = await write(client)
    await press(client, number, "send")
    await told(database, State.SENT, tried_at=clock.now())
    waits = update(Delivery).where(Delivery.who == "o-bob").values(state=State.WAITING)
    async with database.session() as db:
        await db.execute(waits)
    piece = await client.get(f"{HERE}/{number}/progress?stage=running")
    assert "1 <small>/ 2 人</small>" in piece.text
    assert "每分钟" in piece.text
    assert "hx-refresh" not in piece.headers
    await told(database, State.DELIVERED)
    done = await client.get(f"{HERE}/{number}/progress?stage=running")
    assert done.headers["hx-refresh"] == "true"
    assert "hx-trigger" not in done.text


async def test_the_report_gives_reasons_people_and_a_spreadsheet(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("operator")
    number = await write(client)
    await press(client, number, "send")
    await told(database, State.FAILED, reason="busy", done_at=clock.now())
    page = await Hand(client).page(f"campaigns/{number}?outcome=failed:busy&q=alice")
    assert "微信那边忙，没接上" in page
    assert "补发给他们" in page
    assert re.findall(r"<tr><td>(\w+)", page) == ["alice"]
    saved = await client.get(f"{HERE}/{number}/people.xlsx")
    rows = list(load_workbook(io.BytesIO(saved.content)).worksheets[0].values)
    assert [row[0] for row in rows] == ["姓名", "alice", "bob"]
    assert rows[1][4] == "微信那边忙，没接上"
    async with database.session() as db:
        assert await db.scalar(select(Entry.after).where(Entry.action == "campaigns.export"))


async def test_what_was_missed_is_sent_again_from_the_page(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("operator")
    number = await write(client)
    await press(client, number, "send")
    await told(database, State.FAILED, reason="busy")
    async with database.session() as db:
        await db.execute(update(Campaign).values(stage=Stage.DONE, ended_at=clock.now()))
    answer = await press(client, number, "resend")
    again = answer.headers["location"]
    assert again == f"{HERE}/{number + 1}?did=resend"
    assert f"第 {number} 条" in await Hand(client).page(again.removeprefix("/desk/"))
    assert (await press(client, number, "resend")).status_code == 409


async def test_an_operator_of_an_area_is_offered_its_buildings_alone(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody]
) -> None:
    async with database.session() as db:
        other = Area(name="别的片区")
        db.add(other)
        await db.flush()
        db.add(
            Building(name="9号楼", campus="北校区", kind=BuildingKind.DORMITORY, area_id=other.id)
        )
        area = await db.scalar(select(Area.id).where(Area.name == "3号楼片区"))
        mine = update(Grant).where(Grant.person_id == people["operator"].person_id)
        await db.execute(mine.values(area_id=area))
    boss, client = await desk_of("administrator"), await desk_of("operator")
    everybody = await write(boss, to="all")
    page = await Hand(client).page("campaigns/new")
    assert ("3号楼" in page, "9号楼</span>" in page, "所有关注的人" in page) == (True, False, False)
    assert "所有关注的人" not in await Hand(client).page("campaigns")
    assert (await client.get(f"{HERE}/{everybody}")).status_code == 403
    assert (
        await post(client, f"/{everybody}/do/trial", {"once": once.new_key()})
    ).status_code == 403
    refused = await post(client, "/new", {**FORM, "to": "all", "once": once.new_key()})
    assert "只能发给自己管的楼" in refused.text
    assert await write(client) > everybody


async def test_the_dashboard_says_what_waits_for_a_colleague(
    desk_of: DeskOf, database: Database
) -> None:
    client = await desk_of("operator")
    number = await write(client)
    async with database.session() as db:
        asked = update(Campaign).values(stage=Stage.ASKED, counts={"phones": 2000, "others": 0})
        await db.execute(asked)
    page = await Hand(client).page("")
    assert "「3号楼今晚停水」等人核对" in page
    assert f'href="{HERE}/{number}"' in page
