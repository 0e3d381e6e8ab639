"""The inbox and what is forgotten of it, proved from the tables."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.campus.campaigns.models import Campaign, Stage, Way
from app.campus.notify import inbox
from app.campus.notify.models import MANY, Delivery, Message, Mute, State
from app.campus.notify.preferences import choose
from app.campus.people import privacy
from app.campus.people.lookup import person_of
from app.campus.people.models import Binding
from app.campus.people.privacy import Subject
from app.kit.db import Database
from app.kit.errors import NotFound
from tests.campus.notices import FOUND, NOON, deliveries, tell
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


def reader(somebody: Somebody) -> Subject:
    return Subject(somebody.who, somebody.person_id)


async def campaign(database: Database, *to: Somebody, stage: Stage = Stage.RUNNING) -> int:
    """A free text to the phones of `to`; the campaign's id."""
    async with database.session() as db:
        many = Campaign(title="停水", way=Way.TEXT, stage=stage, made_at=NOON)
        db.add(many)
        await db.flush()
        message = Message(words="明天停水", at=NOON, campaign_id=many.id)
        db.add(message)
        await db.flush()
        db.add_all(
            Delivery(
                message_id=message.id, person_id=one.person_id, who=one.who, rank=MANY,
                state=State.WAITING, due_at=NOON,
            )
            for one in to
        )  # fmt: skip
        return many.id


async def ids(database: Database, subject: Subject) -> list[int]:
    async with database.session() as db:
        return [letter.id for letter in (await inbox.letters(db, subject))[0]]


async def test_five_hundred_messages_are_read_page_by_page(
    database: Database, people: People
) -> None:
    for _ in range(500):
        await tell(database, FOUND, [people["alice"]])
    seen: list[int] = []
    before = None
    async with database.session() as db:
        while True:
            found, before = await inbox.letters(db, reader(people["alice"]), before)
            seen += [letter.id for letter in found]
            if before is None:
                break
        assert await inbox.unread(db, reader(people["alice"])) == 99
    assert (len(seen), seen) == (500, sorted(seen, reverse=True))


async def test_bob_never_opens_what_alice_was_told(database: Database, people: People) -> None:
    await tell(database, FOUND, [people["alice"]])
    [letter] = await ids(database, reader(people["alice"]))
    async with database.session() as db:
        for name in ("bob", "charlie"):
            with pytest.raises(NotFound):
                await inbox.read(db, reader(people[name]), letter, NOON)
            await inbox.read_all(db, reader(people[name]), letter, NOON)
        assert await inbox.unread(db, reader(people["alice"])) == 1


async def test_what_is_opened_is_read_and_the_first_time_counts(
    database: Database, people: People
) -> None:
    await tell(database, FOUND, [people["alice"]])
    alice = reader(people["alice"])
    [letter] = await ids(database, alice)
    async with database.session() as db:
        assert (await inbox.read(db, alice, letter, NOON)).unread
        assert not (await inbox.read(db, alice, letter, NOON + timedelta(days=1))).unread
        assert await inbox.unread(db, alice) == 0
    assert (await deliveries(database))[0].read_at == NOON


async def test_all_that_was_shown_is_read_and_nothing_newer(
    database: Database, people: People
) -> None:
    for _ in range(3):
        await tell(database, FOUND, [people["alice"]])
    alice = reader(people["alice"])
    newest, shown, _ = await ids(database, alice)
    async with database.session() as db:
        await inbox.read_all(db, alice, shown, NOON)
        found, _ = await inbox.letters(db, alice)
        assert [letter.id for letter in found if letter.unread] == [newest]


async def test_a_phone_that_changed_hands_does_not_show_what_its_last_owner_was_told(
    database: Database, people: People
) -> None:
    await tell(database, FOUND, [people["alice"]])
    await campaign(database, people["charlie"])
    async with database.session() as db:
        await db.execute(delete(Binding).where(Binding.who == "o-alice"))
    assert await ids(database, Subject("o-alice", people["bob"].person_id)) == []
    assert len(await ids(database, Subject("o-charlie", None))) == 1
    assert len(await ids(database, Subject("o-charlie", people["bob"].person_id))) == 1
    assert await ids(database, Subject()) == []


async def test_a_campaign_that_is_held_or_ended_is_not_there_yet_or_any_more(
    database: Database, people: People
) -> None:
    alice = reader(people["alice"])
    many = await campaign(database, people["alice"], stage=Stage.PAUSED)
    await tell(database, FOUND, [people["alice"]])
    assert len(await ids(database, alice)) == 1
    async with database.session() as db:
        await db.execute(update(Campaign).where(Campaign.id == many).values(stage=Stage.RUNNING))
    assert len(await ids(database, alice)) == 2
    async with database.session() as db:
        await db.execute(
            update(Delivery).where(Delivery.rank == MANY).values(state=State.CANCELLED)
        )
    assert len(await ids(database, alice)) == 1


async def test_who_leaves_loses_their_name_on_what_was_sent_and_what_waits_ends(
    database: Database, people: People
) -> None:
    alice, bob = people["alice"], people["bob"]
    for _ in range(2):
        await tell(database, FOUND, [alice, bob])
    await campaign(database, people["charlie"])
    async with database.session() as db:
        held = select(func.max(Delivery.id)).where(Delivery.person_id == alice.person_id)
        sending = update(Delivery).where(Delivery.id.in_(held.scalar_subquery()))
        await db.execute(sending.values(state=State.SENDING))
        for who in ("o-alice", "o-charlie"):
            await privacy.forget_follower(db, who)
    ended = [
        (d.state, d.reason) for d in await deliveries(database) if d.person_id != bob.person_id
    ]
    assert ended == [(State.FAILED, "left"), (State.UNSURE, "left"), (State.FAILED, "left")]
    assert {d.who for d in await deliveries(database)} == {None, "o-bob"}
    assert len(await ids(database, Subject(None, alice.person_id))) == 2


async def test_who_is_deleted_takes_their_messages_along(
    database: Database, people: People
) -> None:
    alice = people["alice"]
    await tell(database, FOUND, [alice])
    both = await tell(database, FOUND, [alice, people["bob"]])
    await campaign(database, alice)
    async with database.session() as db:
        await choose(db, alice.person_id or 0, {FOUND.name}, set())
        await privacy.forget_person(db, await person_of(db, alice.who, NOON), NOON)
    found = [(d.message_id == both, d.who, d.person_id) for d in await deliveries(database)]
    assert sorted(found, key=str) == [
        (False, None, None), (True, "o-bob", people["bob"].person_id), (True, None, None),
    ]  # fmt: skip
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Message)) == 2
        assert await db.scalar(select(Mute)) is None


async def test_what_somebody_was_told_is_in_their_export(
    database: Database, people: People
) -> None:
    await tell(database, FOUND, [people["alice"]])
    await campaign(database, people["alice"], people["bob"])
    async with database.session() as db:
        await choose(db, people["alice"].person_id or 0, {FOUND.name}, set())
        told: Any = (await privacy.export(db, reader(people["alice"]), NOON))["收到的通知"]
        other: Any = (await privacy.export(db, Subject("o-charlie"), NOON))["收到的通知"]
    assert [one["标题"] or one["内容"] for one in told["通知"]] == [FOUND.title, "明天停水"]
    assert told["关掉的"] == [FOUND.name]
    assert other == {"通知": [], "关掉的": []}
