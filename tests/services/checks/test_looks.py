"""Doing a visit: marks, photos and faults; once, by whoever may, also when it is sent later."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import func, select

from app.campus.calendar.models import Period
from app.kit.errors import CampusError, Conflict, Invalid, NotFound
from app.services.checks import lists, looks, plan, telling
from app.services.checks.looks import Entered, Given
from app.services.checks.models import Fault, Look, Photo, Step, Visit
from app.services.checks.rules import Item, Seen
from tests.services.checks.conftest import DIRTY, FINE, ITEMS, NOON, Scene, after, draft

pytestmark = pytest.mark.anyio


async def test_a_visit_comes_to_a_score_and_its_faults_to_the_firm(scene: Scene) -> None:
    async with scene.database.session() as db:
        assert await scene.look(db) == 1
        visit = await db.get_one(Visit, await scene.visit(db))
        fault = (await db.scalars(select(Fault))).one()
        assert (visit.state, visit.score, visit.by_id) == ("done", 8286, scene.ids["inspector"])
        assert (fault.item, fault.words, fault.contractor) == ("地面干净", "一地的油", "鼎兴餐饮")
        assert fault.due_at == after(hours=24, minutes=30)  # 8 working hours: tomorrow 10:30
        assert await scene.told(db, "hired") == ["found"]
        assert await scene.told(db, "rival") == []
        assert (await scene.fact(db, "score"), await scene.fact(db, "fault")) == (8286, 1)


async def test_a_clean_canteen_has_no_faults(scene: Scene) -> None:
    async with scene.database.session() as db:
        assert await scene.look(db, answers=FINE) == 0
        assert await scene.fact(db, "score") == 10_000
        assert await scene.fact(db, "fault") is None


@pytest.mark.parametrize("name", ["stranger", "hired", "keeper", "worker", "leader", "alice"])
async def test_who_does_not_check_there_finds_no_visit(scene: Scene, name: str) -> None:
    async with scene.database.session() as db:
        with pytest.raises(NotFound):
            await scene.look(db, name)


@pytest.mark.parametrize("name", ["inspector", "second", "head", "operator", "administrator"])
async def test_whose_right_reaches_the_place_may_check(scene: Scene, name: str) -> None:
    async with scene.database.session() as db:
        assert await scene.look(db, name) == 1


async def test_named_people_check_instead_of_roles(scene: Scene) -> None:
    async with scene.database.session() as db:
        named = draft(scene.place_id, people=[scene.ids["second"]])
        await lists.change(db, await scene.me(db, "operator"), scene.list_id, named, NOON, known=1)
        with pytest.raises(NotFound):
            await scene.look(db, "inspector", number=2)
        assert await scene.look(db, "second", number=2) == 1


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"1": Given(10)}, "「留样齐全」还没打分"),
        ({**FINE, "1": Given(4)}, "「地面干净」有问题，拍一张或写一句"),
        ({**FINE, "1": Given(11)}, "「地面干净」的分数不对"),
    ],
)
async def test_what_is_missing_or_wrong_is_said_with_the_point(
    scene: Scene, answers: dict[str, Given], says: str
) -> None:
    async with scene.database.session() as db:
        with pytest.raises(Invalid, match=says):
            await scene.look(db, answers=answers)


async def test_photos_stay_with_their_point_and_begin_the_faults_story(scene: Scene) -> None:
    async with scene.database.session() as db:
        shots = [await scene.photo(db), await scene.photo(db)]
        answers = {**FINE, "1": Given(4, "", shots[:1]), "3": Given(5, "", shots[1:])}
        await scene.look(db, answers=answers)
        found = select(Photo.upload_id, Photo.item, Step.what).outerjoin(Step).order_by(Photo.id)
        assert (await db.execute(found)).all() == [
            (shots[0], "1", "found"), (shots[1], "3", None),
        ]  # fmt: skip


async def test_two_who_send_the_same_visit_at_once_make_one(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.visit(db)

    async def one(name: str) -> object:
        try:
            async with scene.database.session() as db:
                return await scene.look(db, name)
        except CampusError as refusal:
            return str(refusal)

    found = await asyncio.gather(one("inspector"), one("second"))
    assert sorted(map(str, found)) == ["1", "同事刚查过这里，不用再查"]
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Look.id))) == 1
        assert await db.scalar(select(func.count(Fault.id))) == 1


async def test_points_that_changed_while_the_form_was_open_are_taken_by_the_old_version(
    scene: Scene,
) -> None:
    async with scene.database.session() as db:
        newer = draft(scene.place_id, items=(*ITEMS, Item("4", "台账", 5, 5, 8)))
        operator = await scene.me(db, "operator")
        await lists.change(db, operator, scene.list_id, newer, NOON, known=1)
        with pytest.raises(Conflict, match="同事刚改过"):
            await lists.change(db, operator, scene.list_id, newer, NOON, known=1)
        await scene.look(db, number=1)
        assert await db.scalar(select(Look.number)) == 1
        assert await db.scalar(select(Visit.score).where(Visit.state == "done")) == 8286


async def test_what_was_entered_in_time_counts_though_it_is_sent_the_day_after(
    scene: Scene,
) -> None:
    async with scene.database.session() as db:
        visit, me = await scene.visit(db), await scene.me(db, "inspector")
        tomorrow = after(days=1)
        await plan.close(db, tomorrow)
        assert await db.scalar(select(Visit.state).where(Visit.id == visit)) == Seen.MISSED
        with pytest.raises(Conflict, match="过了时间"):
            await looks.look(db, me, visit, Entered(1, FINE, tomorrow), tomorrow)
        await looks.look(db, me, visit, Entered(1, FINE, NOON), tomorrow)
        done = await db.get_one(Visit, visit, populate_existing=True)
        assert (done.state, done.done_at) == ("done", NOON)


async def test_a_dormitory_is_checked_room_by_room(scene: Scene) -> None:
    async with scene.database.session() as db:
        visit, keeper = await scene.visit(db, scene.dorm_id), await scene.me(db, "keeper")
        for number, answers in (("501", DIRTY), ("502", FINE)):
            entered = Entered(1, answers, NOON, room_id=scene.rooms[number])
            await looks.look(db, keeper, visit, entered, NOON)
        with pytest.raises(Conflict, match="同事刚查过这间"):
            await looks.look(db, keeper, visit, entered, NOON)
        with pytest.raises(Invalid, match="选一间"):
            await looks.look(db, keeper, visit, Entered(1, FINE, NOON), NOON)
        assert await looks.end(db, keeper, visit, NOON) == 2
        done = await db.get_one(Visit, visit, populate_existing=True)
        assert (done.state, done.score) == ("done", 9143)
        assert (await db.scalars(select(Fault.room_id))).all() == [scene.rooms["501"]]
        assert await scene.told(db, "worker") == ["found"]


async def test_what_is_due_follows_the_calendar_and_is_made_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        assert await plan.make(db, NOON.date()) == 2
        assert await plan.make(db, NOON.date()) == 0
        assert await plan.make(db, date(2026, 11, 21)) == 0  # Saturday; the week is there
        db.add(Period(first=date(2026, 11, 23), last=date(2026, 11, 30), kind="vacation", name=""))
        await db.flush()
    scene.database.forget()
    async with scene.database.session() as db:
        assert await plan.make(db, date(2026, 11, 24)) == 0


async def test_a_list_that_is_retired_is_not_due_any_more(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.visit(db)
        await lists.retire(db, await scene.me(db, "operator"), scene.list_id, NOON)
        await plan.make(db, NOON.date())
        gone = select(func.count(Visit.id)).where(Visit.list_id == scene.list_id)
        assert await db.scalar(gone) == 0


async def test_what_was_not_done_in_time_is_told_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.visit(db)
        for _ in range(2):
            await telling.late(db, after(days=1))
        assert await scene.told(db, "inspector") == ["late"]
        assert await scene.told(db, "head") == ["late", "late_head"]
        assert await scene.told(db, "stranger") == []


async def test_in_the_morning_each_hears_how_much_there_is(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.visit(db)
        await telling.today(db, NOON)
        assert await scene.told(db, "inspector") == ["today"]
        assert await scene.told(db, "keeper") == []  # the week's is due on Friday
        assert await scene.told(db, "stranger") == []
