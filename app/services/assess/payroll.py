"""Money of a month end: the bonus, the approval that fixes everybody's pay, and the sheet of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.permission import Where
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.sheets import Column, write
from app.services.assess import steps
from app.services.assess.models import Outcome, Run, Team
from app.services.assess.reach import WRITE, heads, must_approve
from app.services.assess.rules import Step, base_pay, bonuses, say_month

MOST_FEN = 999_999_999
BEFORE_APPROVAL = (Step.COUNTED, Step.OPEN, Step.DECIDED)
COLUMNS = tuple(Column(title, name) for name, title in {
    "number": "工号", "name": "姓名", "team": "班组", "month": "月份", "points": "得分",
    "days": "在岗天数", "base": "基本工资（元）", "pay": "实发基本工资（元）",
    "bonus": "奖金（元）", "all": "合计（元）",
}.items())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody gets, in fen."""

    person_id: int
    pay: int
    bonus: int

    @property
    def all(self) -> int:
        return self.pay + self.bonus


def divide(rows: Sequence[Outcome], bonus: int, full: int, line: int) -> dict[int, Share]:
    """Base pay and bonus of everybody, by person; the bonuses add up to `bonus` exactly, unless
    nobody reached `line`: then nothing of it is given."""
    given = bonuses(bonus, {row.person_id: row.points for row in rows}, line)
    return {
        row.person_id: Share(
            row.person_id, base_pay(row.base_fen, row.points, full, row.days, row.of),
            given[row.person_id],
        )
        for row in rows
    }  # fmt: skip


async def rows_of(db: AsyncSession, run_id: int) -> list[Outcome]:
    query = select(Outcome).where(Outcome.run_id == run_id).order_by(Outcome.person_id)
    return list(await db.scalars(query.execution_options(populate_existing=True)))


async def shares_of(db: AsyncSession, run: Run) -> dict[int, Share]:
    """As they were approved; before that, as they would be now."""
    rows = await rows_of(db, run.id)
    if rows and all(row.pay_fen is not None for row in rows):
        return {row.person_id: Share(row.person_id, row.pay_fen or 0, row.bonus_fen or 0)
                for row in rows}  # fmt: skip
    scheme = (await steps.book_of(db, run)).scheme
    return divide(rows, run.bonus_fen, scheme.full, scheme.bonus)


async def set_bonus(db: AsyncSession, me: Me, run_id: int, fen: int) -> None:
    """The bonus of the whole team, by who approves or an operator, until it is approved."""
    if not 0 <= fen <= MOST_FEN:
        raise Invalid("奖金写成 12000 或 12000.50 这样")
    run = await steps.get(db, run_id)
    team = await db.get_one(Team, run.team_id)
    if not (heads(me, team) or me.may(WRITE, Where(unit=team.unit))):
        raise Forbidden("奖金总额由主任或运营同事填")
    here = update(Run).where(Run.id == run_id, Run.step.in_(BEFORE_APPROVAL))
    if await db.scalar(here.values(bonus_fen=fen).returning(Run.id)) is None:
        raise Conflict(f"{say_month(run.month)}{steps.SAID[Step(run.step)]}")
    steps.write_down(db, me, "bonus", run_id, fen=fen)


async def approve(db: AsyncSession, me: Me, run_id: int, seen: int, now: datetime) -> None:
    """The head agrees with points and money; `seen` is the bonus (fen) that they were shown.

    Raises Conflict if somebody was first, or the bonus is another by now; Forbidden.
    """
    run = await steps.get(db, run_id)
    must_approve(me, await db.get_one(Team, run.team_id))
    approved = {"approved_by_id": me.person_id, "approved_at": now}
    await steps.go(db, run_id, Step.DECIDED, Step.APPROVED, Run.bonus_fen == seen, **approved)
    run = await steps.get(db, run_id)
    scheme, rows = (await steps.book_of(db, run)).scheme, await rows_of(db, run_id)
    given = divide(rows, run.bonus_fen, scheme.full, scheme.bonus)
    for row in rows:
        row.pay_fen, row.bonus_fen = given[row.person_id].pay, given[row.person_id].bonus
    await db.flush()
    steps.write_down(db, me, "approve", run_id, bonus=run.bonus_fen,
                     pay=sum(one.pay for one in given.values()))  # fmt: skip


async def sheet(db: AsyncSession, me: Me, run_id: int) -> tuple[bytes, str]:
    """The payroll of a locked month as xlsx, and the file's name. Raises Conflict, Forbidden."""
    run, team = await steps.seen(db, me, run_id)
    if not (heads(me, team) or me.may(WRITE, Where(unit=team.unit))):
        raise Forbidden("工资表由主任或运营同事导出")
    if run.step != Step.LOCKED:
        raise Conflict("锁定以后才能导出工资表")
    query = (
        select(Outcome, Person.number, Person.name)
        .join(Person, Person.id == Outcome.person_id)
        .where(Outcome.run_id == run_id).order_by(Person.number)
    )  # fmt: skip
    rows = (await db.execute(query)).all()
    cells = [_cells(run, team, *row) for row in rows]
    sums = {
        name: sum((line[name] for line in cells), Decimal(0)) for name in ("pay", "bonus", "all")
    }
    cells.append({"number": "合计", **sums})
    record(db, me, "assess.export", f"assess_runs:{run_id}", after={"rows": len(rows)})
    name = f"{team.name}{say_month(run.month)}考核工资.xlsx"
    return await asyncio.to_thread(write, COLUMNS, cells), name


def _cells(run: Run, team: Team, row: Outcome, number: str | None, name: str) -> dict[str, Any]:
    pay, bonus = row.pay_fen or 0, row.bonus_fen or 0
    return {
        "number": number or "", "name": name or "已注销", "team": team.name,
        "month": say_month(run.month), "points": yuan(row.points), "days": row.days,
        "base": yuan(row.base_fen), "pay": yuan(pay), "bonus": yuan(bonus),
        "all": yuan(pay + bonus),
    }  # fmt: skip


def yuan(fen: int) -> Decimal:
    """Hundredths of something as a decimal number, exactly."""
    return Decimal(fen).scaleb(-2)
