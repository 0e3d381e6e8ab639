"""The phone book at the desk."""

import pytest
from sqlalchemy import select

from app.kit.db import Database
from app.services.phones.models import Entry, Unit
from tests.conftest import Say
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong

pytestmark = pytest.mark.anyio


async def unit(database: Database, name: str) -> Unit:
    async with database.session() as db:
        return (await db.scalars(select(Unit).where(Unit.name == name))).one()


async def test_a_number_is_typed_with_spaces_and_told_at_once(
    desk_of: DeskOf, filled: Database, say: Say
) -> None:
    hand = Hand(await desk_of("operator"))
    where = (await unit(filled, "财务科")).id
    what = {"kind": "normal", "position": 0, "hours": "", "person": "", "post": "发票"}
    made = await hand.create("phones-entries", unit_id=where, number="(8880) 9-999", **what)
    assert made.status_code == 303
    assert "88809999" in str(await say("电话 发票"))


async def test_hours_that_nobody_understands_are_refused(desk_of: DeskOf, filled: Database) -> None:
    hand, where = Hand(await desk_of("operator")), await unit(filled, "财务科")
    answer = await hand.edit(
        "phones-units", where.id, name="财务科", parent_id=where.parent_id, hours="早上", position=0
    )
    assert wrong(answer)[0].startswith("看不懂，写成")


async def test_a_department_cannot_hang_below_itself(desk_of: DeskOf, filled: Database) -> None:
    hand, top = Hand(await desk_of("operator")), await unit(filled, "后勤管理处")
    below = await unit(filled, "财务科")
    answer = await hand.edit(
        "phones-units", top.id, name="后勤管理处", parent_id=below.id, position=0
    )
    assert wrong(answer) == ["不能放到自己下面"]


async def test_a_department_in_use_is_not_deleted(desk_of: DeskOf, filled: Database) -> None:
    hand, where = Hand(await desk_of("operator")), await unit(filled, "财务科")
    answer = await hand.press("phones-units", where.id, "delete")
    assert answer.json() == {"msg": "还有别的记录用着它，先把那些改走"}
    assert await unit(filled, "财务科")


@pytest.mark.parametrize("words", ["0110", "8880 0110", "抢修"])
async def test_a_line_is_found_by_digits_and_by_words(
    desk_of: DeskOf, filled: Database, words: str
) -> None:
    hand = Hand(await desk_of("operator"))
    async with filled.session() as db:
        assert await db.scalar(select(Entry).where(Entry.number == "88800110"))
    assert "24 小时抢修" in await hand.page(f"phones-entries/list?q={words}")
