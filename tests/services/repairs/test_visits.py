"""Follow-ups: drawn by rule, asked once, never by who mended it."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.campus.permission import Grant, Role
from app.kit.errors import CampusError, Forbidden, Invalid, NotFound
from app.services.repairs import closing, visits
from app.services.repairs.models import Visit
from app.services.repairs.visits import Heard, How
from tests.people import Somebody
from tests.services.repairs.conftest import Scene, after
from tests.services.repairs.pages import Hands

pytestmark = pytest.mark.anyio
GOOD = Heard(How.PHONE, 5, 4, 4, "修得快")


@pytest.fixture
async def visit(scene: Scene) -> int:
    """A follow-up of a finished order."""
    async with scene.database.session() as db:
        order = await scene.done(db, phone="13900001234")
        row = Visit(order_id=order.id, drawn_at=after(hours=9), rule="sample")
        db.add(row)
        await db.flush()
        return row.id


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


async def test_low_ratings_are_drawn_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        alice = await scene.me(db, "alice")
        await closing.rate(db, alice, order, after(hours=1), stars=2)
        assert await visits.draw(db, after(hours=9)) == 1
        assert await visits.draw(db, after(hours=33)) == 0
        assert await db.scalar(select(Visit.rule)) == "stars"


@pytest.mark.parametrize("name", ["worker", "keeper", "supervisor", "bob", "head"])
async def test_nobody_but_who_dispatches_follows_up(scene: Scene, visit: int, name: str) -> None:
    async with scene.database.session() as db:
        with pytest.raises(NotFound):
            await visits.record(db, await scene.me(db, name), visit, after(hours=10), GOOD)


async def test_a_leader_who_mended_it_does_not_ask_about_it(scene: Scene, visit: int) -> None:
    async with scene.database.session() as db:
        db.add(Grant(person_id=scene.ids["worker"], role=Role.LEADER, at=after()))
        await db.flush()
        with pytest.raises(Forbidden, match="自己修的"):
            await visits.record(db, await scene.me(db, "worker"), visit, after(hours=10), GOOD)


async def test_who_was_not_reached_is_tried_again(scene: Scene, visit: int) -> None:
    async with scene.database.session() as db:
        leader = await scene.me(db, "leader")
        assert not await visits.record(db, leader, visit, after(hours=10), Heard(How.MISSED))
        assert await visits.record(db, leader, visit, after(hours=11), GOOD)
        row = await db.get_one(Visit, visit, populate_existing=True)
        assert (row.attitude, row.quality, row.finishing) == (5, 4, 4)
        assert (row.words, row.done_at) == ("修得快", after(hours=11))


@pytest.mark.parametrize(
    "heard", [Heard(How.PHONE), Heard(How.VISIT, 6, 1, 1), Heard(How.PHONE, 0, 5, 5)]
)
async def test_scores_are_one_to_five(scene: Scene, visit: int, heard: Heard) -> None:
    async with scene.database.session() as db:
        with pytest.raises(Invalid, match="1 到 5"):
            await visits.record(db, await scene.me(db, "leader"), visit, after(hours=10), heard)


async def test_two_who_ask_at_once_record_once(scene: Scene, visit: int) -> None:
    async def once(name: str) -> object:
        try:
            async with scene.database.session() as db:
                me = await scene.me(db, name)
                return await visits.record(db, me, visit, after(hours=10), GOOD)
        except CampusError as refusal:
            return type(refusal).__name__

    found = await asyncio.gather(once("leader"), once("operator"))
    assert sorted(map(str, found)) == ["Conflict", "True"]


async def test_the_list_and_the_form_on_the_phone(hands: Hands, visit: int) -> None:
    assert "抽到的" in (await hands.get("leader", "/visits")).text
    page = await hands.get("leader", f"/visits/{visit}")
    assert "tel:13900001234" in page.text
    assert (await hands.get("keeper", f"/visits/{visit}")).status_code == 403
    half = await hands.send("leader", f"/visits/{visit}", how="phone", attitude=5)
    assert half.status_code == 422
    said = {"attitude": 5, "quality": 4, "finishing": 3}
    sent = await hands.send("leader", f"/visits/{visit}", how="phone", **said)
    assert sent.status_code == 303
    assert "没有要回访的" in (await hands.get("leader", "/visits")).text
