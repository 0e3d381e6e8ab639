"""Giving roles and taking them away, and who is found by them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import Entry
from app.campus.people import sessions
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.permission import Grant, Right, Role, Where
from app.campus.permission.grants import grant, people_with, revoke, rights_of
from app.campus.permission.where import where_of, where_of_room
from app.campus.places import Area, Building, Room
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError, Conflict, Forbidden, Invalid, NotFound
from tests.people import CAST, UNIT, Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def me_of(db: AsyncSession, somebody: Somebody) -> Me:
    me = await sessions.find(db, somebody.token, clock.now())
    assert me is not None
    return me


def id_of(somebody: Somebody) -> int:
    assert somebody.person_id is not None
    return somebody.person_id


async def grant_of(db: AsyncSession, somebody: Somebody) -> int:
    found = await db.scalar(select(Grant.id).where(Grant.person_id == somebody.person_id))
    assert found is not None
    return found


@pytest.fixture
async def hall(database: Database, people: People) -> Where:
    """Where 3号楼 is."""
    async with database.session() as db:
        return where_of((await db.scalars(select(Building))).one())


async def elsewhere(db: AsyncSession) -> Where:
    """A second area with a building."""
    area = Area(name="北区")
    db.add(area)
    await db.flush()
    building = Building(name="9号楼", campus="北校区", area_id=area.id)
    db.add(building)
    await db.flush()
    return where_of(building)


async def test_a_given_role_holds_at_once_and_a_taken_one_no_longer(
    database: Database, people: People, hall: Where
) -> None:
    bob = people["bob"]
    async with database.session() as db:
        operator = await me_of(db, people["operator"])
        await grant(db, operator, id_of(bob), Role.KEEPER, Where(building_id=hall.building_id))
        keeper = Right(Role.KEEPER, building_id=hall.building_id)
        assert keeper in (await me_of(db, bob)).rights
        await revoke(db, operator, await grant_of(db, bob))
        assert (await me_of(db, bob)).rights == (Right(Role.STUDENT),)


async def test_each_deed_is_in_the_trail_and_giving_twice_is_one_deed(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        operator = await me_of(db, people["operator"])
        bob = id_of(people["bob"])
        given_twice = [
            await grant(db, operator, bob, Role.HEAD, Where(unit=UNIT)) for _ in range(2)
        ]
        assert len({found.id for found in given_twice}) == 1
        await revoke(db, operator, given_twice[0].id)
        deeds = list(await db.scalars(select(Entry).order_by(Entry.id)))
    given = {"role": "head", "unit": UNIT}
    assert [(deed.action, deed.before, deed.after) for deed in deeds] == [
        ("permission.grant", None, given),
        ("permission.revoke", given, None),
    ]
    assert {deed.thing for deed in deeds} == {f"person:{people['bob'].person_id}"}
    assert {deed.actor for deed in deeds} == {"operator"}


@pytest.mark.parametrize("name", sorted({*CAST, "charlie"} - {"operator", "administrator"}))
async def test_whoever_is_no_operator_gives_and_takes_nothing(
    database: Database, people: People, name: str
) -> None:
    async with database.session() as db:
        me = await me_of(db, people[name])
        with pytest.raises(Forbidden):
            await grant(db, me, id_of(people["bob"]), Role.WORKER)
        with pytest.raises(Forbidden):
            await revoke(db, me, await grant_of(db, people["worker"]))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
async def test_an_operator_makes_no_operators_and_unmakes_no_administrators(
    database: Database, people: People, role: Role
) -> None:
    async with database.session() as db:
        operator = await me_of(db, people["operator"])
        with pytest.raises(Forbidden):
            await grant(db, operator, id_of(people["bob"]), role)
        with pytest.raises(Forbidden):
            await revoke(db, operator, await grant_of(db, people[role.value]))


async def test_who_has_one_area_gives_within_it_and_not_beyond(
    database: Database, people: People, hall: Where
) -> None:
    async with database.session() as db:
        far = await elsewhere(db)
        right = Right(Role.OPERATOR, area_id=hall.area_id)
        me = replace(await me_of(db, people["operator"]), rights=(right,))
        bob = id_of(people["bob"])
        await grant(db, me, bob, Role.WORKER, Where(hall.area_id))
        await grant(db, me, bob, Role.WORKER, Where(building_id=hall.building_id))
        for limits in (
            Where(), Where(far.area_id), Where(building_id=far.building_id), Where(unit=UNIT)
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                await grant(db, me, bob, Role.WORKER, limits)


@pytest.mark.parametrize(
    ("role", "limits", "error"),
    [
        (Role.STUDENT, Where(), Invalid),
        (Role.ADMINISTRATOR, Where(area_id=1), Invalid),
        (Role.WORKER, Where(area_id=1, building_id=1), Invalid),
        (Role.WORKER, Where(unit=" "), Invalid),
        (Role.WORKER, Where(area_id=99), NotFound),
        (Role.WORKER, Where(building_id=99), NotFound),
    ],
)
async def test_a_role_or_limits_that_cannot_be_are_refused_even_to_administrators(
    database: Database, people: People, role: Role, limits: Where, error: type[CampusError]
) -> None:
    async with database.session() as db:
        me = await me_of(db, people["administrator"])
        with pytest.raises(error):
            await grant(db, me, id_of(people["bob"]), role, limits)


async def test_whoever_has_left_is_given_nothing_and_found_by_nothing(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        await db.execute(update(Person).values(gone_at=clock.now()))
        with pytest.raises(NotFound):
            await grant(db, None, id_of(people["bob"]), Role.WORKER)
        assert await people_with(db, Role.OPERATOR) == []
        assert await rights_of(db, id_of(people["operator"])) == ()


async def test_the_last_administrator_stays(database: Database, people: People) -> None:
    async with database.session() as db:
        me = await me_of(db, people["administrator"])
        with pytest.raises(Conflict):
            await revoke(db, me, await grant_of(db, people["administrator"]))
        await grant(db, me, id_of(people["teacher"]), Role.ADMINISTRATOR)
        await revoke(db, me, await grant_of(db, people["administrator"]))
        assert await people_with(db, Role.ADMINISTRATOR) == [people["teacher"].person_id]


async def test_an_administrator_who_has_left_is_not_counted(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        me = await me_of(db, people["administrator"])
        await grant(db, me, id_of(people["teacher"]), Role.ADMINISTRATOR)
        past = (clock.now() - timedelta(days=1)).date()
        gone = update(Person).where(Person.id == people["teacher"].person_id)
        await db.execute(gone.values(valid_until=past))
        with pytest.raises(Conflict):
            await revoke(db, me, await grant_of(db, people["administrator"]))


async def test_two_administrators_who_take_each_others_role_at_once_leave_one(
    database: Database, people: People
) -> None:
    pair = (people["administrator"], people["teacher"])
    async with database.session() as db:
        await grant(db, None, id_of(pair[1]), Role.ADMINISTRATOR)
        each = [(await me_of(db, one), await grant_of(db, one)) for one in pair]

    async def take(me: Me, grant_id: int) -> None:
        async with database.session() as db:
            await revoke(db, me, grant_id)

    ended = await asyncio.gather(
        take(each[0][0], each[1][1]), take(each[1][0], each[0][1]), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ended) == ["Conflict", "NoneType"]
    async with database.session() as db:
        assert len(await people_with(db, Role.ADMINISTRATOR)) == 1


async def test_taking_what_was_taken_already_says_so(database: Database, people: People) -> None:
    async with database.session() as db:
        worker = await grant_of(db, people["worker"])
        await revoke(db, None, worker)
        with pytest.raises(NotFound):
            await revoke(db, None, worker)


async def test_who_is_away_has_the_rights_of_their_session(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        for name in CAST:
            there = (await me_of(db, people[name])).rights
            assert await rights_of(db, id_of(people[name])) == there, name
        assert await rights_of(db, 999) == ()


async def test_people_are_found_by_the_place_that_their_right_reaches(
    database: Database, people: People, hall: Where
) -> None:
    async with database.session() as db:
        far = await elsewhere(db)
        room = (await db.scalars(select(Room))).first()
        assert room is not None
        here = await where_of_room(db, room.id, UNIT)
        assert here == replace(hall, unit=UNIT)
        for name, (_, _, role, limit) in CAST.items():
            if role:
                theirs = [people[name].person_id]
                assert await people_with(db, role, here) == theirs, name
                assert await people_with(db, role, far) == ([] if limit else theirs), name
                assert await people_with(db, role) == ([] if limit else theirs), name


async def test_finding_and_asking_agree(database: Database, people: People, hall: Where) -> None:
    wheres = [Where(), hall, Where(hall.area_id), Where(unit=UNIT), replace(hall, unit="别处")]
    async with database.session() as db:
        await grant(db, None, id_of(people["bob"]), Role.WORKER, Where(hall.area_id, unit=UNIT))
        for where in wheres:
            for role in {cast[2] for cast in CAST.values()} - {None}:
                asked = [
                    person
                    for name in CAST
                    for person in [id_of(people[name])]
                    if any(r.role is role and r.reaches(where) for r in await rights_of(db, person))
                ]
                assert await people_with(db, Role(role), where) == sorted(asked), (role, where)


async def test_the_roster_is_not_searched_for_given_roles(database: Database) -> None:
    async with database.session() as db:
        with pytest.raises(ValueError, match="comes with the roster"):
            await people_with(db, Role.STUDENT)


async def test_a_room_that_is_not_there_has_no_place(database: Database) -> None:
    async with database.session() as db:
        with pytest.raises(NotFound):
            await where_of_room(db, 999)
