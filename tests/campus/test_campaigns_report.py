"""What came of campaigns, and the sweep that ends and counts them."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from app.campus.campaigns import drafts, life, report, sweep
from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify.models import Delivery, State
from app.kit import clock
from app.kit.db import Database
from tests.campus.campaigns import came_of, deliveries, operator, plan, sent
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = Mapping[str, Somebody]


async def stage_of(database: Database, id: int) -> tuple[str, dict[str, int]]:
    async with database.session() as db:
        found = await db.get_one(Campaign, id)
        return found.stage, found.counts


async def ended(database: Database, id: int, ends: Mapping[str, tuple[State, str]]) -> None:
    """Everybody has it, but for whom `ends` says otherwise; then the sweep comes by."""
    async with database.session() as db:
        await db.execute(update(Delivery).values(state=State.DELIVERED, tried_at=clock.now()))
        for who, (state, reason) in ends.items():
            await came_of(db, id, who, state, reason)
        await sweep.finish(db, clock.now())
        await sweep.count(db, clock.now())


async def test_the_figures_are_by_state_and_reason(database: Database, people: People) -> None:
    made = await sent(database, operator(people), plan({"all": True}))
    await ended(
        database, made.id,
        {"o-alice": (State.FAILED, "busy"), "o-bob": (State.FAILED, "gone"),
         "o-fresh": (State.WAITING, "")},
    )  # fmt: skip
    async with database.session() as db:
        found = await report.figures(db, made, clock.now())
    assert {(s, r): n for s, r, n in found.outcomes} == {
        ("delivered", ""): len(people) - 3, ("failed", "busy"): 1, ("failed", "gone"): 1,
        ("waiting", ""): 1,
    }  # fmt: skip
    assert (found.again, found.progress.left, found.progress.told) == (1, 1, len(people) - 3)
    assert found.progress.rate > 0


async def test_everybody_is_in_the_report_with_what_came_of_it(
    database: Database, people: People
) -> None:
    made = await sent(database, operator(people), plan({"all": True}))
    await ended(database, made.id, {"o-alice": (State.FAILED, "gone")})

    async def found(**asked: object) -> list[str]:
        async with database.session() as db:
            shown = await report.people(db, made.id, **asked)  # type: ignore[arg-type]  # passed on
            return sorted(one.name for one in shown)

    assert len(await found()) == len(people)
    assert await found(outcome="failed:gone") == await found(q="3号楼 501") == ["alice"]
    assert await found(outcome="failed:moon") == await found(q="nobody") == []
    assert await found(q="3号楼") == ["alice", "bob"]
    assert await found(q="20260001") == await found(q="bo") == ["bob"]
    assert await found(outcome="delivered", q="alice") == []


async def test_the_pages_of_a_report_follow_each_other(database: Database, people: People) -> None:
    made = await sent(database, operator(people), plan({"all": True}))
    seen: list[int] = []
    async with database.session() as db:
        while page := await report.people(db, made.id, after=seen[-1] if seen else 0, size=5):
            seen += [one.id for one in page]
    assert len(seen) == len(set(seen)) == len(people)


async def test_the_sweep_ends_what_has_nothing_left_and_counts(
    database: Database, people: People
) -> None:
    made = await sent(database, operator(people), plan({"all": True}))
    async with database.session() as db:
        await sweep.finish(db, clock.now())
        await sweep.count(db, clock.now())
    assert await stage_of(database, made.id) == (Stage.RUNNING, {"waiting": len(people)})
    await ended(database, made.id, {"o-bob": (State.BLOCKED, "refuses")})
    counts = {"delivered": len(people) - 1, "blocked": 1}
    assert await stage_of(database, made.id) == (Stage.DONE, counts)


async def test_what_a_worker_put_back_after_the_end_is_dropped(
    database: Database, people: People
) -> None:
    made = await sent(database, operator(people), plan({"numbers": ["20260000"]}))
    async with database.session() as db:
        await life.cancel(db, operator(people), made.id)
        await came_of(db, made.id, "o-alice", State.WAITING, "busy")
        await sweep.finish(db, clock.now())
    assert (await deliveries(database, made.id))["o-alice"][0] == State.CANCELLED


async def test_a_start_whose_job_was_lost_is_found(database: Database, people: People) -> None:
    at = clock.now() + timedelta(hours=1)
    made = await sent(database, operator(people), plan({"all": True}, starts_at=at))
    async with database.session() as db:
        assert await sweep.overdue(db, clock.now()) == []
        assert await sweep.overdue(db, at + timedelta(minutes=1)) == [made.id]


async def test_it_is_compared_with_earlier_ones_of_its_kind_alone(
    database: Database, people: People
) -> None:
    me = operator(people)
    old = await sent(database, me, plan({"all": True}))
    await ended(database, old.id, {})
    await sent(database, me, plan({"all": True}, words="大家好"))
    new = await sent(database, me, plan({"all": True}))
    async with database.session() as db:
        assert [one.id for one in await report.earlier(db, new)] == [old.id]
        assert await report.earlier(db, old) == []


async def test_20_000_are_told_by_one_statement_and_counted_from_the_index(
    database: Database,
) -> None:
    many = "INSERT INTO campus_followers (who, joined_at, scene) SELECT 'o' || g, now(), ''"
    async with database.session() as db:
        made, _ = await drafts.draft(db, None, plan({"all": True}))
        await db.execute(text(f"{many} FROM generate_series(1, 20000) g"))
        made.stage = Stage.SCHEDULED
        assert await life.start(db, made.id, clock.now())
        await db.execute(text("ANALYZE campus_deliveries"))
        found = await report.figures(db, made, clock.now())
        shown = text("EXPLAIN SELECT state FROM campus_deliveries WHERE message_id = -1")
        rows = await db.execute(shown)
    assert found.progress.all == 20_000
    assert "Index" in "".join(row[0] for row in rows)
