"""The phone: mine and only mine, the leader's and the head's steps, marks and notes."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.campus.people import privacy
from app.campus.people.privacy import Subject
from app.kit import clock
from app.services.assess import payroll, rules, steps
from app.services.assess.models import Mark, Note, Objection, Outcome, Run
from app.services.assess.rules import Step, month_before, month_of
from tests.conftest import Say
from tests.services.assess.conftest import NOW, Crew
from tests.services.assess.hands import Hands

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hands(crew: Crew, app: FastAPI) -> Hands:
    return Hands(crew, app)


async def opened(crew: Crew) -> int:
    async with crew.database.session() as db:
        return await crew.opened(db, at=clock.now())


async def locked(crew: Crew) -> int:
    async with crew.database.session() as db:
        run, boss = await crew.decided(db), await crew.me(db, "boss")
        await payroll.set_bonus(db, boss, run, 123_456)
        await payroll.approve(db, boss, run, 123_456, NOW)
        await steps.lock(db, boss, run, NOW)
        return run


async def test_mine_says_how_it_stands_and_what_comes_next(hands: Hands) -> None:
    page = await hands.get("m1")
    assert "维修一班" in page
    assert "分，基本工资就拿全" in page
    assert "评分每周一更新" in page
    assert "你还不在考核的班组里" in await hands.get("alice")


async def test_a_month_tells_each_item_with_why_and_pay_only_after_the_lock(hands: Hands) -> None:
    run = await opened(hands.crew)
    page = await hands.get("m1", f"/{run}")
    assert "单 261002-17 晚了 12 小时" in page
    assert "评分只告诉总数" in page
    assert "元</dd>" not in page
    assert "考核" in await hands.get("m1")


async def test_pay_stands_there_after_the_lock(hands: Hands) -> None:
    run = await locked(hands.crew)
    page = await hands.get("m10", f"/{run}")
    assert "定了，不再改" in page
    assert "元</dd>" in page
    assert "这一项不对" not in page


async def test_nobody_sees_anothers_and_nobody_before_it_is_shown(hands: Hands) -> None:
    async with hands.crew.database.session() as db:
        run = await hands.crew.counted(db)
    await hands.get("m1", f"/{run}", 404)
    await hands.get("leader", f"/{run}", 404)
    for name, code in (("m1", 403), ("chief", 403), ("head", 403), ("leader", 200), ("boss", 200)):
        await hands.get(name, f"/team/{run}", code)
        await hands.get(name, f"/team/{run}/who/{hands.crew.ids['m2']}", code)
        await hands.get(name, f"/crew/{hands.crew.team_id}", code)


async def test_an_objection_and_its_answer_go_by_phone(hands: Hands) -> None:
    run = await opened(hands.crew)
    await hands.send("m1", f"/{run}/object", item="超时", words="那天等料")
    assert "等答复" in await hands.get("m1", f"/{run}")
    page = await hands.get("leader", f"/team/{run}")
    assert "m1有异议" in page
    await hands.send("leader", "/objections/1", verdict="granted", points="2", words="料没到")
    page = await hands.get("m1", f"/{run}")
    assert "答复：料没到" in page
    assert "更正" in page


async def test_a_form_sent_twice_objects_once_and_without_words_is_sent_back(hands: Hands) -> None:
    run = await opened(hands.crew)
    for _ in range(2):
        await hands.send("m1", f"/{run}/object", once="the-same-key-twice", item="", words="不对")
    await hands.send("m1", f"/{run}/object", item="超时", words="")
    async with hands.crew.database.session() as db:
        assert len((await db.scalars(select(Objection))).all()) == 1


async def test_the_leader_starts_counts_and_publishes_by_phone(hands: Hands) -> None:
    crew = hands.crew
    await hands.send("leader", f"/crew/{crew.team_id}/start")
    async with crew.database.session() as db:
        run = (await db.scalars(select(Run))).one()
        assert run.month == month_before(month_of(clock.now().date()))
        await steps.count(db, run.id, clock.now())
    assert "公布" in await hands.get("leader", f"/team/{run.id}")
    await hands.send("leader", f"/team/{run.id}/publish")
    await hands.send("leader", f"/team/{run.id}/publish", 409)
    assert "可以提异议" in await hands.get("leader", f"/team/{run.id}")


async def test_the_head_sees_the_money_approves_takes_back_and_locks(hands: Hands) -> None:
    async with hands.crew.database.session() as db:
        run = await hands.crew.decided(db)
    await hands.send("boss", f"/team/{run}/bonus", yuan="1234.56")
    page = await hands.get("boss", f"/team/{run}")
    assert "1,234.56 元没有发" in page
    assert 'name="seen" value="123456"' in page
    await hands.send("boss", f"/team/{run}/approve", seen="123456")
    await hands.send("boss", f"/team/{run}/back", words="再看一眼")
    await hands.send("boss", f"/team/{run}/approve", seen="123456")
    await hands.send("boss", f"/team/{run}/lock")
    await hands.send("boss", f"/team/{run}/back", 409, words="晚了")
    await hands.send("boss", f"/team/{run}/bonus", 422, yuan="一千")


async def test_members_are_marked_and_things_noted_by_phone(hands: Hands) -> None:
    crew, today = hands.crew, clock.now().date()
    man = crew.ids["m2"]
    page = await hands.get("leader", f"/crew/{crew.team_id}")
    assert f'name="m-{man}-0"' in page
    for written, code in (("8.5", 303), ("18", 422)):
        sent: dict[str, Any] = {"month": f"{today:%Y-%m}", f"m-{man}-0": written}
        await hands.send("leader", f"/crew/{crew.team_id}/mark", code, **sent)
    await hands.send("leader", f"/crew/{crew.team_id}/note", person=man, item="迟到", points="-2",
                     day=today, words="晚到了")  # fmt: skip
    assert "晚到了" in await hands.get("leader", f"/crew/{crew.team_id}")
    assert "晚到了" in await hands.get("m2")
    await hands.send("leader", f"/crew/{crew.team_id}/note/1")
    async with crew.database.session() as db:
        assert (await db.scalars(select(Mark.points))).one() == 850
        assert (await db.scalars(select(Note.withdrawn_at))).one() is not None


async def test_other_teams_are_marked_in_the_window_alone(hands: Hands) -> None:
    page = await hands.get("leader", "/rate")
    by: dict[str, Any] = {"team": hands.crew.other_id, "by": f"t{hands.crew.team_id}", "p-0": "9"}
    if rules.marking(clock.now().date()) is None:
        assert "现在不用打分" in page
        await hands.send("leader", "/rate", **by)
    else:
        assert "替维修一班打" in page
        await hands.send("leader", "/rate", **by)
        assert 'value="9"' in await hands.get("leader", "/rate")
    await hands.send("leader", "/rate", 422, **{**by, "by": "x"})


async def test_a_correction_by_phone_needs_points_and_a_reason(hands: Hands) -> None:
    run = await opened(hands.crew)
    path = f"/team/{run}/who/{hands.crew.ids['m3']}"
    await hands.send("leader", path, item="超时", points="-1.5", words="漏了一单")
    for wrong in ({"points": "abc"}, {"points": "0"}, {"words": ""}, {"item": "没有的"}):
        await hands.send("leader", path, 422, **{"points": "1", "words": "对", **wrong})
    assert "漏了一单" in await hands.get("m3", f"/{run}")


async def test_my_page_has_a_row_for_who_is_in_a_team(hands: Hands) -> None:
    await opened(hands.crew)
    async with await hands.phone("m1") as phone:
        mine: httpx.Response = await phone.get("/h5/mine")
    async with await hands.phone("alice") as phone:
        others = await phone.get("/h5/mine")
    assert "考核 10月" in mine.text
    assert "/h5/assess" not in others.text


async def test_chat_says_how_many_points(hands: Hands, say: Say) -> None:
    [answer] = await say("考核", at=clock.now()) or ()
    assert "绑" in str(answer) or "班组" in str(answer)


async def test_what_is_kept_is_told_and_its_words_are_erased(hands: Hands) -> None:
    run = await locked(hands.crew)
    subject = Subject(person_id=hands.crew.ids["m1"])
    async with hands.crew.database.session() as db:
        told = (await privacy.export(db, subject, clock.now()))["考核"]
        assert told["月份"][0]["月份"] == "2026年10月"
        assert told["班组"] == [{"班组": "维修一班", "从": "2026-01-01", "到": None}]
        for holder in privacy._holders.values():
            await holder.erase(db, subject)
        row = await hands.crew.outcome(db, run, "m1")
        assert (row.detail, row.points > 0) == ([], True)
    async with hands.crew.database.session() as db:
        assert (await db.scalars(select(Run.step))).one() == Step.LOCKED
        assert len((await db.scalars(select(Outcome))).all()) == 10


def test_the_window_is_around_the_end_of_the_month() -> None:
    november = date(2026, 11, 1)
    assert rules.marking(date(2026, 11, 24)) is None
    assert rules.marking(date(2026, 11, 25)) == november
    assert rules.marking(date(2026, 12, 5)) == november
    assert rules.marking(date(2026, 12, 6)) is None
