"""Reports: asked for, made by a job, kept. Made anew, the newest stays."""

import asyncio
from datetime import date, datetime

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.jobs import defer
from app.services.figures.models import Day, Report, Span
from app.services.figures.paper import paper
from app.services.figures.pdf import pdf
from app.services.figures.rollup import roll_each
from app.services.figures.rules import DAY, Period, month_of, year_of
from app.services.figures.view import Topics

ACCOUNT = "后勤"


async def ask(db: AsyncSession, span: Span, first: date, now: datetime) -> Report:
    """Have a report made, or made anew; until it is, the one before can still be read.

    Raises Invalid for a time that has not begun.
    """
    if first > now.astimezone(SHANGHAI).date():
        raise Invalid("还没到的日子出不了报告，换一个月")
    new = insert(Report).values(span=span, first=first, asked_at=now)
    report: Report | None = await db.scalar(
        new.on_conflict_do_update(
            index_elements=["span", "first"], set_={"asked_at": now}
        ).returning(Report)
    )
    assert report is not None  # noqa: S101 - the statement always gives its row
    await defer(db, "figures:report", report=report.id)
    return report


async def ask_due(db: AsyncSession, today: date, now: datetime) -> None:
    """Ask for last month's and last year's, if they are not there and anything was counted then."""
    month = month_of(today.replace(day=1) - DAY, today)
    for span, period in ((Span.MONTH, month), (Span.YEAR, year_of(today.year - 1, today))):
        there = exists().where(Report.span == span, Report.first == period.first)
        counted = exists().where(Day.day.between(period.first, period.last))
        if await db.scalar(select(~there & counted)):
            await ask(db, span, period.first, now)


def period_of(report: Report, today: date) -> Period:
    """The days that the report is of."""
    if report.span == Span.YEAR:
        return year_of(report.first.year, today)
    return month_of(report.first, today)


async def make(database: Database, topics: Topics, id: int, now: datetime) -> None:
    """Count the report's days anew, write it, keep it. Done twice, the second is kept."""
    async with database.session() as db:
        report = await db.get(Report, id)
    if report is None:
        return
    period = period_of(report, now.astimezone(SHANGHAI).date())
    tallies = [tally for _, found in topics.values() for tally in found]
    await roll_each(database, tallies, period.first, period.last)
    async with database.session() as db:
        said = await paper(db, topics, period)
    there = now.astimezone(SHANGHAI)
    made = f"{there.year} 年 {there.month} 月 {there.day} 日数的"
    data, pages = await asyncio.to_thread(pdf, said, made, ACCOUNT)
    values = {"pdf": data, "pages": pages, "made_at": now, "words": "\n".join(said.words)[:2000]}
    async with database.session() as db:
        await db.execute(update(Report).where(Report.id == id).values(**values))
