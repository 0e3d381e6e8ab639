"""Objections and corrections: what was counted stays, corrections are added, with their reason."""

from datetime import datetime

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import units
from app.campus.people.me import Me
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.assess import notices, steps
from app.services.assess.explaining import say
from app.services.assess.models import Correction, Objection, Outcome, Run, Team
from app.services.assess.reach import heads, must_see, runs
from app.services.assess.rules import Step, Verdict

LONGEST, MOST_POINTS = 300, 20_000
CLOSED = "异议期过了，有话直接找班长说"


async def ask(
    db: AsyncSession, me: Me, run_id: int, *, item: str, words: str, now: datetime
) -> int:
    """Somebody objects to an item (or to the whole: ``); its number.

    One statement: it is there only if the run is still open, and theirs. Raises Invalid, Conflict.
    """
    words = _words(words, "写一句哪里不对，越具体越好")
    if item and item not in await _items(db, run_id, me.person_id):
        raise Invalid("没有这一项，刷新一下再提")
    mine = exists().where(Outcome.run_id == run_id, Outcome.person_id == me.person_id)
    open_ = (
        select(Run.id, literal(me.person_id), literal(item), literal(words), literal(now),
               literal(str(Verdict.ASKED)), literal(""))
        .where(Run.id == run_id, Run.step == Step.OPEN, Run.until > now, mine)
        .with_for_update(read=True)
    )  # fmt: skip
    columns = ["run_id", "person_id", "item", "words", "at", "state", "answer"]
    new = insert(Objection).from_select(columns, open_).on_conflict_do_nothing()
    made: int | None = await db.scalar(new.returning(Objection.id))
    if made is None:
        await _say_why(db, me, run_id, now)
        raise Conflict("这一项你提过了，等班长答复")
    run = await steps.get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    to = await _deciders(db, team, me.person_id)
    await steps.tell(db, notices.OBJECTED, run, to, says=f"{me.name}：{words}", now=now)
    steps.write_down(db, me, "object", run_id, item=item)
    return made


async def _say_why(db: AsyncSession, me: Me, run_id: int, now: datetime) -> None:
    run = await steps.get(db, run_id)
    if await db.get(Outcome, (run_id, me.person_id)) is None:
        raise NotFound("没有这次考核")
    if run.step != Step.OPEN or (run.until and run.until <= now):
        raise Conflict(CLOSED)


async def _deciders(db: AsyncSession, team: Team, asker: int | None) -> list[int]:
    """The leader; of what the leader asks, the heads."""
    if team.leader_id is not None and team.leader_id != asker:
        return [team.leader_id]
    return await units.heads(db, team.unit)


async def decide(
    db: AsyncSession, me: Me, objection_id: int, *, granted: bool, answer: str,
    points: int = 0, now: datetime,
) -> Objection:  # fmt: skip
    """Grant it, with `points` (hundredths, not 0) added to what was counted, or refuse it.

    Once; who comes second hears so. When it was the last and time is over, the head is next.
    """
    answer = _words(answer, "写一句为什么，他会看到")
    found = await db.get(Objection, objection_id)
    if found is None:
        raise NotFound("没有这条异议")
    run = await _decides(db, me, found)
    state = Verdict.GRANTED if granted else Verdict.REFUSED
    here = update(Objection).where(Objection.id == objection_id, Objection.state == Verdict.ASKED)
    told = here.values(state=state, answer=answer, decided_by_id=me.person_id, decided_at=now)
    if await db.scalar(told.returning(Objection.id)) is None:
        raise Conflict("这条异议已经答复过了")
    if granted:
        await _add(db, me, run, found.person_id, item=found.item, points=points, reason=answer,
                   objection_id=objection_id, now=now)  # fmt: skip
    says = f"{'改了 ' + say(points, sign=True) + ' 分' if granted else '没有改'}：{answer}"
    await steps.tell(db, notices.DECIDED, run, [found.person_id], says=says, now=now)
    steps.write_down(db, me, "decide", run.id, objection=objection_id, state=str(state),
                     points=points if granted else 0)  # fmt: skip
    await steps.close(db, run.id, now)
    await db.refresh(found)
    return found


async def _decides(db: AsyncSession, me: Me, found: Objection) -> Run:
    """The run, held, of an objection that is `me`'s to decide. Raises Forbidden, Conflict."""
    run = await steps.hold(db, found.run_id)
    team = await db.get_one(Team, run.team_id)
    must_see(me, team)
    if found.person_id == me.person_id:
        raise Forbidden("自己提的异议由主任来定")
    if run.step != Step.OPEN:
        raise Conflict(CLOSED)
    return run


async def run_of(db: AsyncSession, objection_id: int) -> int:
    """Whose month end it is of. Raises NotFound."""
    found = await db.get(Objection, objection_id)
    if found is None:
        raise NotFound("没有这条异议")
    return found.run_id


async def correct(
    db: AsyncSession, me: Me, run_id: int, *, person_id: int, item: str, points: int,
    reason: str, now: datetime,
) -> None:  # fmt: skip
    """Add `points` (hundredths) to what was counted, without an objection; they are told."""
    reason = _words(reason, "写一句为什么改，他会看到")
    run = await steps.hold(db, run_id)
    team = await db.get_one(Team, run.team_id)
    if not (runs(me, team) or heads(me, team)) or person_id == me.person_id:
        raise Forbidden("自己的分自己改不了，找主任或运营同事")
    if run.step not in (Step.COUNTED, Step.OPEN):
        raise Conflict(f"这个月{steps.SAID[Step(run.step)]}")
    await _add(db, me, run, person_id, item=item, points=points, reason=reason, now=now)
    steps.write_down(db, me, "correct", run_id, person=person_id, points=points, reason=reason)
    if run.step != Step.COUNTED:
        says = f"改了 {say(points, sign=True)} 分：{reason}"
        await steps.tell(db, notices.DECIDED, run, [person_id], says=says, now=now)


async def _add(
    db: AsyncSession, me: Me, run: Run, person_id: int, *, item: str, points: int, reason: str,
    now: datetime, objection_id: int | None = None,
) -> None:  # fmt: skip
    """A correction, and the sum that follows from it; never below zero."""
    if not points or abs(points) > MOST_POINTS:
        raise Invalid("写上加几分或减几分，比如 2 或 -1.5")
    if item and item not in await _items(db, run.id, person_id):
        raise Invalid("没有这一项，刷新一下再改")
    db.add(Correction(run_id=run.id, person_id=person_id, objection_id=objection_id, item=item,
                      points=points, reason=reason, by_id=me.person_id, at=now))  # fmt: skip
    await db.flush()
    added = select(func.sum(Correction.points)).where(
        Correction.run_id == run.id, Correction.person_id == person_id
    )
    whole = func.greatest(Outcome.counted + added.scalar_subquery(), 0)
    mine = update(Outcome).where(Outcome.run_id == run.id, Outcome.person_id == person_id)
    if await db.scalar(mine.values(points=whole).returning(Outcome.points)) is None:
        raise NotFound("这个月的考核里没有他")


async def _items(db: AsyncSession, run_id: int, person_id: int | None) -> set[str]:
    """The items of somebody's month."""
    detail = await db.scalar(
        select(Outcome.detail).where(Outcome.run_id == run_id, Outcome.person_id == person_id)
    )
    return {item["name"] for part in detail or () for item in part["items"]}


def _words(text: str, sentence: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if not words or len(words) > LONGEST:
        raise Invalid(sentence if not words else f"最多 {LONGEST} 个字，短一点就好")
    return words
