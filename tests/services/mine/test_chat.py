"""我的, 绑定, 解绑 in the chat."""

from typing import Any

import pytest

from app.campus.people.lookup import person_of
from app.campus.people.models import Move
from app.gateway.router import as_text
from app.kit import clock
from app.kit.answers import Say
from app.kit.db import Database
from app.kit.errors import Forbidden
from tests.people import Somebody

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]


async def hear(say: Any, words: str, by: str = "alice") -> Say:
    (answer,) = await say(as_text(words, f"o-{by}", clock.now()))
    assert isinstance(answer, Say)
    return answer


async def test_mine_says_who_and_where(say: Any) -> None:
    answer = await hear(say, "我的")
    assert answer.text == "alice，学号 2026****00\n3号楼 501"
    assert answer.links[0].url == "/h5/mine"
    assert "还没有登记宿舍" in (await hear(say, "我的", "worker")).text


@pytest.mark.parametrize("words", ["我的", "绑定", "解绑"])
async def test_who_is_not_bound_is_given_the_way(say: Any, words: str) -> None:
    answer = await hear(say, words, "charlie")
    assert answer.links[0].url == "/h5/mine/bind"


async def test_unbinding_asks_first_and_its_offers_are_answered(say: Any) -> None:
    asked = await hear(say, "解绑")
    yes, no = asked.offers
    assert "alice" in (await hear(say, no.words)).text
    assert "解绑了" in (await hear(say, yes.words)).text
    assert "还没绑学号" in (await hear(say, "我的")).text
    with pytest.raises(Forbidden):
        await hear(say, yes.words)


async def test_both_sides_of_a_move_see_it(
    say: Any, database: Database, people: dict[str, Somebody]
) -> None:
    async with database.session() as db:
        me = await person_of(db, "o-alice", clock.now())
        db.add(Move(person_id=me.person_id, who="o-charlie", at=clock.now()))
    assert "有个微信想换绑你的学号" in (await hear(say, "我的")).text
    assert "等原来的微信点头" in (await hear(say, "绑定", "charlie")).text
