import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.places import Building, BuildingKind, Room, find_room, parse_room
from app.campus.places.rooms import chinese_number
from app.kit.db import Database
from app.kit.errors import NotFound


@pytest.mark.parametrize(
    "written",
    [
        "3号楼 501",
        "3号楼501",
        "三号楼501室",
        "３号樓５０１",
        "3-501",
        "3#501",
        "3 501",
        "3栋501寝室",
        "3幢 501 房间",
        "南校区3号楼501",
        "03号楼501",
    ],
)
def test_a_room_is_read_as_people_write_it(written: str) -> None:
    assert parse_room(written) == ("3号楼", "501")


@pytest.mark.parametrize(
    ("written", "room"),
    [
        ("十二号楼101", ("12号楼", "101")),
        ("二十七号楼1001a", ("27号楼", "1001A")),
        ("十号楼 301", ("10号楼", "301")),
    ],
)
def test_buildings_may_be_numbered_in_characters(written: str, room: tuple[str, str]) -> None:
    assert parse_room(written) == room


@pytest.mark.parametrize(
    "written", ["", "501", "3号楼", "3501", "0号楼501", "东楼501", "3号楼50100"]
)
def test_what_is_no_room_is_none(written: str) -> None:
    assert parse_room(written) is None


@given(st.text(max_size=60))
def test_any_text_is_a_room_or_none(text: str) -> None:
    room = parse_room(text)
    assert room is None or (room[0].endswith("号楼") and room[1][:3].isdecimal())


@given(st.integers(1, 99))
def test_numbers_to_99_are_read_in_characters(number: int) -> None:
    tens, ones = divmod(number, 10)
    signs = " 一二三四五六七八九"
    written = (signs[tens] if tens > 1 else "") + ("十" if tens else "") + signs[ones].strip()
    assert chinese_number(written.strip()) == number
    assert chinese_number(str(number)) == number


@pytest.mark.parametrize("written", ["", "十十", "一二", "百", "〇"])
def test_what_is_no_number_is_zero(written: str) -> None:
    assert chinese_number(written) == 0


@pytest.mark.anyio
async def test_a_room_comes_with_its_building(database: Database) -> None:
    async with database.session() as db:
        db.add(Building(id=1, name="3号楼", campus="南校区", kind=BuildingKind.DORMITORY))
        await db.flush()
        db.add_all(Room(building_id=1, number=n, floor=int(n[0])) for n in ("101", "501"))
        await db.flush()
        assert (await find_room(db, "3号楼", "501")).name == "3号楼 501"
        with pytest.raises(NotFound, match=r"没有「4号楼」这栋楼"):
            await find_room(db, "4号楼", "501")
        with pytest.raises(NotFound, match=r"3号楼没有 601，这栋楼的房间从 101 到 501"):
            await find_room(db, "3号楼", "601")
