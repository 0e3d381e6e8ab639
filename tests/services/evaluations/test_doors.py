"""How one comes to a form: a code, the chat, a door, an invitation, the list."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.campus.places import Room
from app.campus.places.codes import Named
from app.campus.places.codes import write as write_door
from app.campus.places.doors import code_key, find_place, place_of_room
from app.kit import clock
from app.kit.answers import Card, Say
from app.kit.chat import Ask
from app.kit.db import Database
from app.kit.errors import NotFound, TooMany
from app.kit.words import normalise
from app.services.evaluations import codes, inviting
from app.services.evaluations.here import here
from app.services.evaluations.models import Form, Subject
from app.services.evaluations.rules import Period
from tests.conftest import Say as Saying
from tests.people import Somebody
from tests.services.evaluations.made import nobody, opened, phone, send

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
HOME = "/h5/evaluations"


def by(somebody: Somebody, words: str) -> Ask:
    return Ask(who=somebody.who, now=clock.now(), text=normalise(words), raw=words)


async def test_a_forged_code_is_refused_and_so_is_a_rotated_one(
    app: FastAPI, people: People, database: Database
) -> None:
    _, subject, page = await opened(database)
    code = page.removeprefix(codes.PATH)
    forged = code[:-1] + ("a" if code[-1] != "a" else "b")
    async with phone(app, people["alice"]) as alice:
        answer = await alice.get(f"{codes.PATH}{forged}")
        assert answer.status_code == 404
        assert "不是我们贴的" in answer.text
        async with database.session() as db:
            (await db.get_one(Subject, subject.id)).rotation += 1
        assert "换过了" in (await alice.get(page)).text


async def test_a_doors_code_is_no_code_of_ours_nor_the_other_way(database: Database) -> None:
    _, subject, page = await opened(database)
    async with database.session() as db:
        key = await code_key.within(db)
        door = write_door(key, Named(subject.id, True, 1))
        assert codes.read(key, door) is None
        with pytest.raises(NotFound, match="不是我们贴的"):
            await find_place(db, key, page.removeprefix(codes.PATH), "alice")


async def test_codes_cannot_be_tried_without_end(database: Database) -> None:
    async with database.session() as db:
        for _ in range(20):
            with pytest.raises(NotFound):
                await codes.find_subject(db, "a" * 24, "mallory")
        with pytest.raises(TooMany):
            await codes.find_subject(db, "a" * 24, "mallory")


async def test_a_scanned_address_answers_with_the_form(
    people: People, database: Database, say: Saying
) -> None:
    _, _, page = await opened(database)
    for words in (codes.address("https://hq.example", page.removeprefix(codes.PATH)),
                  codes.SCENE + page.removeprefix(codes.PATH)):  # fmt: skip
        [card] = await say(by(people["alice"], words)) or ()
        assert isinstance(card, Card)
        assert card.url == page


@pytest.mark.parametrize("words", ["评价 二食堂3号桌", "评价二食堂 3 号桌", "评价 est3hz"])
async def test_a_name_finds_its_subject(
    people: People, database: Database, say: Saying, words: str
) -> None:
    _, _, page = await opened(database)
    [card] = await say(by(people["alice"], words)) or ()
    assert isinstance(card, Card)
    assert card.url == page


async def test_several_of_a_name_are_offered(
    people: People, database: Database, say: Saying
) -> None:
    form, _, _ = await opened(database)
    async with database.session() as db:
        db.add(Subject(name="二食堂 4 号桌", kind="window", form_id=form.id))
    [said] = await say(by(people["alice"], "评价 二食堂")) or ()
    assert isinstance(said, Say)
    assert [offer.title for offer in said.offers] == ["二食堂 3 号桌", "二食堂 4 号桌"]


async def test_the_chat_lists_what_i_may_rate_now_and_not_what_i_rated(
    app: FastAPI, people: People, database: Database, say: Saying
) -> None:
    _, _, page = await opened(database)
    [before] = await say(by(people["alice"], "评价")) or ()
    async with phone(app, people["alice"]) as alice:
        await send(alice, page, stars="4")
    [after] = await say(by(people["alice"], "评价")) or ()
    [unbound] = await say(by(people["charlie"], "评价")) or ()
    assert isinstance(before, Say)
    assert isinstance(after, Say)
    assert isinstance(unbound, Say)
    assert [offer.words for offer in before.offers] == ["评价 二食堂 3 号桌"]
    assert after.text.startswith("现在没有要评的")
    assert unbound.links[0].title == "绑定学号"


async def test_an_invitation_leads_to_the_form_and_only_its_guest(
    app: FastAPI, people: People, database: Database, say: Saying
) -> None:
    form, subject, _ = await opened(database, period=Period.OCCASION, listed=False)
    now = clock.now()
    alice = people["alice"].person_id or 0
    async with database.session() as db:
        until = now + timedelta(days=2)
        assert await inviting.invite(db, None, subject, [alice], "order:17", until, now) == 1
        assert await inviting.invite(db, None, subject, [alice], "order:17", until, now) == 0
    [said] = await say(by(people["alice"], "评价")) or ()
    assert isinstance(said, Say)
    async with phone(app, people["alice"]) as hers, phone(app, people["bob"]) as his:
        shown = await hers.get(said.links[0].url)
        refused = await his.get(said.links[0].url)
        done = await send(hers, shown.url.path, stars="4")
        again = await hers.get(shown.url.path)
        stranger = await his.get(shown.url.path)
    assert "怎么样" in shown.text
    assert refused.status_code == 404
    assert done.status_code == 200
    assert "你评过了" in again.text
    assert "收到邀请才能填" in stranger.text
    async with database.session() as db:
        assert (await db.get_one(Form, form.id)).invited == 1


async def test_who_was_served_is_asked_by_the_thing_that_served(
    people: People, database: Database
) -> None:
    _, subject, _ = await opened(database, period=Period.OCCASION)
    alice = people["alice"].person_id or 0
    async with database.session() as db:
        (await db.get_one(Subject, subject.id)).source = "rooms:guest"
    for source in ("stay:1", "stay:1", "stay:2"):
        async with database.session() as db:
            await inviting.served(db, subject="rooms:guest", person_id=alice, source=source)
            await inviting.served(db, subject="rooms:none", person_id=alice, source=source)
    async with database.session() as db:
        assert (await db.scalars(select(Form.invited))).all() == [2]


async def test_a_door_offers_what_is_rated_behind_it(people: People, database: Database) -> None:
    _, subject, page = await opened(database, name="3号楼")
    room = people["alice"].room_id
    async with database.session() as db:
        place_room = await db.get_one(Subject, subject.id)
        place_room.room_id = room
        found = await db.get_one(Room, room, options=[joinedload(Room.building)])
        place = place_of_room(await code_key.within(db), found)
    rows = await here(place, None, database)
    assert [(row.title, row.href) for row in rows] == [("评价3号楼", page)]


async def test_nobody_is_sent_to_log_in_and_comes_back(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with nobody(app) as browser:
        answer = await browser.get(page, follow_redirects=False)
    assert answer.headers.get("location", "").startswith("/login?") or answer.status_code == 401
