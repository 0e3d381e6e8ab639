"""The trail: what is written, that nothing can be mended, and how it is read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import Entry, diff, record, search
from app.campus.audit.reading import wanted
from app.campus.people.me import Me
from app.campus.permission import Role
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.errors import Invalid
from app.settings import ROOT

OPERATOR = Me(session_id=1, who=None, person_id=7, name="陈晨", address="10.0.0.9")
# A busy year: 40 people, 5,000 things, a deed every two and a half minutes.
FILL = """
INSERT INTO campus_audit (at, actor_id, actor, action, thing, address)
SELECT timestamptz '2026-01-01 00:00+08' + n * interval '157 seconds', n % 40, '某', 'a.b',
       'room:' || n % 5000, ''
FROM generate_series(1, 200000) AS n
"""


@pytest.mark.anyio
async def test_a_deed_is_kept_with_who_what_and_from_where(database: Database) -> None:
    async with database.session() as db:
        record(db, OPERATOR, "room.change", "room:5", before={"beds": 4}, after={"beds": 6})
        record(db, None, "calendar.import", "calendar")
    async with database.session() as db:
        system, deed = (await search(db)).entries
    assert (deed.actor_id, deed.actor, deed.address) == (7, "陈晨", "10.0.0.9")
    assert (deed.action, deed.thing) == ("room.change", "room:5")
    assert (deed.before, deed.after) == ({"beds": 4}, {"beds": 6})
    assert (system.actor_id, system.actor, system.before) == (None, "", None)


async def _refused(database: Database) -> None:
    async with database.session() as db:
        record(db, OPERATOR, "room.change", "room:5")
        await db.flush()
        raise Invalid("不行")


@pytest.mark.anyio
async def test_a_deed_that_is_undone_leaves_no_trace(database: Database) -> None:
    with pytest.raises(Invalid):
        await _refused(database)
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Entry)) == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    "mend",
    [
        "UPDATE campus_audit SET actor = '别人'",
        "UPDATE campus_audit SET at = now() WHERE false",
        "DELETE FROM campus_audit",
        "DELETE FROM campus_audit WHERE id = 1",
        "INSERT INTO campus_audit (id, at, actor, action, thing, address) OVERRIDING SYSTEM VALUE"
        " SELECT id, at, actor, 'none', thing, address FROM campus_audit"
        " ON CONFLICT (id) DO UPDATE SET action = 'none'",
    ],
)
async def test_the_database_refuses_to_mend_the_trail(database: Database, mend: str) -> None:
    async with database.session() as db:
        record(db, OPERATOR, "room.change", "room:5")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.session() as db:
            await db.execute(text(mend))
    async with database.session() as db:
        assert [deed.action for deed in (await search(db)).entries] == ["room.change"]


def the_decision() -> list[str]:
    """The statements that 0010 gives to operators."""
    page = (ROOT / "docs/decisions/0010-rights-and-the-trail.md").read_text()
    [sql] = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    return [statement for statement in sql.split(";\n") if statement]


async def _as_application(database: Database, deed: str) -> None:
    """Make the role of the decision, add an entry as it, do `deed`; roll all of it back."""
    async with database.session() as db:
        for statement in the_decision():
            await db.execute(text(statement))
        await db.execute(text("SET LOCAL ROLE weihouqin_app"))
        record(db, OPERATOR, "room.change", "room:5")
        await db.flush()
        await db.execute(text(deed))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE campus_audit SET actor = ''",
        "DELETE FROM campus_audit",
        "TRUNCATE campus_audit",
        "ALTER TABLE campus_audit DISABLE TRIGGER append_only",
        "DROP TABLE campus_audit",
    ],
)
async def test_the_role_that_the_decision_describes_may_only_add(
    database: Database, deed: str
) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        await _as_application(database, deed)


def test_a_diff_keeps_only_what_changed() -> None:
    before = {"name": "甲", "floor": 5, "gone": None, "old": 1}
    after = {"name": "乙", "floor": 5, "gone": date(2026, 11, 1), "new": Decimal("1.50")}
    assert diff(before, after) == (
        {"name": "甲", "gone": None, "old": 1},
        {"name": "乙", "gone": "2026-11-01", "new": "1.50"},
    )
    assert diff(before, before) == ({}, {})
    assert diff({"role": Role.HEAD, "at": [datetime(2026, 1, 1, tzinfo=UTC)]}, {})[0] == {
        "role": "head", "at": ["2026-01-01T00:00:00+00:00"],
    }  # fmt: skip


json = st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 3) | st.text(max_size=1))


@given(json, json)
def test_a_diff_says_all_that_is_needed_to_go_back_and_forth(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    was, now = diff(before, after)
    same = {key: value for key, value in before.items() if key not in {*was, *now}}
    assert (same | was, same | now) == (before, after)


@pytest.mark.parametrize(
    "secret",
    [{name: "x"} for name in (
        "secret", "password", "new_password", "password_hash", "push_token", "id_card",
        "ID-Card", "tokens", "Session-Cookie", "身份证后六位", "新密码",
    )] + [{"safe": b"\x00"}, {"deep": [{"token": "x"}]}],
)  # fmt: skip
def test_neither_a_diff_nor_a_record_takes_a_secret(secret: dict[str, Any]) -> None:
    tries: list[Callable[[], object]] = [
        lambda: diff(secret, secret),
        lambda: diff({}, secret),
        lambda: record(AsyncSession(), OPERATOR, "a.b", "c", after=secret),
        lambda: record(AsyncSession(), OPERATOR, "a.b", "c", before=secret),
    ]
    for attempt in tries:
        with pytest.raises(ValueError, match="audit trail keeps no"):
            attempt()


def test_fields_that_only_sound_like_secrets_are_kept() -> None:
    harmless = {"cards": [1], "card_count": 2, "hashtag": "a", "key": "b", "keyword": "c"}
    assert diff({}, harmless)[1] == harmless


async def _some(db: AsyncSession) -> None:
    for number in range(25):
        me = Me(session_id=1, who=None, person_id=number % 2, name="某")
        record(db, me, "a.b", f"room:{number % 5}")
    await db.flush()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("asked", "length"),
    [({}, 25), ({"actor_id": 1}, 12), ({"thing": "room:3"}, 5),
     ({"actor_id": 0, "thing": "room:3"}, 2), ({"thing": "room:"}, 0)],
)  # fmt: skip
async def test_pages_hold_each_deed_once_newest_first(
    database: Database, asked: dict[str, Any], length: int
) -> None:
    async with database.session() as db:
        await _some(db)
        seen: list[Entry] = []
        page = await search(db, **asked, size=2)
        seen += page.entries
        while page.older:
            page = await search(db, **asked, size=2, after=page.older)
            seen += page.entries
    assert len(seen) == len({deed.id for deed in seen}) == length
    assert [(deed.at, deed.id) for deed in seen] == sorted(
        ((deed.at, deed.id) for deed in seen), reverse=True
    )


@pytest.mark.anyio
async def test_a_new_deed_does_not_shift_the_next_page(database: Database) -> None:
    async with database.session() as db:
        await _some(db)
        first = await search(db, size=10)
        record(db, OPERATOR, "room.change", "room:9")
        await db.flush()
        second = await search(db, size=10, after=first.older)
    assert not {e.id for e in first.entries} & {e.id for e in second.entries}
    assert "room.change" not in {e.action for e in second.entries}


@pytest.mark.anyio
async def test_a_day_begins_and_ends_at_midnight_in_shanghai(database: Database) -> None:
    moments = [(9, 23, 59), (10, 0, 0), (10, 23, 59), (11, 0, 0)]
    async with database.session() as db:
        for day, hour, minute in moments:
            at = datetime(2026, 10, day, hour, minute, tzinfo=SHANGHAI)
            db.add(Entry(at=at, actor="", action="a.b", thing=f"{day}:{hour}", address=""))
        found = await search(db, day=date(2026, 10, 10))
    assert [deed.thing for deed in found.entries] == ["10:23", "10:0"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "after", ["x", "~", "2026-01-01~1", "2026-01-01T00:00:00+08:00~x", "~9", f"{SHANGHAI}~1",
              "2026-01-01T00:00:00+08:00~-1", f"2026-01-01T00:00:00+08:00~{2**63}"],
)  # fmt: skip
async def test_a_made_up_page_mark_is_refused(database: Database, after: str) -> None:
    async with database.session() as db:
        with pytest.raises(Invalid):
            await search(db, after=after)


@pytest.mark.anyio
@pytest.mark.slow
async def test_every_question_reads_an_index_among_many_deeds(database: Database) -> None:
    mark = "2026-06-01T00:00:00+08:00~80000"
    asked: list[dict[str, Any]] = [
        {}, {"after": mark}, {"actor_id": 7}, {"actor_id": 7, "after": mark},
        {"thing": "room:77"}, {"thing": "room:77", "after": mark},
        {"day": date(2026, 3, 1)}, {"actor_id": 7, "day": date(2026, 3, 1)},
        {"actor_id": 7, "thing": "room:47"},
    ]  # fmt: skip
    async with database.session() as db:
        await db.execute(text(FILL))
        await db.execute(text("ANALYZE campus_audit"))
        for question in asked:
            plan, read = await _explained(db, question)
            assert "Index" in plan, (question, plan)
            assert "Seq Scan" not in plan, (question, plan)
            assert read < 100, (question, read, plan)


async def _explained(db: AsyncSession, asked: dict[str, Any]) -> tuple[str, int]:
    """The plan of one page, and how many blocks of 8 kB it touched."""
    query = wanted(**asked).limit(51).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )  # fmt: skip
    plan = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + str(query).replace(":", r"\:")
    lines = list(await db.scalars(text(plan)))
    blocks = re.findall(r"(?:hit|read)=(\d+)", next(line for line in lines if "Buffers" in line))
    return "\n".join(lines), sum(map(int, blocks))
