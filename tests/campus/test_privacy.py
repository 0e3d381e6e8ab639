"""What is forgotten, proved from the tables."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.campus.people import privacy, sessions
from app.campus.people.lookup import person_of
from app.campus.people.models import Follower, Person
from app.campus.people.privacy import Subject
from app.campus.permission import Role
from app.campus.permission.grants import grant
from app.desk.models import Credential
from app.desk.passwords import choose
from app.gateway.inbox import Inbox
from app.gateway.owed import missed
from app.gateway.router import Router
from app.gateway.translate import to_ask
from app.kit import clock
from app.kit.chat import Ask, Kind
from app.kit.db import Database
from app.kit.errors import Conflict
from app.main import load_services
from app.wechat.messages import parse
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
TRACES = {
    "campus_bindings": "who", "campus_sessions": "who", "campus_moves": "who",
    "gateway_messages": "who", "campus_deliveries": "who",
}  # fmt: skip


@pytest.fixture
async def inbox(database: Database, people: People) -> Any:
    inbox = Inbox(database, Router(load_services()))
    yield inbox
    await inbox.close()


async def traces(database: Database, who: str) -> dict[str, int]:
    async with database.session() as db:
        return {
            table: (await db.execute(
                text(f"SELECT count(*) FROM {table} WHERE {column} = :who"), {"who": who}
            )).scalar_one()
            for table, column in TRACES.items()
        }  # fmt: skip


async def hear(inbox: Inbox, who: str, key: str, kind: Kind = Kind.TEXT, words: str = "") -> Any:
    ask = Ask(who=who, now=clock.now(), kind=kind, text=words, raw=words)
    return await inbox.answer(key, ask)


@pytest.mark.parametrize("kind", [Kind.LEFT, Kind.REVOKED])
async def test_who_leaves_or_revokes_is_forgotten_and_nobody_else(
    database: Database, people: People, inbox: Inbox, kind: Kind
) -> None:
    for who in ("o-alice", "o-bob"):
        await hear(inbox, who, f"key-{who}", words="我住 3号楼 501")
    before = await traces(database, "o-bob")
    await hear(inbox, "o-alice", "key-gone", kind)
    assert await traces(database, "o-alice") == dict.fromkeys(TRACES, 0)
    assert await traces(database, "o-bob") == before
    assert before["gateway_messages"] == 1
    async with database.session() as db:
        query = text("SELECT key, text, answer FROM gateway_messages WHERE who = '' ORDER BY key")
        assert [tuple(row) for row in await db.execute(query)] == [
            ("key-gone", "", None),
            ("key-o-alice", "", None),
        ]
        left = await db.scalar(select(Follower.left_at).where(Follower.who == "o-alice"))
        assert (left is None) == (kind is Kind.REVOKED)
        assert await db.get(Person, people["alice"].person_id) is not None


async def test_a_delivery_that_comes_again_is_still_known(
    database: Database, people: People, inbox: Inbox
) -> None:
    await hear(inbox, "o-alice", "key-1", words="班车")
    await hear(inbox, "o-alice", "key-2", Kind.LEFT)
    assert await hear(inbox, "o-alice", "key-1", words="班车") is None
    assert (await traces(database, "o-alice"))["gateway_messages"] == 0


async def test_a_late_leaving_forgets_nobody_who_is_back(
    database: Database, people: People, inbox: Inbox
) -> None:
    old = Ask(who="o-alice", now=clock.now() - timedelta(days=1), kind=Kind.LEFT)
    await inbox.answer("key-old", old)
    assert (await traces(database, "o-alice"))["campus_bindings"] == 1


async def test_an_answer_that_is_owed_is_not_kept_in_the_queue(
    database: Database, people: People, inbox: Inbox
) -> None:
    ask = Ask(who="o-alice", now=clock.now(), raw="我的秘密", text="我的秘密")
    async with database.session() as db:
        await missed(db, "key-late", ask)
    await hear(inbox, "o-alice", "key-gone", Kind.LEFT)
    async with database.session() as db:
        args = " ".join(await db.scalars(text("SELECT args::text FROM procrastinate_jobs")))
    assert "o-alice" not in args


@pytest.mark.parametrize(
    ("event", "asks"),
    [
        ("user_authorization_revoke", True),
        ("user_authorization_cancellation", True),
        ("user_info_modified", False),
    ],
)
def test_the_platforms_privacy_events_ask_to_forget(event: str, asks: bool) -> None:
    fields = {
        "MsgType": "event", "Event": event, "FromUserName": "o-platform", "ToUserName": "gh",
        "CreateTime": "1791600000", "OpenID": "o-alice", "AppID": "wx0", "RevokeInfo": "1",
    }  # fmt: skip
    ask = to_ask(parse(fields), clock.now())
    assert (ask is not None and (ask.who, ask.kind) == ("o-alice", Kind.REVOKED)) is asks


async def test_a_person_who_asks_is_emptied_for_the_books(
    database: Database, people: People, inbox: Inbox
) -> None:
    await hear(inbox, "o-worker", "key-1", words="班车")
    person_id = people["worker"].person_id
    now = clock.now()
    async with database.session() as db:
        await sessions.start(db, now, person_id=person_id)
        await privacy.forget_person(db, await person_of(db, "o-worker", now), now)
    async with database.session() as db:
        person = await db.get_one(Person, person_id)
        grants = text("SELECT count(*) FROM campus_grants WHERE person_id = :id")
        assert (await db.execute(grants, {"id": person_id})).scalar_one() == 0
        desk = text("SELECT count(*) FROM campus_sessions WHERE person_id = :id")
        assert (await db.execute(desk, {"id": person_id})).scalar_one() == 0
    assert (person.number, person.name, person.phone, person.room_id) == (None, "", "", None)
    assert person.secret is None
    assert person.gone_at == now
    assert await traces(database, "o-worker") == dict.fromkeys(TRACES, 0)


async def test_the_last_administrator_is_not_forgotten_before_there_is_another(
    database: Database, people: People
) -> None:
    now = clock.now()
    async with database.session() as db:
        me = await person_of(db, "o-administrator", now)
        with pytest.raises(Conflict, match="至少要留一位管理员"):
            await privacy.forget_person(db, me, now)
        await grant(db, me, people["operator"].person_id or 0, Role.ADMINISTRATOR)
        await privacy.forget_person(db, me, now)
        assert (await db.get_one(Person, me.person_id)).name == ""


async def test_a_password_for_the_desk_goes_with_its_person(
    database: Database, people: People
) -> None:
    now = clock.now()
    async with database.session() as db:
        me = await person_of(db, "o-operator", now)
        await choose(db, me.person_id or 0, "a long enough secret")
        told = await privacy.export(db, Subject(me.who, me.person_id), now)
        assert told["后台密码"]["设于"]
        assert "hash" not in str(told["后台密码"])
        await privacy.forget_person(db, me, now)
        assert await db.get(Credential, me.person_id) is None


async def test_an_export_tells_all_of_oneself_and_nothing_of_others(
    database: Database, people: People, inbox: Inbox
) -> None:
    await hear(inbox, "o-alice", "key-a", words="月球")
    await hear(inbox, "o-bob", "key-b", words="火星")
    async with database.session() as db:
        subject = Subject("o-alice", people["alice"].person_id)
        told = await privacy.export(db, subject, clock.now())
    assert told["资料"]["姓名"] == "alice"
    assert told["资料"]["宿舍"] == "3号楼 501"
    assert told["微信"]["openid"] == "o-alice"
    assert len(told["登录"]) == 1
    assert [message["说的"] for message in told["消息"]] == ["月球"]
    assert "火星" not in str(told)


async def test_nobody_in_particular_has_no_data(database: Database, people: People) -> None:
    async with database.session() as db:
        told = await privacy.export(db, Subject(), clock.now())
    assert [told[key] for key in ("资料", "微信", "登录", "身份", "操作记录", "消息")] == [
        None, None, [], [], [], [],
    ]  # fmt: skip
