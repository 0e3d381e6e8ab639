"""Preventive work: orders that come by themselves, once, whatever days were missed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.services.repairs import plans
from app.services.repairs.models import Kind, Order, Plan
from app.services.repairs.rules import Source, State
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.services.repairs.conftest import NOON, Scene, after

TODAY = NOON.date()


async def planned(scene: Scene, next_on: date = TODAY, **more: object) -> None:
    async with scene.database.session() as db:
        db.add(Plan(kind_id=scene.kind_id, building_id=scene.building_id, spot="屋顶",
                    words="疏通落水管", every=90, next_on=next_on, **more))  # fmt: skip


@pytest.mark.anyio
async def test_what_is_due_becomes_an_order_once(scene: Scene) -> None:
    await planned(scene, TODAY - timedelta(days=200))  # and two more days were missed
    await planned(scene, TODAY + timedelta(days=1))
    await planned(scene, ends_on=TODAY - timedelta(days=1))
    async with scene.database.session() as db:
        assert await plans.make_due(db, NOON) == 1
        assert await plans.make_due(db, after(hours=1)) == 0
        order = (await db.scalars(select(Order))).one()
        assert (order.state, order.source, order.words) == (
            State.SUBMITTED, Source.PLAN, "疏通落水管"
        )  # fmt: skip
        assert (order.reporter_id, order.by_id, order.building_id) == (
            None, None, scene.building_id
        )  # fmt: skip
        assert order.finish_by is not None
        first = await db.scalar(select(Plan.next_on).order_by(Plan.id))
        assert first == TODAY + timedelta(days=70)


@pytest.mark.anyio
async def test_what_is_not_reported_any_more_is_not_planned_either(scene: Scene) -> None:
    await planned(scene)
    async with scene.database.session() as db:
        (await db.get_one(Kind, scene.kind_id)).gone_at = NOON
        assert await plans.make_due(db, NOON) == 0


@pytest.mark.parametrize(
    ("every", "back", "ahead"), [(7, 0, 7), (7, 6, 1), (7, 7, 7), (1, 0, 1), (90, 200, 70)]
)
def test_the_next_day_keeps_the_rhythm(every: int, back: int, ahead: int) -> None:
    day = TODAY - timedelta(days=back)
    assert plans.following(day, every, TODAY) == TODAY + timedelta(days=ahead)


@pytest.mark.anyio
async def test_an_operator_makes_a_plan(scene: Scene, desk_of: DeskOf) -> None:
    await Hand(await desk_of("operator")).create(
        "repairs-plans", kind_id=scene.kind_id, building_id=scene.building_id, spot="泵房",
        words="换滤网", every=30, next_on="2026-12-01", ends_on="",
    )  # fmt: skip
    async with scene.database.session() as db:
        plan = (await db.scalars(select(Plan))).one()
    assert (plan.every, plan.next_on, plan.ends_on) == (30, date(2026, 12, 1), None)
