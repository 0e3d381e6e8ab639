"""What assessment keeps of people: told to them; of who is deleted the numbers stay, no words."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.assess.models import Correction, Mark, Note, Objection, Outcome, Run, Stay, Team
from app.services.assess.rules import SHOWN, Step, say_month


async def tell(db: AsyncSession, subject: Subject) -> dict[str, Any]:
    """Their teams, months that they were shown, what was noted, and their objections."""
    if subject.person_id is None:
        return {}
    mine = subject.person_id
    stays = select(Team.name, Stay.since, Stay.until).join(Team, Team.id == Stay.team_id)
    notes = select(Note).where(Note.person_id == mine, Note.withdrawn_at.is_(None))
    asked = select(Objection).where(Objection.person_id == mine).order_by(Objection.id)
    return {
        "班组": [
            {"班组": team, "从": str(since), "到": str(until) if until else None}
            for team, since, until in await db.execute(stays.where(Stay.person_id == mine))
        ],
        "月份": await _months(db, mine),
        "记录": [
            {"日期": str(n.day), "项目": n.item, "分": n.points / 100, "原因": n.why}
            for n in await db.scalars(notes.order_by(Note.day))
        ],
        "异议": [
            {"时间": one.at.isoformat(), "项目": one.item, "说明": one.words, "答复": one.answer}
            for one in await db.scalars(asked)
        ],
    }  # fmt: skip


async def _months(db: AsyncSession, mine: int) -> list[dict[str, Any]]:
    shown = select(Outcome, Run).join(Run, Run.id == Outcome.run_id).order_by(Run.month)
    rows = await db.execute(shown.where(Outcome.person_id == mine, Run.step.in_(SHOWN)))
    return [
        {"月份": say_month(run.month), "得分": row.points / 100,
         **({"基本工资（分）": row.pay_fen, "奖金（分）": row.bonus_fen}
            if run.step == Step.LOCKED else {})}
        for row, run in rows
    ]  # fmt: skip


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Empty the words about them; points and pay stay for the books, under an emptied name."""
    if subject.person_id is None:
        return
    mine = subject.person_id
    await db.execute(update(Outcome).where(Outcome.person_id == mine).values(detail=[]))
    await db.execute(
        update(Objection).where(Objection.person_id == mine).values(words="", answer="")
    )
    for table, values in ((Note, {"why": ""}), (Mark, {"words": ""}), (Correction, {"reason": ""})):
        await db.execute(update(table).where(table.person_id == mine).values(values))
    led = update(Team).where(Team.leader_id == mine)
    await db.execute(led.values(leader_id=None))


holds(Holder("考核", tell, erase))
