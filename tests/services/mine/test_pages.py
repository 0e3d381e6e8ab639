"""「我的」 and the forms that bind, unbind, show and delete."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import Integer, bindparam, event, func, literal, select

from app.campus.people.cards import keyed
from app.campus.people.lookup import follower_of, person_of
from app.campus.people.me import Me
from app.campus.people.models import Binding, Person
from app.kit import clock
from app.kit.chat import Chat
from app.kit.db import Database
from app.kit.service import Mine, Row, Service
from app.services.mine.board import gather
from app.services.mine.forms import own_page
from tests.people import Somebody
from tests.services.mine.conftest import RIGHT, Post

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("lin")]
Phone = Callable[[str], httpx.AsyncClient]
People = dict[str, Somebody]


async def bound_to(database: Database, person_id: int | None) -> str | None:
    async with database.session() as db:
        return await follower_of(db, person_id or 0)


async def test_mine_shows_who_and_where_and_the_way_to_everything(
    post: Post, phone_of: Phone
) -> None:
    await post("charlie", "/h5/mine/bind", **RIGHT)
    html = (await phone_of("charlie").get("/h5/mine")).text
    for part in ("林晓雨", "学号 2024****36", "3号楼 501", 'href="/h5/bus"', "138****5678"):
        assert part in html
    assert "20240136" not in html
    assert 'href="/h5/mine"' not in html.split("我的服务")[1].split("</nav>")[0]


async def test_who_is_not_bound_is_shown_the_way_and_what_works_without(phone_of: Phone) -> None:
    html = (await phone_of("charlie").get("/h5/mine")).text
    assert 'href="/h5/mine/bind"' in html
    assert 'href="/h5/bus"' in html


async def test_binding_leads_back_to_where_one_came_from(
    post: Post, database: Database, lin: int
) -> None:
    answer = await post("charlie", "/h5/mine/bind", next="/h5/electricity?all=1", **RIGHT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/h5/electricity?all=1")
    assert await bound_to(database, lin) == "o-charlie"


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/h5/", "/h5/\\evil", "/login", "", "/h5//e"]
)
async def test_nobody_is_led_anywhere_else(address: str) -> None:
    assert own_page(address) == "/h5/mine"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"card": "654321"}, "这三样对不上"),
        ({"number": "404"}, "这三样对不上"),
        ({"number": ""}, "填学号"),
        ({"name": " "}, "填校园卡上的姓名"),
        ({"card": "12"}, "身份证最后六位"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    post: Post, change: dict[str, str], words: str
) -> None:
    typed = {**RIGHT, **change, "next": "/h5/electricity"}
    answer = await post("charlie", "/h5/mine/bind", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for name, value in typed.items():
        assert f'name="{name}"' in answer.text
        assert f'value="{value}"' in answer.text


async def test_a_double_tap_binds_once_and_leads_to_the_same_page(
    post: Post, database: Database
) -> None:
    form = {**RIGHT, "next": "/h5/electricity", "once": "k" * 22}
    answers = [await post("charlie", "/h5/mine/bind", **form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/h5/electricity"] * 2
    async with database.session() as db:
        one = select(func.count()).select_from(Binding).where(Binding.who == "o-charlie")
        assert await db.scalar(one) == 1


async def test_a_form_of_another_site_is_refused(
    phone_of: Phone, database: Database, lin: int
) -> None:
    answer = await phone_of("charlie").post("/h5/mine/bind", data=RIGHT)
    assert answer.status_code == 403
    assert await bound_to(database, lin) is None


async def test_the_sixth_wrong_try_says_when_to_come_back(post: Post) -> None:
    for n in range(5):
        await post("charlie", "/h5/mine/bind", **{**RIGHT, "number": f"40{n}"})
    answer = await post("charlie", "/h5/mine/bind", **RIGHT)
    assert answer.status_code == 429
    assert "试错 5 次了" in answer.text


NOW_BOUND = {"agree": "o-charlie", "refuse": "o-alice"}


@pytest.mark.parametrize("deed", NOW_BOUND)
async def test_the_old_phone_is_asked_before_a_number_moves(
    post: Post, phone_of: Phone, database: Database, people: People, deed: str
) -> None:
    async with database.session() as db:
        alice = await db.get_one(Person, people["alice"].person_id)
        alice.secret = keyed(alice.number or "", "111111")
    form = {"number": "20260000", "name": "alice", "card": "111111"}
    answer = await post("charlie", "/h5/mine/bind", **form)
    assert answer.headers["location"] == "/h5/mine"
    assert "等原来的微信点头" in (await phone_of("charlie").get("/h5/mine")).text
    page = (await phone_of("alice").get("/h5/mine")).text
    path = f"/h5/mine/move/{page.split('/h5/mine/move/')[1].split('/')[0]}/{deed}"
    assert (await post("bob", path)).status_code == 404
    assert (await post("alice", path)).status_code == 303
    assert await bound_to(database, people["alice"].person_id) == NOW_BOUND[deed]


async def test_unbinding_is_asked_and_done(
    post: Post, phone_of: Phone, database: Database, people: People
) -> None:
    assert "解绑alice" in (await phone_of("alice").get("/h5/mine/unbind")).text
    assert (await post("alice", "/h5/mine/unbind")).status_code == 303
    assert await bound_to(database, people["alice"].person_id) is None
    assert "还没绑学号" in (await phone_of("alice").get("/h5/mine")).text
    assert (await phone_of("alice").get("/h5/electricity")).status_code == 403


async def test_my_data_come_as_a_file(phone_of: Phone) -> None:
    answer = await phone_of("alice").get("/h5/mine/export")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert json.loads(answer.text)["资料"]["姓名"] == "alice"


async def test_my_data_are_deleted_when_i_say_so_twice(
    post: Post, phone_of: Phone, database: Database, people: People
) -> None:
    assert "真的删" in (await post("alice", "/h5/mine/delete")).text
    assert (await phone_of("alice").get("/h5/mine")).status_code == 200
    gone = await post("alice", "/h5/mine/delete", sure="yes")
    assert "你的资料删掉了" in gone.text
    assert 'sid=""' in gone.headers["set-cookie"]
    async with database.session() as db:
        assert (await db.get_one(Person, people["alice"].person_id)).name == ""
        assert (await person_of(db, "o-alice", clock.now())).person_id is None
    assert (await phone_of("alice").get("/h5/mine")).status_code in (302, 401)


def shows(query: Any, say: Callable[[Any], list[Row]]) -> Mine:
    """A part of 「我的」 for tests, from what `query` finds."""

    async def rows(database: Database, found: Any, now: datetime) -> list[Row]:
        return say(found)

    return Mine(select(query).scalar_subquery(), rows)


def fails(found: Any) -> list[Row]:
    raise RuntimeError("down")


BUSY = shows(
    bindparam("person_id", type_=Integer),
    lambda id: [Row("tap", f"水管漏水 {id}", "/h5/x", badge=2), Row("tap", "灯", "/h5/x")],
)


@pytest.mark.parametrize("broken", [shows(1 / literal(0), lambda _: []), shows(literal(1), fails)])
async def test_a_service_that_fails_is_named_and_the_others_stand(
    database: Database, people: People, broken: Mine
) -> None:
    services = {
        "a": Service("失物", mine=broken),
        "b": Service("报修", words="报修", chat=Chat(), mine=BUSY, pages=APIRouter()),
    }
    id = people["alice"].person_id
    board = await gather(database, services, Me(1, "o-alice", person_id=id), clock.now())
    assert [row.title for row in board.rows] == [f"水管漏水 {id}", "灯"]
    assert board.missing == ("失物",)
    assert [(tile.href, tile.badge) for tile in board.tiles] == [("/h5/b", 2)]


async def test_it_takes_two_statements_the_session_and_all_else(
    app: FastAPI, phone_of: Phone
) -> None:
    asked: list[str] = []
    async with phone_of("alice") as phone:
        await phone.get("/h5/mine")  # the calendar is in memory from now on
        engine = app.state.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
        assert (await phone.get("/h5/mine")).status_code == 200
    assert len(asked) == 2, asked
