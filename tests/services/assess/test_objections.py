"""Objections, corrections, marks and notes: who may, when, and what it does to the points."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.assess import marks, objections, steps, teams
from app.services.assess.models import Objection
from app.services.assess.rules import Step, Verdict
from tests.services.assess.conftest import NOW, OCTOBER, Crew

pytestmark = pytest.mark.anyio


async def asked(crew: Crew, run: int, name: str = "m1", item: str = "超时") -> int:
    async with crew.database.session() as db:
        me = await crew.me(db, name)
        return await objections.ask(db, me, run, item=item, words="那天等料", now=NOW)


async def opened(crew: Crew) -> int:
    async with crew.database.session() as db:
        return await crew.opened(db)


async def test_a_granted_objection_adds_a_correction_and_the_rest_stays(crew: Crew) -> None:
    run = await opened(crew)
    number = await asked(crew, run)
    async with crew.database.session() as db:
        before = await crew.outcome(db, run, "m1")
        counted, had = before.counted, before.points
        found = await objections.decide(db, await crew.me(db, "leader"), number, granted=True,
                                        answer="料确实没到", points=200, now=NOW)  # fmt: skip
        row = await crew.outcome(db, run, "m1")
    assert (found.state, row.points, row.counted) == (Verdict.GRANTED, had + 200, counted)


async def test_a_refused_one_changes_nothing_and_needs_a_reason(crew: Crew) -> None:
    run = await opened(crew)
    number = await asked(crew, run)
    async with crew.database.session() as db:
        leader, had = await crew.me(db, "leader"), (await crew.outcome(db, run, "m1")).points
        with pytest.raises(Invalid, match="写一句为什么"):
            await objections.decide(db, leader, number, granted=False, answer=" ", now=NOW)
        await objections.decide(db, leader, number, granted=False, answer="料早就到了", now=NOW)
        assert (await crew.outcome(db, run, "m1")).points == had
        with pytest.raises(Conflict, match="已经答复过了"):
            await objections.decide(db, leader, number, granted=True, answer="改主意了",
                                    points=1, now=NOW)  # fmt: skip


async def test_a_month_goes_on_only_when_all_are_answered(crew: Crew) -> None:
    run = await opened(crew)
    number = await asked(crew, run)
    async with crew.database.session() as db:
        assert not await crew.over(db, run)
        leader = await crew.me(db, "leader")
        await objections.decide(db, leader, number, granted=False, answer="不对", now=NOW)
        assert (await steps.get(db, run)).step == Step.DECIDED


async def test_one_objection_to_an_item_at_a_time_and_none_when_time_is_over(crew: Crew) -> None:
    run = await opened(crew)
    said = await asyncio.gather(*(asked(crew, run) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["Conflict", "Conflict", "int"]
    async with crew.database.session() as db:
        await crew.over(db, run)
        for name, error in (("m2", Conflict), ("alice", NotFound)):
            with pytest.raises(error):
                await objections.ask(db, await crew.me(db, name), run, item="", words="不对",
                                     now=NOW)  # fmt: skip
        with pytest.raises(Invalid):
            await objections.ask(db, await crew.me(db, "m2"), run, item="没有", words="不", now=NOW)


async def test_nobody_decides_on_their_own(crew: Crew) -> None:
    async with crew.database.session() as db:
        team, operator = await crew.team(db), await crew.me(db, "operator")
        team.leader_id = crew.ids["leader"]
        number = (await crew.me(db, "leader")).number
        await teams.join(db, operator, team, number=number, since=OCTOBER, base_fen=1)
    run = await opened(crew)
    mine = await asked(crew, run, "leader", "")
    async with crew.database.session() as db:
        leader = await crew.me(db, "leader")
        with pytest.raises(Forbidden, match="由主任来定"):
            await objections.decide(db, leader, mine, granted=True, answer="好", points=1, now=NOW)
        with pytest.raises(Forbidden):
            await objections.correct(db, leader, run, person_id=crew.ids["leader"], item="",
                                     points=100, reason="辛苦", now=NOW)  # fmt: skip
        boss = await crew.me(db, "boss")
        await objections.decide(db, boss, mine, granted=False, answer="不行", now=NOW)
        assert (await db.get_one(Objection, mine)).state == Verdict.REFUSED


async def test_marks_count_by_the_leader_by_teams_and_by_units(crew: Crew) -> None:
    window = datetime(2026, 10, 27, 9, tzinfo=SHANGHAI)
    async with crew.database.session() as db:
        team, other = await crew.team(db), await crew.team(db, other=True)
        leader, chief = await crew.me(db, "leader"), await crew.me(db, "chief")
        await marks.mark_member(db, leader, team, person_id=crew.ids["m1"], item="态度",
                                month=OCTOBER, points=900, words="耐心", now=window)  # fmt: skip
        await marks.mark_team(db, chief, team, by=other, item="互相", points=800, now=window)
        head = await crew.me(db, "head")
        await marks.mark_team(db, head, team, by="饮食中心", item="部门", points=1000, now=window)
        run = await crew.counted(db)
        detail = (await crew.outcome(db, run, "m1")).detail
        had = {item["name"]: item["points"] for part in detail for item in part["items"]}
    assert (had["态度"], had["互相"], had["部门"]) == (360, 320, 400)


async def test_marks_have_their_window_their_limits_and_their_people(crew: Crew) -> None:
    async with crew.database.session() as db:
        team, other = await crew.team(db), await crew.team(db, other=True)
        leader, chief = await crew.me(db, "leader"), await crew.me(db, "chief")
        with pytest.raises(Conflict, match="25 日到下月 5 日"):
            await marks.mark_team(db, chief, team, by=other, item="互相", points=1,
                                  now=NOW + timedelta(days=8))  # fmt: skip
        with pytest.raises(Forbidden):
            await marks.mark_team(db, leader, team, by=team, item="互相", points=1, now=NOW)
        with pytest.raises(Forbidden):
            await marks.mark_team(db, leader, team, by="饮食中心", item="部门", points=1, now=NOW)
        with pytest.raises(Invalid, match="0 到 10 分之间，11 不行"):
            await marks.mark_team(db, chief, team, by=other, item="互相", points=1100, now=NOW)
        with pytest.raises(NotFound):
            await marks.mark_member(db, leader, team, person_id=crew.ids["alice"], item="态度",
                                    month=OCTOBER, points=1, now=NOW)  # fmt: skip
        await crew.opened(db)
        with pytest.raises(Conflict, match="已经公布"):
            await marks.mark_team(db, chief, team, by=other, item="互相", points=100, now=NOW)


async def test_a_note_counts_on_its_day_and_can_be_withdrawn(crew: Crew) -> None:
    async with crew.database.session() as db:
        team, leader = await crew.team(db), await crew.me(db, "leader")
        said = {"item": "迟到", "points": -200, "day": date(2026, 10, 8), "now": NOW}
        kept = [await marks.note(db, leader, team, person_id=crew.ids["m2"], why=why, **said)  # type: ignore[arg-type]  # a dict of several types
                for why in ("晚到 20 分钟", "记错了")]  # fmt: skip
        await marks.withdraw(db, leader, team, kept[1].id, NOW)
        run = await crew.counted(db)
        part = (await crew.outcome(db, run, "m2")).detail[2]
        assert part["items"][0]["lines"] == [[-200, "10月8日 晚到 20 分钟"]]
        with pytest.raises(Forbidden):
            await marks.note(db, await crew.me(db, "chief"), team, person_id=crew.ids["m2"],
                             why="不归我管", **said)  # type: ignore[arg-type]  # as above  # fmt: skip
        await steps.publish(db, leader, run, NOW)
        with pytest.raises(Conflict, match="已经公布"):
            await marks.withdraw(db, leader, team, kept[0].id, NOW)


async def test_who_changed_teams_is_assessed_once_with_all_their_orders(crew: Crew) -> None:
    async with crew.database.session() as db:
        operator, other = await crew.me(db, "operator"), await crew.team(db, other=True)
        await teams.join(db, operator, other, number="9M3", since=date(2026, 10, 11),
                         base_fen=310_000)  # fmt: skip
        run = await crew.counted(db)
        assert crew.ids["m3"] not in await steps.people_of(db, run)
        there = await steps.start(db, await crew.me(db, "chief"), other, OCTOBER, NOW)
        await steps.count(db, there, NOW)
        row = await crew.outcome(db, there, "m3")
        assert (row.days, row.base_fen, row.detail[0]["points"]) == (31, 310_000, 13 * 2 * 60)


async def test_what_was_marked_after_counting_is_counted_before_it_is_shown(crew: Crew) -> None:
    async with crew.database.session() as db:
        team, leader = await crew.team(db), await crew.me(db, "leader")
        run = await crew.counted(db)
        await objections.correct(db, leader, run, person_id=crew.ids["m1"], item="", points=100,
                                 reason="漏了", now=NOW)  # fmt: skip
        later = NOW + timedelta(minutes=5)
        await marks.mark_member(db, leader, team, person_id=crew.ids["m1"], item="态度",
                                month=OCTOBER, points=1000, now=later)  # fmt: skip
        with pytest.raises(Conflict, match="再算一遍再公布"):
            await steps.publish(db, leader, run, later)
        await crew.counted(db, at=later)
        row = await crew.outcome(db, run, "m1")
        assert row.points == row.counted + 100
        await steps.publish(db, leader, run, later)


async def test_nobody_is_shown_in_two_teams(crew: Crew) -> None:
    async with crew.database.session() as db:
        run, operator = await crew.counted(db), await crew.me(db, "operator")
        other, chief = await crew.team(db, other=True), await crew.me(db, "chief")
        await teams.join(db, operator, other, number="9M3", since=date(2026, 10, 2), base_fen=1)
        there = await steps.start(db, chief, other, OCTOBER, NOW)
        await steps.count(db, there, NOW)
        await steps.publish(db, chief, there, NOW)
        with pytest.raises(Conflict, match="m32026年10月已经在维修二班公布了"):
            await steps.publish(db, await crew.me(db, "leader"), run, NOW)


async def test_who_came_late_or_left_is_there_for_their_days(crew: Crew) -> None:
    async with crew.database.session() as db:
        operator, team = await crew.me(db, "operator"), await crew.team(db)
        [stay] = [s for s, p in await teams.members(db, team, OCTOBER) if p.name == "m4"]
        await teams.leave(db, operator, stay.id, date(2026, 10, 11))
        run = await crew.counted(db)
        assert (await crew.outcome(db, run, "m4")).days == 10
        await steps.publish(db, await crew.me(db, "leader"), run, NOW)
        [stay] = [s for s, p in await teams.members(db, team, OCTOBER) if p.name == "m5"]
        with pytest.raises(Conflict, match="10月的考核已经公布"):
            await teams.leave(db, operator, stay.id, date(2026, 10, 20))
