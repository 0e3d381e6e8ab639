"""Binding a follower to a person."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.campus.audit import Entry
from app.campus.people import binding, sessions
from app.campus.people.binding import Claim, Outcome
from app.campus.people.cards import Settings as CardSettings
from app.campus.people.cards import keyed, last_six
from app.campus.people.lookup import follower_of, person_of
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from app.settings import DEMO_SECRETS
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
NUMBER, CARD = "20240136", "12345X"
RIGHT = Claim(NUMBER, "林晓雨", CARD)


@pytest.fixture
async def lin(database: Database, people: People) -> int:
    """A person whom nobody is bound to yet; o-new1 and o-new2 are followers without a person."""
    async with database.session() as db:
        person = Person(
            number=NUMBER, name="林晓雨", kind=PersonKind.STUDENT, secret=keyed(NUMBER, CARD)
        )
        db.add(person)
        db.add_all(Follower(who=who, joined_at=clock.now()) for who in ("o-new1", "o-new2"))
        await db.flush()
        return person.id


async def bind(
    database: Database, who: str, claim: Claim = RIGHT, now: datetime | None = None
) -> Outcome:
    async with database.session() as db:
        return await binding.bind(db, database, who, claim, now or clock.now())


async def me_of(database: Database, who: str) -> Any:
    async with database.session() as db:
        return await person_of(db, who, clock.now())


@pytest.mark.parametrize(
    "claim",
    [
        RIGHT,
        Claim(" 2024 0136 ", "林 晓雨", "12345x"),
        Claim("２０２４０１３６", "林晓雨 ", " 12345X"),
    ],
)
async def test_what_is_right_binds_however_it_is_typed(
    database: Database, lin: int, claim: Claim
) -> None:
    assert await bind(database, "o-new1", claim) is Outcome.BOUND
    assert (await me_of(database, "o-new1")).person_id == lin


@pytest.mark.parametrize(
    "claim",
    [
        Claim("99999999", "林晓雨", CARD),
        Claim(NUMBER, "林小雨", CARD),
        Claim(NUMBER, "林晓雨", "123456"),
        Claim(NUMBER, "", ""),
        Claim("20260000", "alice", CARD),  # nobody knows her card: nobody binds to her
    ],
)
async def test_whatever_is_wrong_is_refused_in_the_same_words(
    database: Database, lin: int, claim: Claim
) -> None:
    with pytest.raises(Invalid, match=f"^{binding.WRONG}$"):
        await bind(database, "o-new1", claim)


async def test_who_has_left_cannot_be_bound(database: Database, lin: int) -> None:
    async with database.session() as db:
        await db.execute(update(Person).where(Person.id == lin).values(gone_at=clock.now()))
    with pytest.raises(Invalid, match=binding.WRONG):
        await bind(database, "o-new1")


async def _wrong(database: Database, who: str, number: str, times: int, now: datetime) -> None:
    for _ in range(times):
        with pytest.raises(Invalid):
            await bind(database, who, Claim(number, "某人", "000000"), now)


async def test_five_wrong_tries_lock_a_follower_for_an_hour(database: Database, lin: int) -> None:
    now = clock.now().replace(hour=14, minute=20, second=30)
    for n in range(5):
        await _wrong(database, "o-new1", f"9000{n}", 1, now)
    with pytest.raises(TooMany, match="试错 5 次了，15:21 以后再来"):
        await bind(database, "o-new1", RIGHT, now + timedelta(minutes=59))
    later = now + timedelta(minutes=61)
    assert await bind(database, "o-new1", RIGHT, later) is Outcome.BOUND


async def test_five_wrong_tries_lock_a_number_known_or_not(database: Database, lin: int) -> None:
    now = clock.now()
    for number in (NUMBER, "88888888"):
        await _wrong(database, "o-new1" if number == NUMBER else "o-charlie", number, 5, now)
        with pytest.raises(TooMany):
            await bind(database, "o-new2", Claim(number, "林晓雨", CARD), now)


async def test_a_right_try_does_not_count_and_forgives_no_other(
    database: Database, lin: int
) -> None:
    now = clock.now()
    await _wrong(database, "o-new1", "77777", 4, now)
    for _ in range(3):
        assert await bind(database, "o-new1", RIGHT, now) is Outcome.BOUND
    await _wrong(database, "o-new1", "77777", 1, now)
    with pytest.raises(TooMany):
        await bind(database, "o-new1", RIGHT, now)


async def test_of_two_followers_who_race_one_wins_and_the_other_waits(
    database: Database, lin: int
) -> None:
    outcomes = await asyncio.gather(*(bind(database, who) for who in ("o-new1", "o-new2")))
    assert sorted(outcomes) == [Outcome.BOUND, Outcome.WAITING]
    async with database.session() as db:
        winner = await follower_of(db, lin)
        assert winner == ("o-new1", "o-new2")[outcomes.index(Outcome.BOUND)]


async def test_the_other_is_bound_once_the_old_one_agrees(database: Database, lin: int) -> None:
    await bind(database, "o-new1")
    assert await bind(database, "o-new2") is Outcome.WAITING
    now = clock.now()
    async with database.session() as db:
        move = await binding.asked(db, lin, now)
        assert move is not None
        await binding.agree(db, await person_of(db, "o-new1", now), move.id, now)
    assert (await me_of(database, "o-new1")).person_id is None
    assert (await me_of(database, "o-new2")).person_id == lin


@pytest.mark.parametrize(
    ("who", "days"), [("o-bob", 0), ("o-new2", 0), ("o-leader", 0), ("o-new1", 3)]
)
async def test_nobody_else_agrees_and_nobody_too_late(
    database: Database, lin: int, who: str, days: int
) -> None:
    await bind(database, "o-new1")
    await bind(database, "o-new2")
    now = clock.now()
    async with database.session() as db:
        move = await binding.waiting(db, "o-new2", now)
        assert move is not None
        me = await person_of(db, who, now)
        with pytest.raises(NotFound):
            await binding.agree(db, me, move.id, now + timedelta(days=days))
        assert await binding.waiting(db, "o-new2", now + timedelta(days=3)) is None


async def test_an_operator_moves_a_binding_and_the_trail_names_them(
    database: Database, lin: int
) -> None:
    await bind(database, "o-new1")
    await bind(database, "o-new2")
    now = clock.now()
    async with database.session() as db:
        move = await binding.asked(db, lin, now)
        assert move is not None
        await binding.agree(db, await person_of(db, "o-operator", now), move.id, now)
    async with database.session() as db:
        trail = {e.action: e.actor for e in await db.scalars(select(Entry).order_by(Entry.id))}
        assert await follower_of(db, lin) == "o-new2"
    assert trail == {"people.bind": "", "people.ask_to_move": "", "people.move": "operator"}


async def test_refusing_keeps_it_and_the_question_is_gone(database: Database, lin: int) -> None:
    await bind(database, "o-new1")
    await bind(database, "o-new2")
    now = clock.now()
    async with database.session() as db:
        move = await binding.asked(db, lin, now)
        assert move is not None
        await binding.refuse(db, await person_of(db, "o-new1", now), move.id, now)
    async with database.session() as db:
        assert await binding.waiting(db, "o-new2", now) is None
        assert await follower_of(db, lin) == "o-new1"


async def test_a_follower_is_one_person_only(database: Database, lin: int) -> None:
    with pytest.raises(Conflict, match="先解绑再绑"):
        await bind(database, "o-alice")


async def test_unbinding_ends_the_other_browsers_and_all_rights(
    database: Database, people: People
) -> None:
    operator, now = people["operator"], clock.now()
    async with database.session() as db:
        other = await sessions.start(db, now, who=operator.who)
        desk = await sessions.start(db, now, person_id=operator.person_id)
    async with database.session() as db:
        me = await sessions.find(db, operator.token, now)
        assert me is not None
        await binding.unbind(db, me, now)
    async with database.session() as db:
        here = await sessions.find(db, operator.token, now)
        assert here is not None
        assert (here.person_id, here.rights) == (None, ())
        assert await sessions.find(db, other, now) is None
        assert await sessions.find(db, desk, now) is None
        assert await sessions.find(db, people["alice"].token, now) is not None


async def test_only_operators_unbind_somebody_else(database: Database, people: People) -> None:
    bob, now = people["bob"].person_id, clock.now()
    async with database.session() as db:
        with pytest.raises(Forbidden):
            await binding.unbind(db, await person_of(db, "o-alice", now), now, person_id=bob)
        await binding.unbind(db, await person_of(db, "o-operator", now), now, person_id=bob)
        gone = select(func.count()).select_from(Binding).where(Binding.person_id == bob)
        assert await db.scalar(gone) == 0


@pytest.mark.parametrize(
    ("cell", "six"),
    [
        ("12345x", "12345X"),
        ("41010520040101123X", "01123X"),
        ("1234", "001234"),
        ("12345.0", "012345"),
    ],
)
def test_the_last_six_are_read_as_spreadsheets_give_them(cell: str, six: str) -> None:
    assert last_six(cell) == six


@pytest.mark.parametrize("cell", ["123", "1234567", "12X456", "abcdef"])
def test_what_is_no_card_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="后六位"):
        last_six(cell)


def test_equal_cards_look_different_and_the_demo_key_is_the_one_refused_in_public() -> None:
    assert keyed("1", CARD) != keyed("2", CARD)
    default = CardSettings.model_fields["secret_key"].default
    assert default.get_secret_value() == DEMO_SECRETS["secret_key"]
