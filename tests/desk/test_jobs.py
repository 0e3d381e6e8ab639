"""Work that failed too often, at the desk: shown, tried again, or let go."""

import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.kit.jobs import defer
from tests.desk.conftest import DeskOf, token_of

pytestmark = pytest.mark.anyio
PAGE = "/desk/jobs"


async def dead(database: Database, status: str = "failed") -> int:
    """A job that failed for good; its id."""
    async with database.session() as db:
        await defer(db, "gateway:tell", None, key="k1")
        made = text(f"UPDATE procrastinate_jobs SET status = '{status}', attempts = 7 RETURNING id")
        return int(await db.scalar(made) or 0)


async def state(database: Database) -> list[tuple[str, int]]:
    async with database.session() as db:
        rows = await db.execute(text("SELECT status::text, attempts FROM procrastinate_jobs"))
        return [(row.status, row.attempts) for row in rows]


@pytest.mark.parametrize("status", ["failed", "aborted"])
async def test_a_dead_job_is_listed_and_tried_again(
    desk_of: DeskOf, database: Database, status: str
) -> None:
    client, id = await desk_of("operator"), await dead(database, status)
    page = (await client.get(PAGE)).text
    assert "补发晚了的答复" in page
    assert "8 次" in page
    answer = await client.post(
        f"{PAGE}/{id}/again", data={"csrftoken": await token_of(client, PAGE)}
    )
    assert answer.headers["location"] == f"{PAGE}?done=again"
    assert await state(database) == [("todo", 0)]
    async with database.session() as db:
        assert await db.scalar(text("SELECT action FROM campus_audit")) == "jobs.again"


async def test_a_job_that_nobody_needs_any_more_is_let_go(
    desk_of: DeskOf, database: Database
) -> None:
    client, id = await desk_of("operator"), await dead(database)
    token = await token_of(client, PAGE)
    for done in ("away", "none"):
        answer = await client.post(f"{PAGE}/{id}/away", data={"csrftoken": token})
        assert answer.headers["location"] == f"{PAGE}?done={done}"
    assert await state(database) == []


async def test_a_job_of_which_another_waits_is_not_doubled(
    desk_of: DeskOf, database: Database
) -> None:
    client, id = await desk_of("operator"), await dead(database)
    async with database.session() as db:
        await defer(db, "gateway:tell", None, key="k2")
        await db.execute(text("UPDATE procrastinate_jobs SET queueing_lock = 'one'"))
    token = await token_of(client, PAGE)
    answer = await client.post(f"{PAGE}/{id}/again", data={"csrftoken": token})
    assert answer.headers["location"] == f"{PAGE}?done=there"
    assert ("failed", 7) in await state(database)


async def test_a_job_that_still_runs_is_not_touched(desk_of: DeskOf, database: Database) -> None:
    client, id = await desk_of("operator"), await dead(database)
    token = await token_of(client, PAGE)
    async with database.session() as db:
        await db.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    assert "没有做不成的活" in (await client.get(PAGE)).text
    answer = await client.post(f"{PAGE}/{id}/again", data={"csrftoken": token})
    assert answer.headers["location"] == f"{PAGE}?done=none"


async def test_the_dashboard_leads_to_it(desk_of: DeskOf, database: Database) -> None:
    await dead(database)
    page = (await (await desk_of("operator")).get("/desk/")).text
    assert "1 件后台的活没做成" in page
    assert PAGE in page
