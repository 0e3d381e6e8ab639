"""Operators write rules at the desk, try them, and are told of each other."""

import re

import httpx
import pytest
from sqlalchemy import func, select

from app.campus.audit import Entry
from app.gateway.models import Heard
from app.kit import clock
from app.kit.db import Database
from app.services.answers.models import Row
from tests.desk.conftest import DeskOf, token_of
from tests.services.answers.conftest import Write

pytestmark = pytest.mark.anyio
HERE = "/desk/answers"


async def send(desk: httpx.AsyncClient, page: str, **fields: str) -> httpx.Response:
    """Open the form at `page`, change `fields`, send it."""
    form = (await desk.get(page)).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    given = {"kind": "exact", "enabled": "on", "priority": "0"}
    return await desk.post(page.split("?", maxsplit=1)[0], data={**hidden, **given, **fields})


async def hear(database: Database, words: str, times: int) -> None:
    async with database.session() as db:
        for n in range(times):
            db.add(Heard(key=f"{words}{n}", who=f"o-{n}", at=clock.now(), kind="text", text=words,
                         answer=[], matched=False, offers=False))  # fmt: skip


async def test_an_unanswered_word_becomes_a_rule_in_two_clicks(
    desk_of: DeskOf, database: Database
) -> None:
    await hear(database, "食堂几点开门", 2)
    await hear(database, "食堂几点开门？", 1)
    desk = await desk_of("operator")
    page = (await desk.get(HERE)).text
    assert "3 次" in page
    [link] = re.findall(r'href="(/desk/answers/new\?words=[^"]+)"', page)
    saved = await send(desk, link, words="食堂几点开门", text="6:30")
    assert saved.status_code == 303
    assert "存好了" in (await desk.get(saved.headers["location"])).text
    assert "都答上了" in (await desk.get(HERE)).text


async def test_a_rule_sent_twice_is_one_rule(desk_of: DeskOf, database: Database) -> None:
    desk = await desk_of("operator")
    form = (await desk.get(f"{HERE}/new")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    data = {**hidden, "kind": "exact", "words": "校历", "text": "见网页", "enabled": "on"}
    first, second = [await desk.post(f"{HERE}/new", data=data) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Row)) == 1


async def test_a_wrong_field_is_told_beside_what_was_written(desk_of: DeskOf) -> None:
    desk = await desk_of("operator")
    refused = await send(desk, f"{HERE}/new", kind="pattern", words="(水+)+", text="留着这句")
    assert refused.status_code == 422
    assert "不能重复一整组" in refused.text
    assert "留着这句" in refused.text


async def test_the_second_of_two_who_change_a_rule_is_told(
    desk_of: DeskOf, write: Write, database: Database
) -> None:
    row = await write(words="放假", text="10月1日起")
    page, desk = f"{HERE}/{row.id}", await desk_of("operator")
    assert (await send(desk, page, words="放假", text="先改的")).status_code == 303
    late = await send(desk, page, version="1", words="放假", text="后改的")
    assert late.status_code == 409
    assert "operator刚改过这条" in late.text
    assert "后改的" in late.text
    async with database.session() as db:
        [entry] = await db.scalars(select(Entry).where(Entry.action == "answers.change"))
    assert entry.after == {"answer": [{"kind": "Say", "text": "先改的", "offers": [], "links": [],
                                       "more": None}]}  # fmt: skip


async def test_the_try_box_says_which_rule_answers_at_which_time(
    desk_of: DeskOf, write: Write
) -> None:
    row = await write(words="跳闸", text="打 8880 0163", opens="22:00", closes="06:00")
    desk = await desk_of("operator")
    night = await desk.get(f"{HERE}/try", params={"words": "跳閘", "at": "2026-10-10T23:30"})
    assert "打 8880 0163" in night.text
    assert f"{HERE}/{row.id}" in night.text
    noon = await desk.get(f"{HERE}/try", params={"words": "跳闸", "at": "2026-10-10T12:00"})
    assert "没人会答" in noon.text
    assert "这个时间不算" in noon.text


async def test_a_rule_on_a_services_word_is_warned_of(desk_of: DeskOf, write: Write) -> None:
    row = await write(words="班车", text="停运")
    desk = await desk_of("operator")
    page = await desk.get(f"{HERE}/{row.id}")
    assert "「班车」（班车）已有服务回答，这条轮不到" in page.text
    tried = await desk.get(f"{HERE}/try", params={"words": "班车"})
    assert "按服务的词" in tried.text


async def test_a_rule_can_be_found_and_removed(desk_of: DeskOf, write: Write) -> None:
    row = await write(words="校历", text="见网页", note="教务处给的")
    desk = await desk_of("operator")
    assert "校历" in (await desk.get(HERE, params={"q": "教务处"})).text
    assert "没有哪条规则" in (await desk.get(HERE, params={"q": "100%"})).text
    token = await token_of(desk, f"{HERE}/{row.id}")
    await desk.post(f"{HERE}/{row.id}/remove", data={"csrftoken": token})
    assert (await desk.get(f"{HERE}/{row.id}")).status_code == 404


async def test_nobody_without_the_role_opens_it(desk_of: DeskOf) -> None:
    refused = await (await desk_of("worker")).get(HERE)
    assert refused.status_code in (303, 403)
