"""The freshman's pages as forms and links, on a browser that runs no script."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from app.kit import clock
from app.kit.db import Database
from app.services.rooms import habits
from tests.services.rooms.dorm import HOUR, Dorm
from tests.services.rooms.phones import PhoneOf, text_of

pytestmark = pytest.mark.anyio
HOME = "/h5/rooms/1"


async def test_the_way_in_leads_to_the_round_that_is_open(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    her = await phone_of_person(dorm.girls[0])
    answer = await her.get("/h5/rooms")
    assert answer.url.path == HOME
    assert "你能选的 16 张床，还空着 16 张" in text_of(answer)


async def test_who_is_on_no_list_hears_when_they_will_be_told(
    dorm: Dorm, phone_of: Callable[[str], httpx.AsyncClient]
) -> None:
    async with phone_of("fresh") as fresh:
        assert "现在没有轮到你的选房" in text_of(await fresh.get("/h5/rooms"))
        answer = await fresh.get(HOME)
    assert answer.status_code == 403
    assert "没有你的名字" in text_of(answer)


async def test_before_it_opens_there_is_a_countdown_and_nothing_to_tap(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    await dorm.edit(opens_at=clock.now() + timedelta(minutes=12), closes_at=clock.now() + HOUR)
    her = await phone_of_person(dorm.girls[0])
    assert 'data-left="7' in (await her.get(HOME)).text
    page = await her.get(f"{HOME}/room/{dorm.rooms[0]}")
    assert "留住这张床" not in text_of(page)
    early = await her.post(f"{HOME}/hold", data={"bed": dorm.beds[0][0]})
    assert "还没开选，到点就能选" in text_of(early)
    assert await dorm.taken() == {}


async def test_a_bed_is_held_then_taken_and_everything_is_on_one_page(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    her = await phone_of_person(dorm.girls[0])
    held = await her.post(f"{HOME}/hold", data={"bed": dorm.beds[0][1]})
    assert held.url.path == f"{HOME}/room/{dorm.rooms[0]}"
    assert "给你留住了" in text_of(held)
    dorm.engine._last.clear()  # no waiting for the pace in tests
    mine = await confirmed(her)
    assert mine.url.path == f"{HOME}/mine"
    assert "12号楼 101" in text_of(mine)
    assert await dorm.taken() == {dorm.beds[0][1]: dorm.girls[0]}


async def confirmed(her: httpx.AsyncClient) -> httpx.Response:
    """Confirms, as one does who waits a moment."""
    answer = await her.post(f"{HOME}/confirm")
    while "点得太快了" in text_of(answer):
        answer = await her.post(f"{HOME}/confirm")
    return answer


async def test_back_a_second_phone_and_impatience_double_nothing(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    one, two = [await phone_of_person(dorm.girls[0]) for _ in range(2)]
    await one.post(f"{HOME}/hold", data={"bed": dorm.beds[0][0]})
    await two.post(f"{HOME}/hold", data={"bed": dorm.beds[0][0]})
    assert "给你留住了" in text_of(await two.get(f"{HOME}/room/{dorm.rooms[0]}"))
    for her in (one, two, one):
        await confirmed(her)
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[0]}
    assert (await dorm.proof()).broken == []


async def test_a_taken_bed_says_so_and_names_the_nearest_free_ones(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    await dorm.live(dorm.girls[1], dorm.beds[0][0])
    her = await phone_of_person(dorm.girls[0])
    page = await her.post(f"{HOME}/hold", data={"bed": dorm.beds[0][0]})
    assert "1号床刚被同学选走" in text_of(page)
    assert "101 2号床还空着" in text_of(page)


async def test_a_change_keeps_the_old_bed_until_the_new_one_is_confirmed(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    her = await phone_of_person(dorm.girls[0])
    held = text_of(await her.post(f"{HOME}/hold", data={"bed": dorm.beds[1][0]}))
    assert "现在的床那时才放" in held
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[0]}
    await confirmed(her)
    assert await dorm.taken() == {dorm.beds[1][0]: dorm.girls[0]}


async def test_giving_up_asks_first(dorm: Dorm, phone_of_person: PhoneOf) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    her = await phone_of_person(dorm.girls[0])
    assert "退掉 12号楼 101 1号床" in text_of(await her.get(f"{HOME}/giveup"))
    assert await dorm.taken() != {}
    gone = await her.post(f"{HOME}/giveup")
    assert gone.url.path == HOME
    assert await dorm.taken() == {}


async def test_roommates_are_habits_until_they_agree_to_more(
    dorm: Dorm, database: Database, phone_of_person: PhoneOf
) -> None:
    await dorm.live(dorm.girls[1], dorm.beds[0][0])
    said = {"sleep": "23:00", "smoke": "不抽烟"}
    async with database.session() as db:
        await habits.answer(db, dorm.girls[1], said, "河南", False, clock.now())
    page = text_of(await (await phone_of_person(dorm.girls[0])).get(f"{HOME}/room/{dorm.rooms[0]}"))
    assert "1号床的同学 能源学院" in page
    assert "23:00 睡 不抽烟" in page
    assert [word for word in ("河南", "新生1", "新同学") if word in page] == []


async def test_who_agrees_is_known_by_surname_and_home(
    dorm: Dorm, database: Database, phone_of_person: PhoneOf
) -> None:
    await dorm.live(dorm.girls[1], dorm.beds[0][0])
    async with database.session() as db:
        await habits.answer(db, dorm.girls[1], {}, "河南", True, clock.now())
    page = text_of(await (await phone_of_person(dorm.girls[0])).get(f"{HOME}/room/{dorm.rooms[0]}"))
    assert "新同学 能源学院，河南人" in page
    assert "新生1" not in page


async def test_what_one_says_of_oneself_is_kept_and_shown_again(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    her = await phone_of_person(dorm.girls[0])
    saved = await her.post(
        "/h5/rooms/habits?round=1", data={"sleep": "23:30", "noise": "怕吵", "home": "河南"}
    )
    assert "23:30 睡、怕吵" in text_of(saved)
    assert 'value="23:30" checked' in (await her.get("/h5/rooms/habits")).text
    wrong = await her.post("/h5/rooms/habits", data={"sleep": "从不睡"})
    assert wrong.status_code == 422


async def test_a_full_room_has_a_line(dorm: Dorm, phone_of_person: PhoneOf) -> None:
    for girl, bed in zip(dorm.girls[1:5], dorm.beds[0], strict=True):
        await dorm.live(girl, bed)
    her = await phone_of_person(dorm.girls[0])
    page = await her.get(f"{HOME}/room/{dorm.rooms[0]}")
    assert "这间满了" in text_of(page)
    waits = await her.post(f"{HOME}/wait", data={"room": dorm.rooms[0]})
    assert "你排第 1 位" in text_of(waits)
    assert "在等 12号楼 101" in text_of(await her.get(HOME))
    left = await her.post(f"{HOME}/unwait", data={"room": dorm.rooms[0]})
    assert "排队等" in text_of(left)


async def test_what_is_not_theirs_is_not_shown(dorm: Dorm, phone_of_person: PhoneOf) -> None:
    him = await phone_of_person(dorm.boys[0])
    assert (await him.get(f"{HOME}/room/{dorm.rooms[0]}")).status_code == 404
    assert (await him.get("/h5/rooms/99")).status_code == 404
    refused = await him.post(f"{HOME}/hold", data={"bed": dorm.beds[0][0]})
    assert "不在你能选的范围里" in text_of(refused)


async def test_the_building_is_drawn_with_what_is_free(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    page = await (await phone_of_person(dorm.girls[0])).get(f"{HOME}/building/1")
    assert "你能选的有 4 间 16 张床，还空着 16 张" in text_of(page)
    assert "<svg" in page.text
    assert "2 层余 4，1 层余 12" in page.text
