"""Who followed before we listened is found in the platform's list."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.campus.people.followers import LONG_AGO, joined, left, met
from app.campus.people.models import Follower
from app.gateway.following import NAME, bring_in
from app.gateway.models import Heard
from app.kit import clock
from app.kit.db import Database
from app.kit.jobs import defer
from app.main import load_services
from app.sandbox.server import create_app
from app.sandbox.settings import Settings as Sandbox
from app.settings import Settings
from app.worker import work
from tests.browser import serve

pytestmark = pytest.mark.anyio


async def pages(*names: str) -> AsyncIterator[list[str]]:
    for name in names:
        yield [name]


async def known(database: Database) -> Mapping[str, tuple[bool, bool]]:
    """Of each, whether they follow, and whether since before anybody told us."""
    async with database.session() as db:
        rows = await db.scalars(select(Follower))
        return {row.who: (row.left_at is None, row.joined_at == LONG_AGO) for row in rows}


async def test_who_is_listed_follows_and_who_left_meanwhile_is_gone(database: Database) -> None:
    now = clock.now()
    async with database.session() as db:
        await met(db, "o-met")
        await joined(db, "o-here", now - timedelta(days=3))
        await joined(db, "o-back", now - timedelta(days=3))
        await left(db, "o-back", now - timedelta(days=2))
        await joined(db, "o-gone", now - timedelta(days=3))
        await left(db, "o-gone", now + timedelta(seconds=9))
    assert await bring_in(database, pages("o-met", "o-new", "o-here", "o-back", "o-gone")) == (3, 0)
    assert await known(database) == {
        "o-met": (True, True), "o-new": (True, True), "o-here": (True, False),
        "o-back": (True, False), "o-gone": (False, False),
    }  # fmt: skip


async def test_who_left_while_nobody_listened_is_forgotten(database: Database) -> None:
    now = clock.now()
    async with database.session() as db:
        await joined(db, "o-here", now - timedelta(days=3))
        await joined(db, "o-left", now - timedelta(days=3))
        await joined(db, "o-just", now + timedelta(seconds=9))
        db.add(
            Heard(
                key="k", who="o-left", at=now, kind="text", text="电费", matched=True, offers=False
            )
        )
    assert await bring_in(database, pages("o-here")) == (0, 1)
    following = {who: follows for who, (follows, _) in (await known(database)).items()}
    assert following == {"o-here": True, "o-left": False, "o-just": True}
    async with database.session() as db:
        assert await db.scalar(select(Heard.text).where(Heard.who == "o-left")) in (None, "")


async def test_a_list_that_lacks_most_of_them_is_not_believed(database: Database) -> None:
    async with database.session() as db:
        for number in range(60):
            await joined(db, f"o-{number}", clock.now() - timedelta(days=3))
    assert await bring_in(database, pages("o-1")) == (0, 0)
    assert all(follows for follows, _ in (await known(database)).values())


async def test_a_worker_reads_the_platforms_list_and_not_again_the_same_day(
    database: Database, settings: Settings
) -> None:
    sandbox = create_app(Sandbox())
    with serve(sandbox) as url:
        ours = settings.model_copy(update={"wechat_api_url": url})
        asked = []
        for _ in range(2):
            async with database.session() as db:
                await defer(db, NAME, timestamp=0)
            await work(ours, load_services(), until_empty=True)
            asked.append(len(sandbox.state.platform.log))
    assert set(await known(database)) == set(sandbox.state.platform.followers())
    assert asked[0] == asked[1]
