"""The month end of a team, step by step. Each step is one conditional statement on the run.

counting → counted → open → decided → approved → locked. Who comes second finds no row, and hears
how far it is.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.notify import Notice, notify
from app.campus.people.me import Me
from app.campus.units import heads
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.jobs import defer
from app.services.assess import gather, notices, outcomes, publishing
from app.services.assess.models import Objection, Outcome, Run, Team, Used, Version
from app.services.assess.reach import must_approve, must_run, must_see, runs
from app.services.assess.rules import Step, Verdict, begins, month_of, say_month
from app.services.assess.schemes import Book, book, used

SAID = {
    Step.COUNTING: "正在算", Step.COUNTED: "算好了，还没公布", Step.OPEN: "在异议期",
    Step.DECIDED: "等主任批", Step.APPROVED: "主任批了，还没锁定", Step.LOCKED: "已经锁定，不再改",
}  # fmt: skip


async def get(db: AsyncSession, run_id: int) -> Run:
    """As it is in the database now. Raises NotFound."""
    query = select(Run).where(Run.id == run_id).execution_options(populate_existing=True)
    if (found := await db.scalar(query)) is None:
        raise NotFound("没有这次考核")
    return found


async def seen(db: AsyncSession, me: Me, run_id: int) -> tuple[Run, Team]:
    """A month end that `me` runs or approves. Raises NotFound, Forbidden."""
    run = await get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    must_see(me, team)
    return run, team


async def book_of(db: AsyncSession, run: Run) -> Book:
    """What a month is counted by."""
    return book(await db.get_one(Version, run.version_id))


async def start(db: AsyncSession, me: Me, team: Team, month: date, now: datetime) -> int:
    """Have a month that is over counted by a job; again, as long as nobody was shown. Its id.

    Raises Invalid for a month that runs, Conflict once people were shown or without a scheme.
    """
    must_run(me, team)
    if month >= month_of(now.date()):
        raise Invalid(f"{say_month(month)}还没过完，月底以后再算")
    found = await used(db, team.scheme_id, month)
    if found is None:
        raise Conflict(f"{say_month(month)}没有在用的考核方案，找运营同事启用一个")
    begun = {"version_id": found.id, "step": Step.COUNTING, "started_at": now,
             "started_by_id": me.person_id}  # fmt: skip
    new = insert(Run).values(team_id=team.id, month=month, **begun)
    again = new.on_conflict_do_update(
        index_elements=["team_id", "month"], set_=begun, where=Run.step == Step.COUNTED
    )
    run_id: int | None = await db.scalar(again.returning(Run.id))
    if run_id is None:
        here = select(Run).where(Run.team_id == team.id, Run.month == month)
        raise Conflict(f"{say_month(month)}{SAID[Step((await db.scalars(here)).one().step)]}")
    write_down(db, me, "start", run_id, month=month)
    await defer(db, "assess:count", run=run_id)
    return run_id


async def count(db: AsyncSession, run_id: int, now: datetime) -> None:
    """Count a month that was started; called by the job, twice does no harm.

    Corrections that were made before it is counted again stay.
    """
    here = select(Run).where(Run.id == run_id, Run.step == Step.COUNTING).with_for_update()
    if (run := await db.scalar(here)) is None:
        return
    team = await db.get_one(Team, run.team_id)
    for table in (Outcome, Used):
        await db.execute(delete(table).where(table.run_id == run_id))
    places = await outcomes.placed(db, run.month, team)
    people, span = [place.person_id for place in places], gather.whole(run.month)
    found = await outcomes.counted(db, await book_of(db, run), places, span, run_id)
    pay, added = await outcomes.pay_of(db, run.month, people), await outcomes.added(db, run_id)
    db.add_all(
        Outcome(
            run_id=run_id, person_id=place.person_id, counted=found[place.person_id].points,
            points=max(found[place.person_id].points + added.get(place.person_id, 0), 0),
            days=place.days, of=place.of,
            base_fen=pay[place.person_id], detail=outcomes.told(found[place.person_id]),
        )
        for place in places
    )  # fmt: skip
    await gather.take(db, people, span, run_id)
    await go(db, run_id, Step.COUNTING, Step.COUNTED, counted_at=now)


async def publish(db: AsyncSession, me: Me, run_id: int, now: datetime) -> None:
    """Show everybody theirs; they may object until the end of the scheme's last day.

    Raises Conflict where marks, notes or members changed since it was counted.
    """
    run, _team = await _run_by(db, me, run_id)
    await publishing.must_stand(db, run)
    days = (await book_of(db, run)).scheme.days
    until = begins(now.date() + timedelta(days=days + 1))
    await go(db, run_id, Step.COUNTED, Step.OPEN, opened_at=now, until=until)
    write_down(db, me, "publish", run_id, until=until)
    await defer(db, "assess:close", at=until, run=run_id)
    last = until - timedelta(days=1)
    says = f"{last.month}月{last.day}日前可以提异议"
    await tell(db, notices.RESULTS, run, await people_of(db, run_id), says=says, now=now)


async def close(db: AsyncSession, run_id: int, now: datetime) -> bool:
    """End the time for objections, if it is over and all are answered; whether that was so now.

    The row is held first: an objection that is on its way in commits before the second statement
    looks for it.
    """
    await hold(db, run_id)
    asked = exists().where(Objection.run_id == run_id, Objection.state == Verdict.ASKED)
    over = update(Run).where(Run.id == run_id, Run.step == Step.OPEN, Run.until <= now, ~asked)
    done = over.values(step=Step.DECIDED, decided_at=now).returning(Run.id)
    if await db.scalar(done) is None:
        return False
    run = await get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    await tell(
        db, notices.READY, run, await heads(db, team.unit), says=f"{team.name}等你批", now=now
    )
    return True


async def due(db: AsyncSession, now: datetime) -> list[int]:
    """The month ends whose time for objections is over."""
    query = select(Run.id).where(Run.step == Step.OPEN, Run.until <= now).order_by(Run.id)
    return list(await db.scalars(query))


async def hold(db: AsyncSession, run_id: int) -> Run:
    """The run as it is now, held until this transaction ends."""
    await db.execute(select(Run.id).where(Run.id == run_id).with_for_update())
    return await get(db, run_id)


async def back(db: AsyncSession, me: Me, run_id: int, why: str) -> None:
    """The head takes an approval back, before it is locked."""
    if not why.strip():
        raise Invalid("写一句为什么退回")
    run = await get(db, run_id)
    must_approve(me, await db.get_one(Team, run.team_id))
    await go(db, run_id, Step.APPROVED, Step.DECIDED, approved_at=None, approved_by_id=None)
    pay = update(Outcome).where(Outcome.run_id == run_id)
    await db.execute(pay.values(pay_fen=None, bonus_fen=None))
    write_down(db, me, "back", run_id, why=why)


async def lock(db: AsyncSession, me: Me, run_id: int, now: datetime) -> None:
    """Nothing of it changes after this: a trigger sees to it. Everybody is told."""
    run = await get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    if not runs(me, team) or team.leader_id == me.person_id:
        must_approve(me, team)
    locked = {"locked_by_id": me.person_id, "locked_at": now}
    await go(db, run_id, Step.APPROVED, Step.LOCKED, **locked)
    write_down(db, me, "lock", run_id)
    await tell(
        db,
        notices.LOCKED,
        run,
        await people_of(db, run_id),
        says="点开看这个月的工资和奖金",
        now=now,
    )


async def people_of(db: AsyncSession, run_id: int) -> list[int]:
    return list(await db.scalars(select(Outcome.person_id).where(Outcome.run_id == run_id)))


async def tell(
    db: AsyncSession,
    notice: Notice,
    run: Run,
    to: Iterable[int],
    *,
    says: str,
    now: datetime,
) -> None:
    """Tell `notice` of a run."""
    if people := list(to):
        await notify(db, notice, to=people, at=now, month=say_month(run.month), says=says,
                     when=now, run=run.id)  # fmt: skip


async def go(
    db: AsyncSession, run_id: int, source: Step, target: Step, *only: ColumnElement[bool],
    **values: Any,
) -> None:  # fmt: skip
    """From one step to the next. Raises Conflict that says how far it is."""
    here = update(Run).where(Run.id == run_id, Run.step == source, *only)
    if await db.scalar(here.values(step=target, **values).returning(Run.id)) is None:
        run = await get(db, run_id)
        if run.step == source:
            raise Conflict("同事刚改过，看一眼再点")
        raise Conflict(f"{say_month(run.month)}{SAID[Step(run.step)]}")


async def _run_by(db: AsyncSession, me: Me, run_id: int) -> tuple[Run, Team]:
    run = await get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    must_run(me, team)
    return run, team


def write_down(db: AsyncSession, me: Me, verb: str, run_id: int, **after: Any) -> None:
    record(db, me, f"assess.{verb}", f"assess_runs:{run_id}", after=after or None)
