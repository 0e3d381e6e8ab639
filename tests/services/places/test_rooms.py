"""The room's row of a form, for the building that was chosen."""

from collections.abc import Callable

import httpx
import pytest

from app.campus.places import Room
from app.kit.db import Database

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("people")]
PhoneOf = Callable[[str], httpx.AsyncClient]
URL = "/h5/places/rooms"


async def row(phone_of: PhoneOf, building: str) -> str:
    async with phone_of("alice") as phone:
        answer = await phone.get(URL, params={"building": building})
    assert answer.status_code == 200
    return answer.text.strip()


async def test_it_is_a_part_of_a_page_with_the_doors_of_the_building(phone_of: PhoneOf) -> None:
    html = await row(phone_of, "3号楼")
    assert html.startswith('<div class="c-part" id="room">')
    assert html.count("<option") == 3  # 选房间, and two
    assert '<option value="501">501</option>' in html


@pytest.mark.parametrize("building", ["", "99号楼", "<b>"])
async def test_without_a_list_the_number_is_typed(phone_of: PhoneOf, building: str) -> None:
    html = await row(phone_of, building)
    assert "<option" not in html
    assert '<input class="weui-input" id="f-room" name="room"' in html


async def test_a_long_list_comes_whole_and_in_order(phone_of: PhoneOf, database: Database) -> None:
    async with database.session() as db:
        db.add_all(
            Room(building_id=1, number=f"{floor}{n:02}", floor=floor)
            for floor in (1, 2, 10) for n in range(1, 100)
        )  # fmt: skip
    html = await row(phone_of, "3号楼")
    assert html.count("<option") == 3 + 297
    assert html.index(">299<") < html.index(">501<") < html.index(">1001<")


@pytest.mark.parametrize(("name", "status"), [("charlie", 403), ("bob", 200), ("worker", 200)])
async def test_it_is_for_who_is_bound(phone_of: PhoneOf, name: str, status: int) -> None:
    async with phone_of(name) as phone:
        assert (await phone.get(URL)).status_code == status
