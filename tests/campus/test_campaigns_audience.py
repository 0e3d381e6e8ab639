"""Whom a campaign is for."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from app.campus.campaigns import audience
from app.campus.campaigns.access import may_write
from app.campus.people.models import Binding, Follower, Person
from app.campus.places import Area, Building, Room
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from tests.campus.campaigns import operator, plan, sent
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = Mapping[str, Somebody]


async def told(database: Database, raw: Mapping[str, Any]) -> list[str]:
    """Who, by follower, or 「-」 without one; in order."""
    async with database.session() as db:
        rows = await db.execute(audience.recipients(audience.tidy(raw)))
        return sorted((who or "-").removeprefix("o-") for _, who in rows)


async def change(database: Database, statement: Any) -> None:
    async with database.session() as db:
        await db.execute(statement)


@pytest.mark.parametrize(
    ("raw", "who"),
    [
        ({"colleges": [], "kinds": ["freshman", "contractor"]}, ["contractor", "fresh"]),
        ({"kinds": ["teacher"]}, ["supervisor", "teacher"]),
        ({"roles": ["keeper", "head"]}, ["head", "keeper"]),
        ({"numbers": ["20260000", "20260001", "20260000", "nobody"]}, ["alice", "bob"]),
    ],
)
async def test_an_audience_is_whom_it_says(
    database: Database, people: People, raw: Mapping[str, Any], who: list[str]
) -> None:
    assert await told(database, raw) == who


async def test_all_are_those_who_follow_bound_or_not(database: Database, people: People) -> None:
    await change(
        database, update(Follower).where(Follower.who == "o-bob").values(left_at=clock.now())
    )
    assert set(await told(database, {"all": True})) == set(people) - {"bob"}


async def test_tags_choose_among_followers(database: Database, people: People) -> None:
    tagged = update(Follower).where(Follower.who.in_(["o-charlie", "o-alice"]))
    await change(database, tagged.values(tags=["新生", "乒乓"]))
    assert await told(database, {"tags": ["新生", "篮球"]}) == ["alice", "charlie"]


async def test_what_is_given_of_the_roster_holds_together(
    database: Database, people: People
) -> None:
    for name, college, grade in (("alice", "能源", "2024"), ("bob", "能源", "2025")):
        who = update(Person).where(Person.id == people[name].person_id)
        await change(database, who.values(college=college, grade=grade))
    wanted = {"colleges": ["能源", "机械"], "grades": ["2024"]}
    assert await told(database, wanted) == ["alice"]


async def test_the_residents_of_a_building_and_of_rooms_are_each_there_once(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        building = await db.scalar(select(Building.id))
    room = people["alice"].room_id
    assert await told(database, {"buildings": [building]}) == ["alice", "bob"]
    assert await told(database, {"rooms": [room]}) == ["alice"]
    assert await told(database, {"buildings": [building], "rooms": [room]}) == ["alice", "bob"]


async def test_who_has_left_or_is_past_their_time_lives_nowhere(
    database: Database, people: People
) -> None:
    now = clock.now()
    for name, gone in (("alice", {"gone_at": now}), ("bob", {"valid_until": now.replace(2020)})):
        await change(
            database, update(Person).where(Person.id == people[name].person_id).values(gone)
        )
    rooms = [people[name].room_id for name in ("alice", "bob")]
    assert await told(database, {"rooms": rooms}) == []


async def test_people_without_a_phone_are_counted_apart(database: Database, people: People) -> None:
    left = update(Follower).where(Follower.who == "o-alice").values(left_at=clock.now())
    await change(database, left)
    wanted = audience.tidy({"numbers": ["20260000", "20260001"]})
    async with database.session() as db:
        assert await audience.count(db, wanted) == audience.Count(1, 1)
        shown = await audience.examples(db, wanted)
    assert {(one.name, one.room, one.phone) for one in shown} == {
        ("alice", "3号楼 501", False), ("bob", "3号楼 502", True),
    }  # fmt: skip


async def test_numbers_that_nobody_has_are_named_in_order(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        assert await audience.unknown(db, ["x2", "20260000", "x1"]) == ["x2", "x1"]


async def test_the_same_people_are_found_on_the_phones_they_have_now(
    database: Database, people: People
) -> None:
    everybody = ["20260000", "20260001"]
    first = await sent(database, operator(people), plan({"numbers": everybody}))
    async with database.session() as db:
        db.add(Follower(who="o-new", joined_at=clock.now()))
        await db.flush()
        moved = update(Binding).where(Binding.who == "o-alice").values(who="o-new")
        await db.execute(moved)
    assert await told(database, {"same": first.id}) == ["bob", "new"]
    assert await told(database, {"same": first.id, "reasons": ["busy"]}) == []


@pytest.mark.parametrize(
    "raw",
    [{}, {"all": False}, {"all": 1}, {"tags": []}, {"all": True, "tags": ["x"]}, {"moon": ["x"]},
     {"buildings": ["3"]}, {"buildings": [True]}, {"roles": ["student"]}, {"kinds": ["cat"]},
     {"numbers": "20240136"}, {"reasons": ["busy"]}, {"same": "7"},
     {"numbers": [str(n) for n in range(20_001)]}],
)  # fmt: skip
async def test_what_says_nobody_or_makes_no_sense_is_refused(raw: Mapping[str, Any]) -> None:
    with pytest.raises(Invalid):
        audience.tidy(raw)


async def test_an_operator_of_an_area_writes_to_its_buildings_alone(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        other = Area(name="别的片区")
        db.add(other)
        await db.flush()
        far = Building(name="9号楼", campus="北校区", area_id=other.id)
        db.add(far)
        await db.flush()
        door = Room(building_id=far.id, number="101", floor=1, beds=4)
        db.add(door)
        await db.flush()
        near = (await db.scalars(select(Building).where(Building.name == "3号楼"))).one()
        me = operator(people, area_id=near.area_id)
        mine: list[Mapping[str, Any]] = [
            {"buildings": [near.id]},
            {"rooms": [people["bob"].room_id]},
        ]
        others: list[Mapping[str, Any]] = [
            {"buildings": [near.id, far.id]}, {"rooms": [door.id]}, {"all": True}, {"same": 99},
            {"rooms": [10**6]}, {"kinds": ["student"]}, {},
        ]  # fmt: skip
        assert [await may_write(db, me, one) for one in mine] == [True, True]
        assert [await may_write(db, me, one) for one in others] == [False] * len(others)
