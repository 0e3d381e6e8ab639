"""Teams and swaps as forms: consent of each, and nothing to learn by guessing numbers."""

import pytest

from tests.services.rooms.dorm import Dorm
from tests.services.rooms.phones import PhoneOf, text_of
from tests.services.rooms.test_pages import HOME, confirmed

pytestmark = pytest.mark.anyio


async def test_friends_team_up_by_code_and_get_one_room(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    leader, friend = [await phone_of_person(girl) for girl in dorm.girls[:2]]
    made = await leader.post(f"{HOME}/team/make")
    code = made.text.split('c-code c-num">')[1].split("<")[0]
    assert "队里 2 人" in text_of(
        await friend.post(f"{HOME}/team/join", data={"code": code.lower()})
    )
    assert "由队长来选" in text_of(await friend.get(f"{HOME}/room/{dorm.rooms[0]}"))
    assert "2 个人一起住这间" in text_of(await leader.get(f"{HOME}/room/{dorm.rooms[0]}"))
    await leader.post(f"{HOME}/hold", data={"room": dorm.rooms[0]})
    await confirmed(leader)
    assert set((await dorm.taken()).values()) == set(dorm.girls[:2])
    assert "12号楼 101" in text_of(await friend.get(f"{HOME}/mine"))


async def test_somebody_is_asked_by_number_and_joins_only_when_they_agree(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    leader, friend = [await phone_of_person(girl) for girl in dorm.girls[:2]]
    asked = text_of(await leader.post(f"{HOME}/team/ask", data={"number": "26990001"}))
    assert "队里 1 人" in asked
    assert "约你一起住" in text_of(await friend.get(HOME))
    await friend.post(f"{HOME}/team/agree", data={"team": 1})
    assert "队里 2 人" in text_of(await leader.get(f"{HOME}/team"))


async def test_asking_says_the_same_whether_or_not_there_is_somebody(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    one, two = [await phone_of_person(girl) for girl in dorm.girls[:2]]
    pages = []
    for her, number in ((one, "26990003"), (two, "no such number")):
        page = text_of(await her.post(f"{HOME}/team/ask", data={"number": number}))
        pages.append(page.split("最多")[1])
    assert pages[0] == pages[1]


async def test_guessing_at_codes_ends_after_some_tries(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    her = await phone_of_person(dorm.girls[0])
    codes = [await her.post(f"{HOME}/team/join", data={"code": f"X{n}"}) for n in range(21)]
    assert [answer.status_code for answer in codes] == [404] * 20 + [429]


async def test_two_change_beds_once_both_agree(dorm: Dorm, phone_of_person: PhoneOf) -> None:
    one, two = [await phone_of_person(girl) for girl in dorm.girls[:2]]
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.live(dorm.girls[1], dorm.beds[1][0])
    await one.post(f"{HOME}/swap/ask", data={"number": "26990001", "words": "想和老乡住"})
    asked = text_of(await two.get(f"{HOME}/swap"))
    assert "想和你换床" in asked
    assert "想和老乡住" in asked
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[0], dorm.beds[1][0]: dorm.girls[1]}
    await two.post(f"{HOME}/swap/agree", data={"swap": 1})
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[1], dorm.beds[1][0]: dorm.girls[0]}


async def test_a_swap_asked_for_is_not_listed_to_who_asked(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    one = await phone_of_person(dorm.girls[0])
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.live(dorm.girls[1], dorm.beds[1][0])
    pages = [
        text_of(await one.post(f"{HOME}/swap/ask", data={"number": number}))
        for number in ("26990001", "26990007")
    ]
    assert pages[0] == pages[1]


async def test_a_swap_is_taken_back_before_it_is_answered(
    dorm: Dorm, phone_of_person: PhoneOf
) -> None:
    one, two = [await phone_of_person(girl) for girl in dorm.girls[:2]]
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.live(dorm.girls[1], dorm.beds[1][0])
    before = await dorm.taken()
    nothing = text_of(await one.post(f"{HOME}/swap/back"))
    await one.post(f"{HOME}/swap/ask", data={"number": "26990001"})
    assert text_of(await one.post(f"{HOME}/swap/back")) == nothing
    assert "想和你换床" not in text_of(await two.get(f"{HOME}/swap"))
    assert "已经有结果了" in text_of(await two.post(f"{HOME}/swap/agree", data={"swap": 1}))
    assert await dorm.taken() == before
