"""What operators set up: kinds with questions, prices, stock, the rota, reports for others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.kit import clock
from app.services.repairs.desk_setup import read_list, read_questions, read_yuan, say_questions
from app.services.repairs.models import Barred, Kind, Leave, Order, Shift, Stock, StockMove
from app.services.repairs.rules import Answer, Source
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.services.repairs.conftest import Scene
from tests.services.repairs.desk import Desk, sit_down


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return await sit_down(desk_of, scene)


KIND = {
    "name": "家具", "icon": "bed", "trade": "木工", "team": "木工组", "signs": "晃、腿断了",
    "questions": "几号床*：1号床、2号床\n什么颜色", "respond": 30, "arrive": 240, "finish": 24,
    "urgent_respond": 5, "urgent_arrive": 20, "urgent_finish": 2, "warranty": 30, "position": 9,
}  # fmt: skip


@pytest.mark.anyio
async def test_a_kind_asks_its_questions_and_they_must_be_answered(desk: Desk) -> None:
    await Hand(desk.client).create("repairs-kinds", **KIND)
    async with desk.database.session() as db:
        kind = (await db.scalars(select(Kind).where(Kind.name == "家具"))).one()
    assert kind.questions == [
        {"name": "几号床", "title": "几号床", "required": True, "choices": ["1号床", "2号床"]},
        {"name": "什么颜色", "title": "什么颜色", "required": False},
    ]
    form: dict[str, Any] = {"source": "phone", "building": desk.scene.building_id, "room": "501",
                            "kind": kind.id, f"sign-{kind.id}": "晃"}  # fmt: skip
    assert "还差一项：几号床" in (await desk.send("new", **form)).text
    page = await desk.did("new", **form, **{f"q-{kind.id}-几号床": "2号床"})
    assert "2号床" in page


@pytest.mark.anyio
async def test_a_report_for_somebody_stands_in_the_one_queue(desk: Desk) -> None:
    form: dict[str, Any] = {"source": "stall", "building": desk.scene.building_id, "room": "501",
            "kind": desk.scene.kind_id, "words": "一直漏", "who": "20260000"}  # fmt: skip
    await desk.did("new", **form)
    async with desk.database.session() as db:
        order = (await db.scalars(select(Order))).one()
    assert (order.source, order.by_id) == (Source.STALL, desk.scene.ids["operator"])
    assert order.reporter_id == desk.scene.ids["alice"]
    again = await desk.send("new", **form)
    assert f"像是已经报过了：{order.number}" in again.text
    await desk.did("new", **form, anyway="on")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": ""}, "选一下什么坏了"), ({"source": "moon"}, "从哪报来"),
        ({"building": ""}, "哪栋楼"), ({"room": "999"}, "没有 999"), ({"who": "1"}, "名册里没有"),
        ({"room": ""}, "在楼里哪儿"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_said_and_the_rest_stays(
    desk: Desk, more: dict[str, str], said: str
) -> None:
    form: dict[str, Any] = {"source": "phone", "building": desk.scene.building_id, "room": "501",
            "kind": desk.scene.kind_id, "words": "一直漏"}  # fmt: skip
    answer = await desk.send("new", **(form | more))
    assert answer.status_code in (404, 422)
    assert said in answer.text
    assert "一直漏" in answer.text


@pytest.mark.anyio
async def test_stock_comes_in_and_is_counted_anew(desk: Desk) -> None:
    async with desk.database.session() as db:
        item = Stock(name="软管", unit="根", fen=850, quantity=3, low=5)
        db.add(item)
    assert "bg-red-lt" in await desk.page("stock")
    assert "bg-red-lt" not in await desk.did("stock", item=item.id, change="+20")
    for change, said in (("-99", "没有这么多"), ("-2", "写一句为什么"), ("几个", "写进了几个")):
        more = {"why": "盘点"} if change == "-99" else {}
        assert said in (await desk.send("stock", item=item.id, change=change, **more)).text
    async with desk.database.session() as db:
        assert (await db.get_one(Stock, item.id)).quantity == 23
        assert await db.scalar(select(func.sum(StockMove.change))) == 20


@pytest.mark.anyio
async def test_a_week_is_laid_out_copied_and_taken_away(desk: Desk) -> None:
    monday = clock.now().date() + timedelta(days=70 - clock.now().weekday())
    people = [desk.scene.ids[name] for name in ("worker", "second")]
    days = [monday, monday + timedelta(days=1)]
    one: dict[str, Any] = {"verb": "add", "week": monday, "person": people, "day": days}
    one |= {"starts": "22:00", "ends": "06:00"}
    assert "排了 4 个班" in await desk.did("rota", **one)
    assert "4 个和原来的重了" in await desk.did("rota", **one)
    later = monday + timedelta(days=7)
    assert "排了 4 个班" in await desk.did("rota", verb="copy", week=later)
    page = await desk.page(f"rota?week={later}")
    shift = re.findall(r'name="shift" value="(\d+)"', page)[0]
    assert "去掉了" in await desk.did("rota", verb="drop", week=later, shift=shift)
    assert "22:00–6:00" in page
    nobody = await desk.send("rota", verb="add", week=monday, starts="8:00", ends="9:00")
    assert "选至少一位" in nobody.text
    async with desk.database.session() as db:
        later_ones = select(func.count()).where(Shift.starts_at > clock.now() + timedelta(days=30))
        assert await db.scalar(later_ones) == 7


@pytest.mark.anyio
async def test_leave_is_granted_at_the_rota(desk: Desk) -> None:
    starts = clock.now() + timedelta(days=1)
    async with desk.database.session() as db:
        leave = Leave(
            person_id=desk.scene.ids["worker"], starts_at=starts, reason="体检",
            ends_at=starts + timedelta(days=1), state=Answer.ASKED,
        )  # fmt: skip
        db.add(leave)
    assert "等你批的假" in await desk.page("rota")
    assert "批好了" in await desk.did("rota", verb="grant", leave=leave.id)
    async with desk.database.session() as db:
        assert (await db.get_one(Leave, leave.id)).state == Answer.GRANTED


@pytest.mark.anyio
async def test_prices_phrases_workers_and_the_barred_are_lists(desk: Desk) -> None:
    hand, until = Hand(desk.client), f"{clock.now() + timedelta(days=7):%Y-%m-%dT00:00}"
    await hand.create("repairs-prices", item="换龙头", unit="个", fen="35", position=1)
    await hand.create("repairs-phrases", what="reject", words="修不了", position=1)
    await hand.create("repairs-items", name="龙头", unit="个", fen="26", low=5)
    await hand.create("repairs-workers", person_id="20260005", trades="木工", team="木工组", most=5)
    await hand.create("repairs-barred", person_id="20260000", until=until, reason="一周 9 次假单")
    for key, said in (("prices", "35.00"), ("phrases", "修不了"), ("items", "26.00"),
                      ("workers", "木工"), ("barred", "一周 9 次假单")):  # fmt: skip
        assert said in await hand.page(f"repairs-{key}/list"), key
    async with desk.database.session() as db:
        row = (await db.scalars(select(Barred))).one()
    assert row.person_id == desk.scene.ids["alice"]


WORD = st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=8)
ASKED = st.lists(
    st.tuples(WORD, st.booleans(), st.lists(WORD, unique=True, max_size=4)),
    max_size=8, unique_by=lambda one: one[0],
)  # fmt: skip


@given(ASKED)
def test_questions_read_as_they_are_said(asked: list[tuple[str, bool, list[str]]]) -> None:
    questions = [
        {"name": title, "title": title, "required": must}
        | ({"choices": choices} if choices else {})
        for title, must, choices in asked
    ]
    assert read_questions(say_questions(questions)) == questions


@pytest.mark.parametrize("text", ["：甲、乙", "颜色\n颜色", "\n".join("abcdefghi"), "长" * 21])
def test_questions_that_cannot_be_asked_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="问题"):
        read_questions(text)


def test_lists_and_prices_are_read_as_people_write_them() -> None:
    assert read_list("灯、 电扇,空调；灯") == ["灯", "电扇", "空调"]
    assert [read_yuan(text) for text in ("12", "12.5", "0.05")] == [1200, 1250, 5]
    with pytest.raises(ValueError, match="单位是元"):
        read_yuan("12元")
