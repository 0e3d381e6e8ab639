"""What is heard of other services, told to them, kept of people; 「我的」; letters; the demo."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.campus.ledger import Fact
from app.campus.people.privacy import Subject
from app.kit import sheets
from app.kit.errors import Invalid
from app.services.feedback import demo, heard, privacy
from app.services.feedback.book import duties
from app.services.feedback.desk_letters import COLUMNS, load, template
from app.services.feedback.mine import mine
from app.services.feedback.models import Case, Line, Question
from app.services.feedback.rules import Channel, Kind
from tests.people import UNIT
from tests.services.feedback.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio
COMPLAINT: dict[str, Any] = {"unit": UNIT, "words": "面是凉的", "source": "evaluations:17",
                             "subject": "三号窗口"}  # fmt: skip


async def test_a_complaint_that_is_told_twice_is_one_case(scene: Scene) -> None:
    async with scene.database.session() as db:
        for _ in range(2):
            await heard.complaint(db, **COMPLAINT, person_id=scene.id("alice"), more="x")
        case = (await db.scalars(select(Case))).one()
        assert (case.kind, case.subject, case.channel) == (Kind.COMPLAIN, "三号窗口", Channel.EVENT)
        assert case.asker_id == scene.id("alice")
        assert [notice for notice, _ in await scene.told(db, "head")] == ["received"]


async def test_the_answer_is_told_to_where_the_complaint_came_from(scene: Scene) -> None:
    async with scene.database.session() as db:
        await heard.complaint(db, **COMPLAINT)
        case = (await db.scalars(select(Case))).one()
        await scene.answer(db, case)
        jobs = text("SELECT args FROM procrastinate_jobs WHERE task_name = 'events:tell'")
        assert list(await db.scalars(jobs)) == [
            {"event": "answered",
             "data": {"source": "evaluations:17", "words": "换了帽子，罚了窗口"}},
        ]  # fmt: skip


async def test_a_complaint_of_a_unit_that_nobody_knows_reaches_operators(scene: Scene) -> None:
    async with scene.database.session() as db:
        await heard.complaint(db, **COMPLAINT | {"unit": "月球中心", "words": " "})
        assert [notice for notice, _ in await scene.told(db, "operator")] == ["received"]


async def test_who_is_deleted_leaves_the_thread_without_a_name(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db))
        alice = Subject(person_id=scene.id("alice"))
        [told] = await privacy.tell(db, alice)
        assert (told["内容"], told["单位"]) == ("饭里有根头发", UNIT)
        await privacy.erase(db, alice)
        await privacy.erase(db, Subject(person_id=scene.id("head")))
        assert await privacy.tell(db, alice) == []
        kept = await db.get_one(Case, case.id, populate_existing=True)
        assert (kept.asker_id, kept.owner_id, kept.words) == (None, None, "饭里有根头发")
        assert set(await db.scalars(select(Line.by_id))) == {None}
        assert await privacy.tell(db, Subject(who="o-alice")) == []


async def test_my_page_shows_what_i_wrote_and_what_waits_for_me(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.answer(db, await scene.ask(db))
        await scene.ask(db)
    rows = {name: await _mine(scene, name) for name in ("alice", "head", "bob", "leader")}
    assert [(row.title, row.badge) for row in rows["alice"]] == [
        ("周一 10:00 前答复", 0), (f"{UNIT}答复了", 1),
    ]  # fmt: skip
    assert [(row.title, row.badge) for row in rows["head"]] == [("待我答复", 1)]
    assert (rows["bob"], rows["leader"]) == ([], [])
    assert (await _mine(scene, "head", after(days=9)))[0].sub == "1 件超时了"


async def _mine(scene: Scene, name: str, now: datetime = NOON) -> list[Any]:
    values = {"person_id": scene.id(name), "room_id": None, "now": now}
    row = await scene.database.row(select(mine.query), **values)
    assert row is not None
    return await mine.rows(scene.database, row[0], now)


LETTER = {"box": "领导信箱", "number": "7", "kind": "投诉", "unit": UNIT, "at": "2026-11-16",
          "sender": "李同学", "words": "晚上没有热菜"}  # fmt: skip


async def test_letters_come_in_once_and_their_deadline_runs_from_their_date(scene: Scene) -> None:
    data = sheets.write(COLUMNS, [LETTER, {**LETTER, "number": "8", "kind": "", "at": ""}])
    async with scene.database.session() as db:
        assert await load(db, data, "信.xlsx") == "新录 2 封，录过的 0 封没动"
        assert await load(db, data, "信.xlsx") == "新录 0 封，录过的 2 封没动"
        first = (await db.scalars(select(Case).order_by(Case.id).limit(1))).one()
    assert (first.channel, first.box_number, first.sender) == (Channel.BOX, "7", "李同学")
    assert first.due_at < datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "月球中心"}, "第 2 行「单位」"), ({"kind": "吐槽"}, "第 2 行「类别」"),
        ({"at": "昨天"}, "第 2 行「来信日期」"), ({"at": "2999-01-01"}, "这一年不对"),
        ({"at": "2098-01-01"}, "还没到"), ({"words": ""}, "没有填"),
        ({"words": "字" * 2001}, "最多 2000 个字"),
    ],
)  # fmt: skip
async def test_a_wrong_letter_is_named_by_its_line(
    scene: Scene, change: dict[str, str], sentence: str
) -> None:
    data = sheets.write(COLUMNS, [LETTER | change])
    async with scene.database.session() as db:
        with pytest.raises(Invalid, match=sentence):
            await load(db, data, "信.xlsx")
        assert await db.scalar(select(func.count(Case.id))) == 0


async def test_the_template_is_a_file_that_comes_in(scene: Scene) -> None:
    async with scene.database.session() as db:
        with pytest.raises(Invalid, match="运输中心"):  # a unit that this campus does not have
            await load(db, template(), "样表.xlsx")


async def test_the_demo_has_half_a_year_of_letters(scene: Scene) -> None:
    async with scene.database.session() as db:
        await demo.fill(db)
        counted = {
            model: await db.scalar(select(func.count()).select_from(model))
            for model in (Case, Question, Fact)
        }
        assert counted[Case] == 150
        assert counted[Question] == 20
        assert (counted[Fact] or 0) > 150
    async with scene.database.session() as db:
        assert (await duties.within(db)).of("食堂的菜里有头发")
