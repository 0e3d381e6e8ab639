"""Where operators' rules stand among the services, and how fast a change is known."""

import asyncio
from datetime import datetime

import pytest

from app.gateway.explain import How, explain
from app.gateway.router import Router, as_text
from app.kit.answers import Answer, Say
from app.kit.chat import Chat
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.service import Service
from app.main import load_services
from app.services.answers import service as answers
from app.services.answers.book import book, remove
from tests.services.answers.conftest import WRITER, Write

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)
Said = str | None


def bus() -> Service:
    chat = Chat()
    chat.say("班车")(lambda: "下一班 12:10")

    @chat.match("班车(?P<stop>.+)")
    def stop(stop: str) -> Answer | None:
        return f"到{stop}" if stop != "月球" else None

    return Service("班车", chat=chat)


@pytest.fixture
def router() -> Router:
    return Router({"bus": bus(), "answers": answers})


async def heard(router: Router, database: Database, words: str) -> Said:
    found = await router.answer(as_text(words, "alice", NOON), database)
    return found[0].text if found and isinstance(found[0], Say) else None


async def test_without_rules_the_services_answer_as_ever(
    router: Router, database: Database
) -> None:
    assert await heard(router, database, "班车") == "下一班 12:10"
    assert await heard(router, database, "放假") is None


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"words": "班车"}, ("班车", "下一班 12:10")),
        ({"words": "班车", "first": "on"}, ("班车", "停运")),
        ({"words": "班车北门"}, ("班车北门", "停运")),
        ({"kind": "contains", "words": "北门"}, ("班车北门", "到北门")),
        ({"kind": "contains", "words": "北门", "first": "on"}, ("班车北门", "停运")),
        ({"kind": "contains", "words": "月球"}, ("班车月球", "停运")),
        ({"kind": "pattern", "words": "放.*假"}, ("放暑假", "停运")),
        ({"words": "班車！"}, ("班车", "下一班 12:10")),
        ({"words": "放假", "enabled": ""}, ("放假", None)),
        ({"words": "放假", "opens": "22:00", "closes": "06:00"}, ("放假", None)),
        ({"words": "放假", "opens": "11:00", "closes": "06:00"}, ("　放假。", "停运")),
    ],
)
async def test_rules_stand_where_the_decision_puts_them(
    router: Router,
    database: Database,
    write: Write,
    fields: dict[str, str],
    asked: tuple[str, Said],
) -> None:
    await write(text="停运", **fields)
    assert await heard(router, database, asked[0]) == asked[1]


async def test_a_loose_rule_of_higher_priority_leaves_the_patterns_of_services_alone(
    router: Router, database: Database, write: Write
) -> None:
    await write(words="班车北门", text="就是这句")
    await write(kind="contains", words="北门", text="话里有", priority="9")
    assert await heard(router, database, "班车北门") == "到北门"


@pytest.mark.parametrize("code", [f"desk:{'0a' * 16}", "place:AbCdEfGh-1234567_"])
@pytest.mark.parametrize("words", ["desk", "place:", "ab"])
async def test_a_rule_before_the_services_does_not_catch_the_scenes_of_our_codes(
    router: Router, database: Database, write: Write, code: str, words: str
) -> None:
    await write(kind="contains", words=f"{words}、de、pl、ab", text="停运", first="on")
    assert await heard(router, database, code) is None
    assert await heard(router, database, "desk 怎么走") == "停运"


async def test_a_change_is_known_to_another_process_at_once(
    router: Router, database: Database, database_url: str, write: Write
) -> None:
    other = Database(database_url, size=2)
    listener = asyncio.create_task(other.listen())
    await asyncio.sleep(0.2)
    assert await heard(router, other, "放假") is None
    row = await write(words="放假", text="10月1日起")
    for _ in range(50):
        if book.peek(other) is None:
            break
        await asyncio.sleep(0.02)
    assert await heard(Router({"answers": answers}), other, "放假") == "10月1日起"
    async with database.session() as db:
        await remove(db, WRITER, row.id)
    listener.cancel()
    await other.close()


async def test_it_explains_who_answers_and_writes_nothing(
    router: Router, database: Database, write: Write
) -> None:
    await write(words="班车北门", text="停运")
    told = await explain(router, as_text("班车北门", "", NOON), database)
    assert [(c.service, c.how, c.asked) for c in told.candidates] == [
        ("answers", How.FIRST, True), ("answers", How.EARLY, True),
        ("bus", How.PATTERN, False), ("answers", How.PATTERN, False),
    ]  # fmt: skip
    assert told.winner.parts == (Say("停运"),)
    nobody = await explain(router, as_text("火星", "", NOON), database)
    assert nobody.winner.how is How.NOBODY
    assert (await explain(router, as_text("菜单", "", NOON), database)).winner.how is How.ACCOUNT


def test_rules_are_no_line_of_the_menu() -> None:
    assert "关键词答复" not in str(Router(load_services()).menu())
