"""What is kept of people: habits as they said them, shown to them, deleted when they ask."""

import pytest

from app.campus.people.privacy import Subject
from app.kit import clock
from app.kit.errors import Invalid
from app.services.rooms import habits, privacy, reading, swaps
from app.services.rooms.models import Swap
from tests.services.rooms.dorm import Dorm

pytestmark = pytest.mark.anyio
SAYS = {"sleep": "23:00", "smoke": "不抽烟"}


async def say(dorm: Dorm, who: int, shown: bool = False, **answers: str) -> None:
    async with dorm.database.session() as db:
        await habits.answer(db, who, answers or SAYS, "河南", shown, clock.now())


async def test_the_last_answers_count(dorm: Dorm) -> None:
    await say(dorm, dorm.girls[0])
    await say(dorm, dorm.girls[0], noise="怕吵")
    async with dorm.database.session() as db:
        kept = await habits.mine(db, dorm.girls[0])
    assert kept is not None
    assert (kept.answers, kept.home) == ({"noise": "怕吵"}, "河南")


@pytest.mark.parametrize("wrong", [{"sleep": "never"}, {"weight": "50"}])
async def test_an_answer_that_nobody_offered_is_refused(dorm: Dorm, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await say(dorm, dorm.girls[0], **wrong)


@pytest.mark.parametrize(("shown", "seen"), [(False, ("", "")), (True, ("新生0", "河南"))])
async def test_roommates_see_habits_and_name_and_home_only_if_they_may(
    dorm: Dorm, shown: bool, seen: tuple[str, str]
) -> None:
    await say(dorm, dorm.girls[0], shown)
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    async with dorm.database.session() as db:
        [mate] = await reading.roommates(db, dorm.round_id, dorm.rooms[0], dorm.girls[1])
    assert mate.answers == SAYS
    assert (mate.name, mate.home) == seen


async def test_somebody_is_told_all_that_is_kept_and_nothing_of_others(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await say(dorm, one)
    await say(dorm, two, noise="怕吵")
    await dorm.live(one, dorm.beds[0][0])
    await dorm.live(two, dorm.beds[1][0])
    async with dorm.database.session() as db:
        told = await privacy.tell(db, Subject(None, one))
        assert await privacy.tell(db, Subject("o-stranger")) == {}
    assert told["习惯"] == {**SAYS, "家乡": "河南"}
    assert [(deed["做了"], deed["床"]) for deed in told["操作"]] == [
        ("hold", dorm.beds[0][0]), ("confirm", dorm.beds[0][0]),
    ]  # fmt: skip


async def test_what_they_said_is_deleted_and_their_bed_stays(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await say(dorm, one)
    await say(dorm, two)
    await dorm.live(one, dorm.beds[0][0])
    await dorm.live(two, dorm.beds[1][0])
    async with dorm.database.session() as db:
        await swaps.ask(db, dorm.round_id, one, "26990001", "想和老乡住", clock.now())
        await privacy.erase(db, Subject(None, one))
        assert await habits.mine(db, one) is None
        assert await habits.mine(db, two) is not None
        assert await db.get(Swap, 1) is None
    assert (await dorm.taken())[dorm.beds[0][0]] == one
    assert (await dorm.proof()).broken == []
