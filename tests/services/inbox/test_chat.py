"""「消息」 and 「通知设置」 in the chat."""

from typing import Any

import pytest

from app.campus.notify.preferences import choose
from app.gateway.router import as_text
from app.kit.answers import Say
from app.kit.db import Database
from tests.campus.notices import FOUND, NOON
from tests.conftest import Say as Asked
from tests.people import Somebody
from tests.services.inbox.conftest import Told

pytestmark = pytest.mark.anyio


async def heard(say: Asked, words: str, who: str = "o-alice") -> Say:
    answer: Any = await say(as_text(words, who, NOON))
    return answer[0]  # type: ignore[no-any-return]  # a Say, as each test sees


async def test_it_says_how_much_is_new_and_the_newest_of_it(say: Asked, told: Told) -> None:
    for _ in range(5):
        await told("alice")
    answer = await heard(say, "消息")
    assert answer.text.splitlines() == ["5 条新消息", *[f"{FOUND.title}，刚刚"] * 3]
    assert answer.links[0].url == "/h5/inbox"
    assert "没有新消息" in (await heard(say, "消息", "o-bob")).text


async def test_nothing_new_leads_to_what_was_read(say: Asked, people: dict[str, Somebody]) -> None:
    assert (await heard(say, "我的消息", "o-charlie")).text.startswith("没有新消息")


@pytest.mark.parametrize("words", ["通知设置", "退订", "TD"])
async def test_it_says_how_many_kinds_are_off_and_where_to_choose(
    say: Asked, database: Database, people: dict[str, Somebody], words: str
) -> None:
    assert "每一类" in (await heard(say, words)).text
    async with database.session() as db:
        await choose(db, people["alice"].person_id or 0, {"a.a", "a.b"}, set())
    answer = await heard(say, words)
    assert "你关掉了 2 类通知" in answer.text
    assert answer.links[0].url == "/h5/inbox/settings"


async def test_who_is_not_bound_binds_first(say: Asked, people: dict[str, Somebody]) -> None:
    answer = await heard(say, "通知设置", "o-charlie")
    assert answer.links[0].url.startswith("/h5/mine/bind?next=")
