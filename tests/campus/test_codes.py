"""The codes on doors: what makes one good, and what makes one bad."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.audit import Entry
from app.campus.places import Building, Room
from app.campus.places.codes import LENGTH, SCENE, Named, address, read, write
from app.campus.places.doors import Place, code_key, find_place, places_of, rotate
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound, TooMany
from app.kit.limits import Tries
from app.kit.words import normalise
from tests.people import Somebody

KEY = b"k" * 32
names = st.builds(Named, st.integers(1, 2**31 - 1), st.booleans(), st.integers(0, 65535))


@given(names)
def test_a_code_names_what_it_was_made_for(named: Named) -> None:
    code = write(KEY, named)
    assert read(KEY, code) == named
    assert len(code) == LENGTH


@given(names)
def test_a_code_survives_being_typed_and_fits_a_scene(named: Named) -> None:
    scene = SCENE + write(KEY, named)
    assert normalise(f" {scene.upper()}。") == scene
    assert len(scene) <= 64


@given(names, st.integers(0, LENGTH - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_other_letter_makes_it_worthless(named: Named, at: int, letter: str) -> None:
    code = write(KEY, named)
    changed = code[:at] + letter + code[at + 1 :]
    assert read(KEY, changed) is None or changed == code


@given(st.text(max_size=80))
def test_made_up_text_names_nothing(text: str) -> None:
    assert read(KEY, text) is None


@given(names)
def test_another_key_refuses_it(named: Named) -> None:
    assert read(b"x" * 32, write(KEY, named)) is None


@pytest.mark.parametrize("bad", [Named(0, True, 1), Named(2**31, False, 1), Named(1, True, 65536)])
def test_what_does_not_fit_is_not_made(bad: Named) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        write(KEY, bad)


def test_the_address_has_one_slash() -> None:
    assert address("https://hq.example/", "abc") == "https://hq.example/h5/places/abc"


async def of(database: Database) -> list[Place]:
    """3号楼, 501 and 502, with their codes."""
    async with database.session() as db:
        building = await db.get_one(Building, 1)
        return list(await places_of(db, building))


async def scan(database: Database, code: str, whose: str = "1.2.3.4") -> Place:
    key = await code_key.get(database)
    async with database.session() as db:
        return await find_place(db, key, code, whose)


@pytest.mark.anyio
async def test_a_scanned_code_is_the_place(database: Database, people: dict[str, Somebody]) -> None:
    house, room, _ = await of(database)
    found = await scan(database, room.code)
    assert found == room
    assert (found.name, found.short, found.where.building_id) == ("3号楼 501", "501", 1)
    assert (await scan(database, house.code)).name == "3号楼"
    assert (await scan(database, house.code)).room_id is None


@pytest.mark.anyio
async def test_a_rotated_code_says_so_and_the_new_one_is_good(
    database: Database, people: dict[str, Somebody]
) -> None:
    _, old, other = await of(database)
    async with database.session() as db:
        await rotate(db, None, await db.get_one(Room, old.room_id))
    with pytest.raises(NotFound, match="这张码换过了"):
        await scan(database, old.code)
    assert (await scan(database, (await of(database))[1].code)).name == "3号楼 501"
    assert await scan(database, other.code) == other
    async with database.session() as db:
        entry = await db.get_one(Entry, 1)
        assert (entry.thing, entry.after) == (f"room:{old.room_id}", {"rotation": 2})


@pytest.mark.anyio
async def test_a_room_that_is_gone_is_not_opened(
    database: Database, people: dict[str, Somebody]
) -> None:
    _, room, _ = await of(database)
    async with database.session() as db:
        (await db.get_one(Room, room.room_id)).gone_at = clock.now()
    with pytest.raises(NotFound, match="已经不用了"):
        await scan(database, room.code)


@pytest.mark.anyio
async def test_whoever_tries_many_forged_codes_is_paced(database: Database) -> None:
    for _ in range(20):
        with pytest.raises(NotFound, match="不是我们贴的"):
            await scan(database, "a" * LENGTH)
    with pytest.raises(TooMany, match="一小时后再扫"):
        await scan(database, "b" * LENGTH)
    with pytest.raises(NotFound):
        await scan(database, "b" * LENGTH, whose="5.6.7.8")
    async with database.session() as db:
        (await db.get_one(Tries, "place:1.2.3.4")).since -= timedelta(hours=2)
    with pytest.raises(NotFound):
        await scan(database, "b" * LENGTH)


@pytest.mark.anyio
async def test_all_processes_sign_with_the_same_key(database: Database) -> None:
    other = Database(database.url, size=2)
    assert await code_key.get(database) == await code_key.get(other)
    await other.close()
