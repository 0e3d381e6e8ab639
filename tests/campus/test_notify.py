"""Telling people, proved from the tables: what is written, when it is due, and for whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.campus.notify import notify
from app.campus.notify.models import ORDINARY, URGENT, Delivery, Message, State
from app.campus.notify.preferences import choose, muted
from app.campus.notify.rules import cut
from app.campus.people.followers import left
from app.campus.people.models import Binding, Person
from app.kit.db import Database
from tests.campus.notices import ALARM, FOUND, NOON, REPLY, deliveries, jobs, tell
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
MINUTE = timedelta(minutes=1)


async def test_one_message_is_one_delivery_for_each_person_and_one_job(
    database: Database, people: People
) -> None:
    alice, bob = people["alice"], people["bob"]
    id = await tell(database, FOUND, [bob, alice, bob], thing="伞 & 包")
    async with database.session() as db:
        message = await db.get_one(Message, id)
    assert (message.title, message.page) == (
        "有人捡到了你的东西",
        "/h5/lost/%E4%BC%9E%20%26%20%E5%8C%85",
    )
    found = {d.person_id: (d.who, d.state, d.rank, d.due_at) for d in await deliveries(database)}
    assert found == {
        alice.person_id: ("o-alice", State.WAITING, ORDINARY, NOON),
        bob.person_id: ("o-bob", State.WAITING, ORDINARY, NOON),
    }
    assert await jobs(database) == [NOON]


async def test_what_rolled_back_was_never_told(database: Database, people: People) -> None:
    async def deed() -> None:
        async with database.session() as db:
            await notify(db, ALARM, to=[people["alice"].person_id or 0])
            assert len(list(await db.scalars(select(Delivery)))) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await deed()
    async with database.session() as db:
        assert await db.scalar(select(Message)) is None
    assert (await deliveries(database), await jobs(database)) == ([], [])


async def test_values_are_kept_as_they_were_meant_and_cut_only_for_the_platform(
    database: Database, people: People
) -> None:
    words = "一把挂着蓝色小熊的黑色长柄雨伞，在二食堂三楼"
    id = await tell(database, FOUND, [people["alice"]], thing=words)
    async with database.session() as db:
        kept = (await db.get_one(Message, id)).fields
    assert kept["thing"] == words
    kinds = {field.name: field.kind for field in FOUND.fields}
    assert cut(kinds["thing"], kept["thing"]) == words[:19] + "…"
    assert cut(kinds["since"], kept["since"]) == "2026年11月21日 12:00"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"thing": "伞"}, "lost.found: missing or unknown fields: since"),
        ({"thing": "伞", "since": NOON, "colour": "黑"}, "missing or unknown fields: colour"),
        ({"thing": "伞", "since": "刚才"}, "lost.found: since='刚才' is no time"),
    ],
)
async def test_a_field_that_is_missing_unknown_or_of_another_kind_is_a_bug(
    database: Database, people: People, fields: dict[str, Any], why: str
) -> None:
    async with database.session() as db:
        with pytest.raises(TypeError, match=why):
            await notify(db, FOUND, to=[], **fields)


@pytest.mark.parametrize("how", ["unbound", "left", "muted"])
async def test_who_has_no_phone_or_wants_none_of_it_has_it_in_the_inbox_alone(
    database: Database, people: People, how: str
) -> None:
    alice = people["alice"]
    async with database.session() as db:
        if how == "unbound":
            await db.execute(delete(Binding).where(Binding.who == alice.who))
        elif how == "left":
            await left(db, alice.who, datetime.now(NOON.tzinfo) + MINUTE)
        else:
            await choose(db, alice.person_id or 0, {FOUND.name}, set())
    await tell(database, FOUND, [alice])
    [kept] = await deliveries(database)
    assert (kept.state, kept.done_at) == (State.KEPT, NOON)
    assert kept.who == ("o-alice" if how == "muted" else None)
    assert await jobs(database) == []


async def test_who_left_the_roster_is_not_told(database: Database, people: People) -> None:
    gone = update(Person).where(Person.id == people["bob"].person_id).values(gone_at=NOON)
    async with database.session() as db:
        await db.execute(gone)
    await tell(database, FOUND, [people["alice"], people["bob"]])
    assert [d.who for d in await deliveries(database)] == ["o-alice"]


async def test_what_may_not_be_switched_off_comes_although_it_is(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        await choose(db, people["alice"].person_id or 0, {ALARM.name}, set())
    await tell(database, ALARM, [people["alice"]])
    assert [d.state for d in await deliveries(database)] == [State.WAITING]


async def test_kinds_are_switched_off_and_on_one_by_one(database: Database, people: People) -> None:
    alice, bob = (people[name].person_id or 0 for name in ("alice", "bob"))
    async with database.session() as db:
        await choose(db, alice, {"a.a", "a.b", "a.c"}, {"a.c"})
        await choose(db, alice, {"a.a", "a.b"}, {"a.b", "x.x"})
        await choose(db, alice, {"a.a"}, set())
        assert await muted(db, alice) == {"a.a"}
        assert await muted(db, bob) == set()


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (NOON.replace(hour=22, minute=29), NOON.replace(hour=22, minute=29)),
        (NOON.replace(hour=22, minute=30), NOON.replace(day=22, hour=7)),
        (NOON.replace(hour=3), NOON.replace(hour=7)),
    ],
)
async def test_at_night_only_what_is_urgent_goes_out(
    database: Database, people: People, at: datetime, due: datetime
) -> None:
    await tell(database, FOUND, [people["alice"]], at=at)
    await tell(database, ALARM, [people["alice"]], at=at)
    found, alarm = await deliveries(database)
    assert (found.due_at, alarm.due_at, alarm.rank) == (due, at, URGENT)
    assert await jobs(database) == [due, at]


async def test_the_wait_for_more_of_a_kind_may_end_in_the_quiet_hours(
    database: Database, people: People
) -> None:
    await tell(database, REPLY, [people["alice"]], at=NOON.replace(hour=22, minute=29), words="在")
    assert await jobs(database) == [NOON.replace(day=22, hour=7)]
