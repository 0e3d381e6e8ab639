"""Leave that a leader grants, and shifts that colleagues take over."""

import asyncio
from datetime import datetime

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission import Grant, Role
from app.kit import clock
from app.kit.errors import CampusError, Conflict, Forbidden, Invalid, NotFound
from app.services.repairs import shifts
from app.services.repairs.candidates import candidates
from app.services.repairs.models import Leave, Shift
from app.services.repairs.rules import Answer
from tests.people import Somebody
from tests.services.repairs.conftest import NOON, Scene, after
from tests.services.repairs.pages import Hands
from tests.services.repairs.reporting import text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


async def asked(db: AsyncSession, scene: Scene, now: datetime = NOON) -> Leave:
    return await shifts.ask_leave(
        db, await scene.me(db, "worker"), now, starts=NOON, ends=after(hours=4), reason="看病"
    )


async def shift_of(db: AsyncSession, scene: Scene, name: str, hours: float = 30) -> Shift:
    """A shift of theirs, so many hours from now."""
    shift = Shift(
        person_id=scene.ids[name], starts_at=after(hours=hours), ends_at=after(hours=hours + 8)
    )
    db.add(shift)
    await db.flush()
    return shift


async def test_leave_that_was_granted_is_never_dispatched_over(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        leave = await asked(db, scene)
        names = [one.name for one in await candidates(db, order, after(minutes=1))]
        assert "worker" in names  # asked is not granted
        assert await scene.told(db, "leader", "leave")
        await shifts.decide_leave(db, await scene.me(db, "leader"), leave.id, NOON, granted=True)
        names = [one.name for one in await candidates(db, order, after(minutes=1))]
        assert "worker" not in names
        assert [said["says"] for said in await scene.told(db, "worker", "rota")] == [
            "11月18日 10:00–14:00的假准了"
        ]


async def test_who_grants_hears_what_the_worker_still_holds(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.accepted(db)
        leave = await asked(db, scene)
        leader = await scene.me(db, "leader")
        assert await shifts.decide_leave(db, leader, leave.id, NOON, granted=True) == 1
        with pytest.raises(Conflict, match="批过了"):
            await shifts.decide_leave(db, leader, leave.id, NOON, granted=False)


@pytest.mark.parametrize("name", ["worker", "second", "keeper", "alice", "supervisor"])
async def test_nobody_but_the_leader_grants_leave(scene: Scene, name: str) -> None:
    async with scene.database.session() as db:
        leave = await asked(db, scene)
        with pytest.raises(NotFound):
            await shifts.decide_leave(db, await scene.me(db, name), leave.id, NOON, granted=True)


async def test_a_leader_of_another_unit_does_not_lead_them(scene: Scene) -> None:
    async with scene.database.session() as db:
        leave = await asked(db, scene)
        db.add(Grant(person_id=scene.ids["teacher"], role=Role.LEADER, at=NOON, unit="木工组"))
        await db.flush()
        with pytest.raises(NotFound):
            await shifts.decide_leave(
                db, await scene.me(db, "teacher"), leave.id, NOON, granted=True
            )


async def test_nobody_grants_their_own_leave(scene: Scene) -> None:
    async with scene.database.session() as db:
        leave = await asked(db, scene)
        db.add(Grant(person_id=scene.ids["worker"], role=Role.LEADER, at=NOON))
        await db.flush()
        with pytest.raises(Forbidden, match="自己的假"):
            await shifts.decide_leave(
                db, await scene.me(db, "worker"), leave.id, NOON, granted=True
            )


async def test_leave_is_asked_once_for_a_time_with_a_reason(scene: Scene) -> None:
    async with scene.database.session() as db:
        await asked(db, scene)
        with pytest.raises(Conflict, match="已经请过假"):
            await asked(db, scene)
        second = await scene.me(db, "second")
        for starts, ends, reason in (
            (NOON, after(hours=1), " "), (after(hours=2), after(hours=1), "事"),
            (after(days=-2), after(days=-1), "事"), (NOON, after(days=40), "事"),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                await shifts.ask_leave(db, second, NOON, starts=starts, ends=ends, reason=reason)
        with pytest.raises(Forbidden, match="名单"):
            await shifts.ask_leave(
                db, await scene.me(db, "alice"), NOON, starts=NOON, ends=after(hours=1), reason="事"
            )


async def test_a_shift_goes_to_a_colleague_who_agrees(scene: Scene) -> None:
    async with scene.database.session() as db:
        shift = await shift_of(db, scene, "worker")
        worker, second = await scene.me(db, "worker"), await scene.me(db, "second")
        swap = await shifts.ask_swap(db, worker, shift.id, NOON, to=scene.ids["second"])
        with pytest.raises(Conflict, match="问过一位"):
            await shifts.ask_swap(db, worker, shift.id, NOON, to=scene.ids["third"])
        with pytest.raises(NotFound):
            await shifts.decide_swap(db, worker, swap.id, NOON, agreed=True)
        moved = await shifts.decide_swap(db, second, swap.id, NOON, agreed=True)
        assert moved.person_id == scene.ids["second"]
        assert await scene.told(db, "leader", "leave")
        with pytest.raises(Conflict, match="回过话"):
            await shifts.decide_swap(db, second, swap.id, NOON, agreed=False)


async def test_nobody_is_on_two_shifts_or_takes_one_on_leave(scene: Scene) -> None:
    async with scene.database.session() as db:
        shift = await shift_of(db, scene, "worker")
        await shift_of(db, scene, "second", hours=34)
        worker, second = await scene.me(db, "worker"), await scene.me(db, "second")
        swap = await shifts.ask_swap(db, worker, shift.id, NOON, to=scene.ids["second"])
        nested = await db.begin_nested()
        with pytest.raises(Conflict, match="你自己有班"):
            await shifts.decide_swap(db, second, swap.id, NOON, agreed=True)
        await nested.rollback()
        other = await shift_of(db, scene, "worker", hours=60)
        with pytest.raises(Invalid, match="同工种"):
            await shifts.ask_swap(db, worker, other.id, NOON, to=scene.ids["painter"])


async def test_a_shift_that_has_begun_is_not_given_away(scene: Scene) -> None:
    async with scene.database.session() as db:
        worker = await scene.me(db, "worker")
        own = select(Shift.id).where(Shift.person_id == worker.person_id)
        with pytest.raises(Conflict, match="已经开始"):
            await shifts.ask_swap(
                db, worker, await db.scalar(own) or 0, NOON, to=scene.ids["second"]
            )


async def test_two_leaders_decide_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        leave = await asked(db, scene)

    async def once(name: str, granted: bool) -> object:
        try:
            async with scene.database.session() as db:
                me = await scene.me(db, name)
                return await shifts.decide_leave(db, me, leave.id, NOON, granted=granted)
        except CampusError as refusal:
            return type(refusal)

    found = await asyncio.gather(once("leader", True), once("operator", False))
    assert sorted(map(str, found)) == ["0", "<class 'app.kit.errors.Conflict'>"]


async def test_leave_and_swaps_on_the_phone(scene: Scene, hands: Hands) -> None:
    later = clock.now().replace(hour=8, minute=0) + (after(days=2) - NOON)
    async with scene.database.session() as db:
        shift = Shift(person_id=scene.ids["worker"], starts_at=later, ends_at=later.replace(hour=9))
        db.add(shift)
        await db.flush()
    asks = {"leave_from": f"{later:%Y-%m-%dT12:00}", "leave_to": f"{later:%Y-%m-%dT18:00}"}
    assert (
        await hands.send("worker", "/shifts/leave", leave_why="看病", **asks)
    ).status_code == 303
    assert "等班长批" in (await hands.get("worker", "/shifts")).text
    assert "看病" in (await hands.get("leader", "/leaves")).text
    assert (await hands.send("leader", "/leaves/1", answer="granted")).status_code == 303
    assert "准了" in text_of((await hands.get("worker", "/shifts")).text)
    swap = await hands.send("worker", f"/shifts/{shift.id}/swap", to=scene.ids["second"])
    assert swap.status_code == 303
    assert "想请你顶班" in (await hands.get("second", "/shifts")).text
    assert (await hands.send("second", "/swaps/1", answer="granted")).status_code == 303
    assert "找人顶" in (await hands.get("second", "/shifts")).text
    async with scene.database.session() as db:
        assert await db.scalar(select(Leave.state)) == Answer.GRANTED
