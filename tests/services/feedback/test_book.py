"""Published questions, the list of duties, and words that find them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.answers import Say
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.feedback import book
from app.services.feedback.match import Index, tokens
from app.services.feedback.models import Duty, Question
from app.services.feedback.parts import actor
from tests.people import UNIT
from tests.services.feedback.conftest import NOON, OTHER, Scene

POT = "寝室能用电煮锅吗？"
TEXTS = {1: f"{POT} 大功率 电饭锅", 2: "怎么申请换宿舍 调寝", 3: "饭里吃出东西怎么办 异物 头发",
         4: "几点关门 晚归 门禁"}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("寝室能用电煮锅吗", 1), ("宿舍里可以用电饭锅么", 1), ("想换宿舍", 2),
        ("菜里吃出头发了", 3), ("晚归了咋整", 4), ("月球上有水吗", None), ("？？", None),
    ],
)  # fmt: skip
def test_what_was_asked_finds_what_is_published(asked: str, found: int | None) -> None:
    hits = Index(TEXTS).find(asked, 1, book.NEAR)
    assert (hits[0][0] if hits else None) == found


@given(st.text(max_size=300))
def test_any_words_are_looked_up_and_shares_stay_between_nothing_and_all(text: str) -> None:
    for _, weight, share in Index(TEXTS).find(text):
        assert 0 < share <= 1.000001
        assert weight > 0


@given(st.text(alphabet="寝室能用电煮锅饭头发", min_size=2, max_size=20))
def test_a_text_finds_itself_first(text: str) -> None:
    if tokens(text):
        assert Index({7: text}).find(text)[0][0] == 7


@pytest.fixture
async def told(scene: Scene) -> Scene:
    async with scene.database.session() as db:
        db.add_all([
            Question(unit=OTHER, question=POT, answer="不能，单路 10 安", words="电饭锅", at=NOON),
            Question(unit=UNIT, question="收起来的这条", answer="看不到", shown=False, at=NOON),
            Duty(unit=UNIT, matter="饭菜质量", words="食堂 头发"),
            Duty(unit="没有的单位", matter="头发", words="头发 食堂"),
        ])  # fmt: skip
    scene.database.forget()
    return scene


@pytest.mark.anyio
@pytest.mark.parametrize("asked", ["问 电煮锅能用吗", "请问寝室能用电煮锅吗", "寝室能用电煮锅吗"])
async def test_chat_answers_from_what_is_published(told: Scene, say: Any, asked: str) -> None:
    [answer] = await say(asked, at=NOON)
    assert isinstance(answer, Say)
    assert "不能，单路 10 安" in answer.text


@pytest.mark.anyio
async def test_chat_says_what_it_does_not_know_and_where_to_write(told: Scene, say: Any) -> None:
    [unknown] = await say("问 月球上有水吗", at=NOON)
    assert unknown.links[0].url.startswith("/h5/feedback/new?words=")
    assert "收起来" not in str(await say("后勤问答", at=NOON))
    assert await say("今天天气真好啊", at=NOON) is None
    for words, path in (("投诉", "kind=complain"), ("反馈", "/h5/feedback"), ("表扬", "praise")):
        [card] = await say(words, at=NOON)
        assert path in card.url


@pytest.mark.anyio
async def test_words_of_other_services_are_never_taken(told: Scene, say: Any) -> None:
    async with told.database.session() as db:
        db.add(Question(unit=UNIT, question="班车几点", answer="别答这个", at=NOON))
    told.database.forget()
    assert "别答这个" not in str(await say("班车", at=NOON))


@pytest.mark.anyio
async def test_a_duty_of_a_unit_that_is_gone_leads_nowhere(told: Scene) -> None:
    async with told.database.session() as db:
        duties = await book.duties.within(db)
    assert duties.of("食堂的菜里有头发") == (UNIT, "饭菜质量")
    assert duties.of("公寓里太吵") == (OTHER, "")


@pytest.mark.anyio
async def test_only_what_may_be_public_is_published_and_without_names(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db)
        by = actor(await scene.me(db, "operator"), case)
        texts = {"question": "饭里有头发怎么办", "answer": "到经理台退款"}
        with pytest.raises(Conflict, match="先答复"):
            await book.publish(db, by, case, NOON, **texts)
        case = await scene.answer(db, case)
        with pytest.raises(Forbidden, match="没同意"):
            await book.publish(db, by, case, NOON, **texts)
        case.consent = True
        for wrong in ("alice 说的", "打 13805160000"):
            with pytest.raises(Invalid, match="看出是谁"):
                await book.publish(db, by, case, NOON, question="怎么办", answer=wrong)
        first = await book.publish(db, by, case, NOON, **texts)
        again = await book.publish(db, by, case, NOON, question="换个问法", answer="一样")
        assert first == again


@pytest.mark.anyio
async def test_a_case_without_a_name_may_be_published(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db, ""))
        by = actor(await scene.me(db, "head"), case)
        await book.publish(db, by, case, NOON, question="饭里有头发", answer="到经理台退款")
    async with scene.database.session() as db:
        found = (await book.book.within(db)).near("饭里吃出头发")
    assert [one.answer for one in found] == ["到经理台退款"]
