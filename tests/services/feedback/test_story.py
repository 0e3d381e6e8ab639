"""A case from the first word to the stars, and what each step tells whom."""

import pytest
from sqlalchemy import select

from app.campus.ledger import Fact
from app.campus.permission import Role
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.feedback import cases, office
from app.services.feedback.models import Case, Line
from app.services.feedback.parts import BY_RECEIPT, actor, find, find_sealed, receipt, seal
from app.services.feedback.rules import Event, Kind, Move, State
from tests.people import UNIT
from tests.services.feedback.conftest import CODE, NOON, OTHER, Scene, after

pytestmark = pytest.mark.anyio


async def test_a_complaint_has_a_deadline_on_the_working_calendar(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db)
        assert _said(case) == "11-23 10:00"  # not on the weekend
        consult = await scene.ask(db, kind=Kind.CONSULT)
        assert _said(consult) == "11-19 10:00"
        assert await scene.told(db, "head") == [
            ("received", "周一 10:00 前答复"), ("received", "明天 10:00 前答复"),
        ]  # fmt: skip


def _said(case: Case) -> str:
    return f"{case.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"


async def test_the_whole_way_is_a_thread_and_the_asker_hears_each_step(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db)
        head, alice = await scene.me(db, "head"), await scene.me(db, "alice")
        case = await office.take(db, actor(head, case), case, NOON)
        case = await scene.answer(db, case, now=after(hours=2))
        case = await cases.rate(db, actor(alice, case), case, after(hours=3), stars=5, words="快")
        assert await scene.steps(db, case) == [Event.ASK, Move.TAKE, Move.ANSWER, Move.RATE]
        assert (case.state, case.on_time, case.owner_id) == (State.CLOSED, True, head.person_id)
        assert await scene.told(db, "alice") == [
            ("news", "有人在办了，周一 10:00 前答复"), ("answered", "换了帽子，罚了窗口"),
        ]  # fmt: skip


async def test_the_ledger_learns_of_the_unit_and_never_whose_stars_they_are(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db), now=after(days=9))
        alice = await scene.me(db, "alice")
        await cases.rate(db, actor(alice, case), case, after(days=9, hours=1), stars=4)
        facts = {fact.kind: fact for fact in await db.scalars(select(Fact))}
        assert {name: (fact.amount, fact.team) for name, fact in facts.items()} == {
            "feedback.answered": (1, UNIT), "feedback.late": (1, UNIT), "feedback.stars": (4, UNIT),
        }  # fmt: skip
        stars = facts["feedback.stars"]
        assert stars.person_id is None
        assert str(case.id) not in stars.source.split(":")


async def test_it_comes_back_once_with_a_new_deadline(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db))
        alice = actor(await scene.me(db, "alice"), case)
        with pytest.raises(Invalid, match="还差什么"):
            await cases.reopen(db, alice, case, after(days=1), words=" ")
        case = await cases.reopen(db, alice, case, after(days=1), words="今天又有")
        assert (case.state, case.reopened, case.stage) == (State.REOPENED, 1, 0)
        assert case.due_at > after(days=4)
        case = await scene.answer(db, case, now=after(days=2))
        assert (case.on_time, case.first_answer_at) == (True, NOON)
        with pytest.raises(Conflict, match="另写一件"):
            await cases.reopen(db, alice, case, after(days=3), words="还是有")


async def test_who_wrote_without_a_name_is_nowhere_and_reads_by_the_receipt(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db, "")
        await scene.answer(db, case)
        assert (case.asker_id, case.anonymous, case.seal) == (None, True, seal(CODE))
        assert CODE not in str(case.seal)
        found = await find_sealed(db, CODE.lower().replace("-", " "))
        await cases.add(db, BY_RECEIPT, found, NOON, words="谢谢")
        await cases.rate(db, BY_RECEIPT, found, NOON, stars=5)
        asked = select(Line.by_id).where(Line.case_id == case.id, Line.what != Move.ANSWER)
        assert set(await db.scalars(asked)) == {None}
        with pytest.raises(NotFound, match="没有这张回执"):
            await find_sealed(db, receipt("key", "another-form-key"))


async def test_it_is_handed_over_with_a_reason_and_the_deadline_stays(scene: Scene) -> None:
    async with scene.database.session() as db:
        case, due = await scene.ask(db), None
        due, head = case.due_at, await scene.me(db, "head")
        by = actor(head, case)
        with pytest.raises(Invalid, match="为什么转"):
            await office.hand(db, by, case, NOON, unit=OTHER, reason="")
        case = await office.hand(db, by, case, NOON, unit=OTHER, reason="说的是公寓的小吃")
        assert (case.unit, case.due_at, case.state) == (OTHER, due, State.NEW)
        line = (await db.scalars(select(Line).order_by(Line.id.desc()).limit(1))).one()
        assert (line.data["from"], line.data["to"], line.words) == (UNIT, OTHER, "说的是公寓的小吃")
        # Nobody heads that unit: operators hear of it. The old head has it no more.
        assert [notice for notice, _ in await scene.told(db, "operator")] == ["handed"]
        with pytest.raises(NotFound):
            await find(db, head, case.id)


async def test_it_can_be_given_to_somebody_who_then_answers(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db)
        by = actor(await scene.me(db, "head"), case)
        for number, why in (("99999999", "名册里没有"), ("20260000", "还没有岗位")):
            with pytest.raises((Invalid, NotFound), match=why):
                await office.hand(db, by, case, NOON, unit=UNIT, reason="他管窗口", person=number)
        case = await office.hand(db, by, case, NOON, unit=UNIT, reason="他管", person="20260004")
        worker = await scene.me(db, "worker")
        assert case.owner_id == worker.person_id
        assert await scene.told(db, "worker") == [("handed", "周一 10:00 前答复：他管")]
        case = await scene.answer(db, await find(db, worker, case.id), "worker")
        assert case.state == State.ANSWERED


async def test_merged_cases_hear_the_answer_of_the_one(scene: Scene) -> None:
    async with scene.database.session() as db:
        one, other = await scene.ask(db), await scene.ask(db, "bob", words="饭里又有头发")
        by = actor(await scene.me(db, "operator"), one)
        assert await office.merge(db, by, one, [one, other], NOON) == 1
        await scene.answer(db, one)
        assert ("answered", "换了帽子，罚了窗口") in await scene.told(db, "bob")
        merged = await db.get_one(Case, other.id)
        assert (merged.state, merged.merged_into_id) == (State.MERGED, one.id)
        with pytest.raises(Conflict, match="并到另一件"):
            await scene.answer(db, other)


async def test_bob_and_strangers_find_nothing_and_watchers_only_read(scene: Scene) -> None:
    await scene.grant("teacher", Role.SUPERVISOR, None)
    async with scene.database.session() as db:
        case = await scene.ask(db)
        for name in ("bob", "charlie", "fresh", "worker", "leader", "keeper", "supervisor"):
            with pytest.raises(NotFound):
                await find(db, await scene.me(db, name), case.id)
        watcher = await scene.me(db, "teacher")
        assert (await find(db, watcher, case.id)).id == case.id
        with pytest.raises(Forbidden):
            await office.take(db, actor(watcher, case), case, NOON)
