"""The pages of leaders, keepers, supervisors: dispatch, consent, reporting for others, promises."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.kit import clock
from app.services.repairs import promises
from app.services.repairs.models import Order, Shift
from app.services.repairs.rules import Source, State
from tests.people import Somebody
from tests.services.repairs.conftest import Scene, after
from tests.services.repairs.pages import Hands
from tests.services.repairs.reporting import jpeg, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


async def reported(scene: Scene, **said: object) -> str:
    async with scene.database.session() as db:
        return (await scene.report(db, **said)).number


async def order_of(scene: Scene, number: str) -> Order:
    async with scene.database.session() as db:
        return (await db.scalars(select(Order).where(Order.number == number))).one()


async def test_the_leader_sends_with_the_reasons_shown(scene: Scene, hands: Hands) -> None:
    number, now = await reported(scene), clock.now()
    async with scene.database.session() as db:
        db.add(Shift(person_id=scene.ids["second"], starts_at=now - timedelta(hours=1),
                     ends_at=now + timedelta(hours=1)))  # fmt: skip
    assert "1 单等你派" in (await hands.get("leader", "/queue")).text
    page = text_of((await hands.get("leader", f"/{number}/send")).text)
    assert "手上没有单" in page or "会水电" in page
    assert page.index("second") < page.index("third")
    sent = await hands.send("leader", f"/{number}/send", worker=scene.ids["second"], had="")
    assert sent.status_code == 303
    assert (await order_of(scene, number)).worker_id == scene.ids["second"]
    assert "接单" in (await hands.get("second", f"/{number}")).text


async def test_a_page_that_is_older_than_the_dispatch_changes_nothing(
    scene: Scene, hands: Hands
) -> None:
    number = await reported(scene)
    await hands.send("leader", f"/{number}/send", worker=scene.ids["second"], had="")
    late = await hands.send("operator", f"/{number}/send", worker=scene.ids["third"], had="")
    assert late.status_code == 409
    assert (await order_of(scene, number)).worker_id == scene.ids["second"]


@pytest.mark.parametrize("what", ["send", "promise", "decide", "reject"])
@pytest.mark.parametrize("name", ["worker", "keeper", "supervisor"])
async def test_nobody_else_dispatches(scene: Scene, hands: Hands, name: str, what: str) -> None:
    async with scene.database.session() as db:
        number = (await scene.accepted(db)).number
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%dT%H:%M}"
    answer = await hands.send(
        name, f"/{number}/{what}", worker=scene.ids["third"], had=scene.ids["worker"], asked=1,
        promise_until=until, promise_why="难修", reject_why="不修",
    )  # fmt: skip
    assert answer.status_code in {403, 409}
    assert (await order_of(scene, number)).state == State.ACCEPTED


@pytest.mark.parametrize("granted", [True, False])
async def test_a_postponement_waits_for_the_leader(
    scene: Scene, hands: Hands, granted: bool
) -> None:
    async with scene.database.session() as db:
        number = (await scene.working(db)).number
    before = (await order_of(scene, number)).finish_by
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%dT%H:%M}"
    asked = await hands.send("worker", f"/{number}/later", later_until=until, later_why="换整根管")
    assert asked.status_code == 303
    assert "等你批改期" in (await hands.get("leader", "/queue")).text
    assert "换整根管" in (await hands.get("leader", f"/{number}")).text
    answer = "granted" if granted else "refused"
    sent = await hands.send("leader", f"/{number}/decide", asked=1, answer=answer)
    assert sent.status_code == 303
    assert ((await order_of(scene, number)).finish_by != before) is granted


async def test_a_promise_is_watched_and_a_broken_one_comes_first(
    scene: Scene, hands: Hands
) -> None:
    number = await reported(scene)
    until = f"{clock.now() + timedelta(days=9):%Y-%m-%dT%H:%M}"
    sent = await hands.send("leader", f"/{number}/promise", promise_until=until,
                            promise_why="要换整根立管")  # fmt: skip
    assert sent.status_code == 303
    page = text_of((await hands.get("supervisor", "/watch")).text)
    assert "1 项承诺都还在期内" in page
    assert "要换整根立管" in (await hands.get("supervisor", f"/{number}")).text
    async with scene.database.session() as db:
        order = await scene.report(db, room_id=scene.rooms["502"])
        leader = await scene.me(db, "leader")
        await promises.promise(db, leader, order, after(), until=after(hours=1), reason="难")
    page = text_of((await hands.get("supervisor", "/watch")).text)
    assert "1 项承诺过期了" in page
    assert page.index("3号楼 502") < page.index("3号楼 501")


async def test_the_keeper_confirms_for_somebody_who_is_away(scene: Scene, hands: Hands) -> None:
    async with scene.database.session() as db:
        number = (await scene.done(db)).number
    assert "1 单等着确认" in (await hands.get("keeper", "/keeper")).text
    assert "替他点一下" in (await hands.get("keeper", f"/{number}")).text
    assert (await hands.send("worker", f"/{number}/confirm")).status_code == 403
    assert (await hands.send("keeper", f"/{number}/confirm")).status_code == 303
    assert (await order_of(scene, number)).state == State.CONFIRMED


async def test_the_keeper_reports_for_somebody_who_then_follows_it(
    scene: Scene, hands: Hands
) -> None:
    said = {"building": "3号楼", "room": "502", "kind": scene.kind_id, "sign": "漏水"}
    assert "漏水" in (await hands.get("keeper", f"/signs?kind={scene.kind_id}")).text
    sent = await hands.send("keeper", "/report", person="20260001", source="keeper",
                            photos=[("photos", jpeg())], **said)  # fmt: skip
    assert sent.status_code == 303
    async with scene.database.session() as db:
        order = (await db.scalars(select(Order))).one()
    assert (order.reporter_id, order.by_id) == (scene.ids["bob"], scene.ids["keeper"])
    assert (order.source, order.room_id) == (Source.KEEPER, scene.rooms["502"])
    assert order.number in (await hands.get("keeper", "/keeper")).text


async def test_the_form_says_what_is_missing(scene: Scene, hands: Hands) -> None:
    said = {"building": "3号楼", "room": "501", "kind": scene.kind_id, "sign": "漏水"}
    wrong = [
        ({"building": "9号楼"}, "归你管的楼"), ({"room": "999"}, "没有 999 这间"),
        ({"person": "20269999"}, "名册里没有"), ({"kind": ""}, "什么坏了"),
        ({"sign": ""}, "写一句"),
    ]  # fmt: skip
    for change, words in wrong:
        answer = await hands.send("keeper", "/report", **(said | change))  # type: ignore[arg-type]  # fields of any type
        assert answer.status_code == 422, words
        assert words in answer.text
    assert (await hands.send("worker", "/report", **said)).status_code == 403  # type: ignore[arg-type]  # as above


async def test_somebody_at_a_stall_is_but_a_telephone(scene: Scene, hands: Hands) -> None:
    sent = await hands.send(
        "operator", "/report", source="stall", building="3号楼", spot="大厅",
        kind=scene.kind_id, words="滴", phone="88",
    )  # fmt: skip
    assert sent.status_code == 303
    async with scene.database.session() as db:
        order = (await db.scalars(select(Order))).one()
    assert (order.reporter_id, order.phone, order.spot) == (None, "88", "大厅")


async def test_a_step_that_is_none_is_not_found(scene: Scene, hands: Hands) -> None:
    number = await reported(scene)
    assert (await hands.send("leader", f"/{number}/explode")).status_code == 404


async def test_the_leader_makes_one_of_two_on_the_phone(scene: Scene, hands: Hands) -> None:
    into = await reported(scene)
    other = await reported(scene, room_id=scene.rooms["502"], sign="堵了")
    page = (await hands.get("leader", f"/{into}")).text
    assert f'value="{other}"' in page
    assert other not in (await hands.get("keeper", f"/{into}")).text
    assert (await hands.send("leader", f"/{into}/merge")).status_code == 422
    assert (await hands.send("keeper", f"/{into}/merge", other=other)).status_code == 403
    assert (await hands.send("leader", f"/{into}/merge", other=other)).status_code == 303
    assert (await order_of(scene, other)).state == State.MERGED


@pytest.mark.parametrize(("name", "seen"), [("supervisor", 1), ("leader", 1), ("head", 0)])
async def test_a_months_figures_are_those_of_the_places_one_answers_for(
    scene: Scene, hands: Hands, name: str, seen: int
) -> None:
    async with scene.database.session() as db:
        await scene.report(db, now=clock.now())
    page = (await hands.get(name, "/figures")).text
    assert f"报了 {seen} 单" in page
    assert ("水管" in page) == bool(seen)
    for month in ("1900-01", "abc", "2999-01"):
        assert f"报了 {seen} 单" in (await hands.get(name, f"/figures?month={month}")).text
    assert "这个月没有人报修" in (await hands.get(name, "/figures?month=2020-02")).text


async def test_who_mends_does_not_read_the_figures(scene: Scene, hands: Hands) -> None:
    assert (await hands.get("worker", "/figures")).status_code == 403
