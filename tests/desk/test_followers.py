"""Followers at the desk: found, tagged one by one and by thousands, taken out as a sheet."""

import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text

from app.campus.audit import Entry
from app.campus.people.models import Follower
from app.campus.people.tags import LONGEST, MOST, read_tags
from app.gateway.models import Heard
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong
from tests.desk.rows import message
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def press(hand: Hand, name: str, tag: str, *pks: str, query: str = "") -> httpx.Response:
    chosen = "".join(f"&pks={pk}" for pk in pks) or "&all=1"
    path = f"_api/followers/action?name={name}{chosen}&_list_query={query}"
    return await hand._send(path, {"tag": tag})


async def tagged(database: Database, tag: str) -> set[str]:
    async with database.session() as db:
        return set(await db.scalars(select(Follower.who).where(Follower.tags.contains([tag]))))


async def test_the_list_says_who_since_when_and_whose_phone(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    async with database.session() as db:
        await db.execute(insert(Heard), [message("m1", clock.now(), who="o-charlie", text="班车")])
    page = await Hand(await desk_of("operator")).page("followers/list")
    for shown in ("o-alice", "alice 20260000", "关注中", "o-charlie"):
        assert shown in page
    here = f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d}"
    assert here in page


@pytest.mark.parametrize("query", ["o-alice", "20260000", "alice", "新生", "dorm-3"])
async def test_search_finds_by_openid_person_tag_and_scene(
    desk_of: DeskOf, people: People, database: Database, query: str
) -> None:
    async with database.session() as db:
        alice = await db.get_one(Follower, "o-alice")
        alice.tags, alice.scene = ["新生"], "dorm-3"
    rows = await Hand(await desk_of("operator")).saved("followers", f"%3Fq%3D{query}")
    assert [row[0] for row in rows] == ["openid", "o-alice"]


async def test_one_is_tagged_in_the_form_and_the_trail_has_it(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    assert (await hand.edit("followers", "o-alice", tags="新生、 报修群，新生")).status_code == 303
    async with database.session() as db:
        assert (await db.get_one(Follower, "o-alice")).tags == ["新生", "报修群"]
        deed = (await db.scalars(select(Entry).where(Entry.action.like("%followers%")))).one()
    assert deed.after == {"tags": ["新生", "报修群"]}
    assert 'value="新生、报修群"' in await hand.page("followers/edit?pk=o-alice")
    long = await hand.edit("followers", "o-alice", tags="长" * 21)
    assert wrong(long) == ["一个标签最多 20 个字"]


async def test_those_that_are_ticked_are_tagged_and_untagged(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    for _ in range(2):
        assert (await press(hand, "tag", "新生", "o-alice", "o-bob")).status_code == 200
    assert await tagged(database, "新生") == {"o-alice", "o-bob"}
    page = await hand.page('followers/list?filter=tags__tagged="新生"')
    assert ("o-bob" in page, "o-charlie" in page) == (True, False)
    await press(hand, "untag", "新生", "o-alice")
    assert await tagged(database, "新生") == {"o-bob"}
    async with database.session() as db:
        deeds = await db.scalars(select(Entry.after).where(Entry.thing == "followers:*"))
        assert {"打上": "新生", "人数": 2} in list(deeds)


@pytest.mark.parametrize("tag", ["", " 、 ", "甲、乙", "长" * 21])
async def test_what_is_not_one_tag_is_refused(
    desk_of: DeskOf, people: People, database: Database, tag: str
) -> None:
    answer = await press(Hand(await desk_of("operator")), "tag", tag, "o-alice")
    assert answer.status_code == 400
    assert answer.json()["msg"] in ("写一个标签", "一个标签最多 20 个字")


async def test_a_hundred_thousand_are_listed_found_and_tagged_fast(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    async with database.session() as db:
        await db.execute(text(
            "INSERT INTO campus_followers (who, joined_at, scene, tags)"
            " SELECT 'f' || n, now() - n * interval '1 minute', 'gate-' || n % 50,"
            " CASE WHEN n % 3 = 0 THEN ARRAY['新生'] ELSE '{}' END"
            " FROM generate_series(1, 100000) n"
        ))  # fmt: skip
        await db.execute(text("ANALYZE campus_followers"))
    hand = Hand(await desk_of("operator"))
    await hand.page("followers/list")
    for path in ("", "?q=f99999", "?q=alice", '?filter=tags__tagged="新生"'):
        begun = time.perf_counter()
        await hand.page(f"followers/list{path}")
        assert time.perf_counter() - begun < 1, path
    gate = '%3Ffilter%3Dtags__tagged%3D"新生"'
    assert (await press(hand, "tag", "大群", query=gate)).status_code == 200
    async with database.session() as db:
        both = select(func.count()).where(Follower.tags.contains(["新生", "大群"]))
        assert await db.scalar(both) == 33333


@given(st.text())
def test_any_text_is_tags_or_a_refusal(words: str) -> None:
    try:
        tags = read_tags(words)
    except Invalid:
        return
    assert len(tags) <= MOST == 20
    assert len(set(tags)) == len(tags)
    assert all(0 < len(tag) <= LONGEST for tag in tags)
    assert read_tags("、".join(tags)) == tags
