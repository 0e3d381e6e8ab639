"""The month end from start to lock: each step once, nothing after the lock."""

import asyncio
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.campus.notify.models import Delivery, Message
from app.kit.errors import CampusError, Conflict, Forbidden, Invalid
from app.services.assess import objections, payroll, steps
from app.services.assess.models import Run
from app.services.assess.rules import Step
from tests.services.assess.conftest import MEN, NOW, OCTOBER, Crew, october

pytestmark = pytest.mark.anyio


async def test_a_month_is_counted_and_each_item_says_why(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.counted(db)
        first = await crew.outcome(db, run, "m1")
        items = {item["name"]: item for part in first.detail for item in part["items"]}
        assert items["单量"]["points"] == 11 * 2 * 60
        assert items["超时"]["points"] == -200
        assert items["超时"]["lines"] == [[-200, "单 261002-17 晚了 12 小时"]]
        assert items["满意"]["lines"] == []
        assert first.points == 5000 + 1320 + 1818 - 200 + 960 + 3 * 200


async def test_the_steps_come_one_after_the_other(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.decided(db)
        boss = await crew.me(db, "boss")
        await payroll.set_bonus(db, boss, run, 100_001)
        await payroll.approve(db, boss, run, 100_001, NOW)
        await steps.lock(db, boss, run, NOW)
        assert (await steps.get(db, run)).step == Step.LOCKED
        for again in (
            steps.publish(db, await crew.me(db, "leader"), run, NOW),
            payroll.approve(db, boss, run, 100_001, NOW), steps.lock(db, boss, run, NOW),
            steps.back(db, boss, run, "再看看"), payroll.set_bonus(db, boss, run, 1),
        ):  # fmt: skip
            with pytest.raises(Conflict, match="2026年10月已经锁定"):
                await again


async def test_a_month_that_runs_is_not_counted_and_one_that_was_shown_is_not_counted_again(
    crew: Crew,
) -> None:
    async with crew.database.session() as db:
        leader, team = await crew.me(db, "leader"), await crew.team(db)
        with pytest.raises(Invalid, match="11月还没过完"):
            await steps.start(db, leader, team, date(2026, 11, 1), NOW)
        run = await crew.counted(db)
        assert await steps.start(db, leader, team, OCTOBER, NOW) == run
        await steps.count(db, run, NOW)
        await steps.publish(db, leader, run, NOW)
        with pytest.raises(Conflict, match="在异议期"):
            await steps.start(db, leader, team, OCTOBER, NOW)


async def test_nothing_of_a_locked_month_can_be_changed_in_the_database(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        await payroll.approve(db, boss, run, 0, NOW)
        await steps.lock(db, boss, run, NOW)
        for change in (
            "UPDATE assess_results SET points = 1", "DELETE FROM assess_results",
            "UPDATE assess_runs SET step = 'open'", "DELETE FROM assess_runs",
            "INSERT INTO assess_corrections (run_id, person_id, item, points, reason, at) "
            f"VALUES ({run}, {crew.ids['m1']}, '', 1, '', now())",
        ):  # fmt: skip
            with pytest.raises(IntegrityError, match="is locked"):
                async with db.begin_nested():
                    await db.execute(text(change))
        await db.execute(text("UPDATE assess_results SET detail = '[]'"))


async def test_of_two_heads_at_once_one_approves(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.decided(db)

    async def approve() -> str:
        async with crew.database.session() as db:
            try:
                await payroll.approve(db, await crew.me(db, "boss"), run, 0, NOW)
            except Conflict as refusal:
                return str(refusal)
            return "done"

    said = await asyncio.gather(*(approve() for _ in range(5)))
    assert sorted(said) == [*["2026年10月主任批了，还没锁定"] * 4, "done"]


async def test_the_payroll_adds_up_to_the_fen(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        for at, name in enumerate(MEN[2:], start=1):
            await crew.outcome(db, run, name)
            assert at
        await db.execute(text("UPDATE assess_results SET points = 11000 + person_id"))
        await payroll.set_bonus(db, boss, run, 1_000_003)
        await payroll.approve(db, boss, run, 1_000_003, NOW)
        await steps.lock(db, boss, run, NOW)
        data, name = await payroll.sheet(db, boss, run)
    rows = list(load_workbook(BytesIO(data)).worksheets[0].values)
    assert name == "维修一班2026年10月考核工资.xlsx"
    assert len(rows) == 12
    fen = [round(float(str(row[8])) * 100) for row in rows[1:]]
    assert (sum(fen[:-1]), fen[-1]) == (1_000_003, 1_000_003)
    assert str(rows[-1][9]) == "40000.03"


async def test_an_approval_of_another_bonus_than_was_seen_is_refused(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        await payroll.set_bonus(db, boss, run, 500)
        with pytest.raises(Conflict, match="同事刚改过"):
            await payroll.approve(db, boss, run, 0, NOW)
        await payroll.approve(db, boss, run, 500, NOW)
        await steps.back(db, boss, run, "奖金写错了")
        assert (await crew.outcome(db, run, "m1")).pay_fen is None


async def test_who_may_do_what(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.counted(db)
        for name in ("m1", "chief", "head", "alice"):
            me = await crew.me(db, name)
            for deed in (
                steps.publish(db, me, run, NOW), payroll.set_bonus(db, me, run, 1),
                payroll.approve(db, me, run, 0, NOW), steps.seen(db, me, run),
                objections.correct(db, me, run, person_id=crew.ids["m2"], item="", points=1,
                                   reason="想改", now=NOW),
            ):  # fmt: skip
                with pytest.raises(Forbidden):
                    await deed
        with pytest.raises(Forbidden):
            await payroll.approve(db, await crew.me(db, "leader"), run, 0, NOW)


async def test_everybody_is_told_when_results_are_out_and_when_they_are_locked(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        await payroll.approve(db, boss, run, 0, NOW)
        await steps.lock(db, boss, run, NOW)
        told = select(Message.notice, Delivery.person_id).join(
            Delivery, Delivery.message_id == Message.id
        )
        heard = [(notice, person) for notice, person in await db.execute(told)]
    men = {crew.ids[name] for name in MEN}
    assert {person for notice, person in heard if notice == "assess.results"} == men
    assert {person for notice, person in heard if notice == "assess.locked"} == men
    assert ("assess.ready", crew.ids["boss"]) in heard


async def test_what_comes_after_the_lock_counts_in_the_next_month_once(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        await payroll.approve(db, boss, run, 0, NOW)
        await steps.lock(db, boss, run, NOW)
        before = (await crew.outcome(db, run, "m1")).points
        await crew.fact(db, "m1", "repairs.late", 60, at=october(30), number="9", words="晚了")
        later = NOW + timedelta(days=31)
        november = await crew.counted(db, date(2026, 11, 1), later)
        [item] = [item for part in (await crew.outcome(db, november, "m1")).detail
                  for item in part["items"] if item["name"] == "超时"]  # fmt: skip
        assert item["lines"] == [[-200, "单 9 晚了（10月30日的，上次锁定后才来）"]]
        assert (await crew.outcome(db, run, "m1")).points == before


async def test_a_month_without_orders_and_without_points_pays_nobody_a_bonus(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.counted(db, date(2026, 9, 1))
        assert (await crew.outcome(db, run, "m1")).points == 5000 + 1600 + 800 + 3 * 200
        await steps.publish(db, await crew.me(db, "leader"), run, NOW)
        await crew.over(db, run)
        boss = await crew.me(db, "boss")
        await payroll.set_bonus(db, boss, run, 100_000)
        await payroll.approve(db, boss, run, 100_000, NOW)
        row = await crew.outcome(db, run, "m1")
        assert (row.pay_fen, row.bonus_fen) == (240_000, 0)


async def test_a_job_that_runs_twice_does_no_harm(crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.opened(db)
        await steps.count(db, run, NOW)
        assert await steps.due(db, NOW) == []
        assert not await steps.close(db, run, NOW)
        assert await crew.over(db, run)
        assert not await steps.close(db, run, NOW)
        step = (await db.scalars(select(Run.step))).one()
    assert step == Step.DECIDED


async def test_refusals_are_sentences(crew: Crew) -> None:
    async with crew.database.session() as db:
        team = await crew.team(db)
        team.scheme_id = None
        with pytest.raises(CampusError, match="没有在用的考核方案"):
            await crew.counted(db)
