"""Whose electricity is shown to whom."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.campus.people.models import Person
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Forbidden, NotFound
from tests.people import Somebody
from tests.services.electricity.conftest import Read, days, reading
from tests.services.electricity.test_pages import URL, air

pytestmark = pytest.mark.anyio
Phone = Callable[[str], httpx.AsyncClient]


async def test_a_student_asks_without_naming_the_room(say: Any, read: Read) -> None:
    await read(reading(days=days()))
    (answer,) = await say("电费", by="alice")
    assert answer.text.startswith("3号楼 501")
    (by_day,) = await say("用电", by="alice")
    assert by_day.text.startswith("3号楼 501 近")
    (payments,) = await say("充值记录", by="alice")
    assert payments.text == "3号楼 501 还没有充值记录"


async def test_bob_never_sees_alices(say: Any, read: Read, phone_of: Phone) -> None:
    await read(air())
    for words in ("电费 3号楼 501", "3号楼501", "用电 3-501", "充值记录 3号楼 501"):
        with pytest.raises(Forbidden, match="3号楼 501 不是你的寝室"):
            await say(words, by="bob")
    assert "502" in (await say("电费", by="bob"))[0].text
    answer = await phone_of("bob").get(URL, params={"room": "3号楼 501"})
    assert answer.status_code == 403
    assert "8.40" not in answer.text
    own = await phone_of("bob").get(URL)
    assert "3号楼 502" in own.text


async def test_a_student_learns_not_even_which_rooms_there_are(say: Any, read: Read) -> None:
    with pytest.raises(Forbidden, match="3号楼 999 不是你的寝室"):
        await say("电费 3号楼 999", by="alice")


@pytest.mark.parametrize("name", ["keeper", "worker", "leader", "operator", "administrator"])
async def test_who_works_there_sees_it(say: Any, read: Read, phone_of: Phone, name: str) -> None:
    await read(air())
    assert (await say("电费 3号楼 501", by=name))[0].text.startswith("3号楼 501")
    answer = await phone_of(name).get(URL, params={"room": "3号楼 501"})
    assert (answer.status_code, "换房间" in answer.text) == (200, True)


@pytest.mark.parametrize("name", ["teacher", "head", "supervisor", "contractor", "fresh"])
async def test_who_has_no_room_and_no_part_in_it_sees_none(
    say: Any, read: Read, phone_of: Phone, name: str
) -> None:
    with pytest.raises(NotFound, match="还没有你的寝室"):
        await say("电费", by=name)
    answer = await phone_of(name).get(URL, params={"room": "3号楼 501"})
    assert answer.status_code == 404


async def test_who_is_not_bound_hears_how(say: Any, read: Read, phone_of: Phone) -> None:
    for words in ("电费", "电费 3号楼 501"):
        (answer,) = await say(words, by="charlie")
        assert answer.text == "先绑定学号，才能看寝室电费"
        assert answer.links[0].url == "/h5/mine/bind?next=%2Fh5%2Felectricity"
    answer = await phone_of("charlie").get(URL)
    assert answer.status_code == 403
    assert "/h5/mine/bind?next=" in answer.text


async def test_who_has_left_sees_the_room_no_more(
    say: Any, read: Read, database: Database, people: dict[str, Somebody]
) -> None:
    async with database.session() as db:
        leaves = update(Person).where(Person.id == people["alice"].person_id)
        await db.execute(leaves.values(gone_at=clock.now()))
    with pytest.raises(NotFound):
        await say("电费", by="alice")


async def test_mine_shows_what_runs_low(read: Read, phone_of: Phone) -> None:
    assert "正在办" not in (await phone_of("alice").get("/h5/mine")).text
    await read(air(balance_fen=500))
    html = (await phone_of("alice").get("/h5/mine")).text
    assert "空调大约用到" in html
    assert 'weui-badge">1<' in html
    assert "正在办" not in (await phone_of("bob").get("/h5/mine")).text
