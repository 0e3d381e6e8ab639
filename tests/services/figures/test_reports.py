"""Reports on paper: made by a job, on request and by themselves, with words that can be read."""

import ast
import base64
import re
import zlib
from collections.abc import Sequence
from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from app.services.figures import reports
from app.services.figures.models import Report, Span
from app.services.figures.rules import DAY
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.services.figures.conftest import TOPICS, Lend, lent, noon

pytestmark = pytest.mark.anyio
OCTOBER, YEAR = date(2026, 10, 1), date(2026, 1, 1)
NOW = noon(date(2026, 11, 21))


def words_of(pdf: bytes) -> str:
    """All that is written in a PDF of ours: UTF-16 strings in compressed streams."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        page = zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
        for string in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", page, re.DOTALL):
            raw: bytes = ast.literal_eval("b'" + string.decode("latin-1").replace("'", "\\'") + "'")
            found.append(raw.decode("utf-16-be", "replace"))
    return "".join(found)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


async def made(database: Database, span: Span, first: date) -> Report:
    """The report, asked for and made as the worker does."""
    async with database.session() as db:
        asked = await reports.ask(db, span, first, NOW)
    await reports.make(database, TOPICS, asked.id, NOW)
    async with database.session() as db:
        query = select(Report).options(undefer(Report.pdf)).where(Report.id == asked.id)
        return (await db.scalars(query)).one()


async def waiting(db: AsyncSession) -> Sequence[str]:
    query = "SELECT args->>'report' FROM procrastinate_jobs WHERE task_name = 'figures:report'"
    return list(await db.scalars(text(query)))


async def test_a_month_is_told_in_words_tables_and_pictures(database: Database, lend: Lend) -> None:
    await lend(lent(OCTOBER, 60, unit="饮食中心", minutes=200, stars=5, word="快")
               + lent(OCTOBER - DAY, 50, back=False))  # fmt: skip
    report = await made(database, Span.MONTH, OCTOBER)
    assert report.pdf
    said = words_of(report.pdf)
    assert report.pdf.startswith(b"%PDF-")
    assert report.pages == pages_of(report.pdf) >= 2
    for words in ("2026年10月后勤数据", "2026年11月21日数的", "借出60辆", "按单位", "饮食中心",
                  "按时还100%", "3时20分", "说得多的", "去年同期", "第1页"):  # fmt: skip
        assert words in said.replace(" ", ""), words
    assert report.words.startswith("借出 60 辆")


async def test_a_year_is_cut_into_months(database: Database, lend: Lend) -> None:
    days = [YEAR + timedelta(days=30 * n) for n in range(10)]
    await lend([row for day in days for row in lent(day, 20)])
    report = await made(database, Span.YEAR, YEAR)
    assert report.pdf
    said = words_of(report.pdf).replace(" ", "")
    assert "2026年后勤数据" in said
    assert "借出200辆" in said
    assert {f"{n}月" for n in (1, 5, 11)} <= set(re.findall(r"\d+月", said))


async def test_a_month_of_which_nothing_was_counted_says_so(database: Database, lend: Lend) -> None:
    report = await made(database, Span.MONTH, OCTOBER)
    assert report.pdf
    assert "没有数到什么" in words_of(report.pdf)
    assert report.pages == 1


async def test_made_anew_it_says_what_is_true_now(database: Database, lend: Lend) -> None:
    await lend(lent(OCTOBER, 7))
    first = await made(database, Span.MONTH, OCTOBER)
    await lend(lent(OCTOBER, 2))
    again = await made(database, Span.MONTH, OCTOBER)
    assert first.id == again.id
    assert "7 辆" in first.words
    assert "9 辆" in again.words
    await reports.make(database, TOPICS, again.id + 1, NOW)  # deleted meanwhile: nothing to do


async def test_what_is_over_is_asked_for_once_and_only_if_anything_was_counted(
    database: Database, counted: Lend
) -> None:
    today = NOW.date()
    async with database.session() as db:
        await reports.ask_due(db, today, NOW)
        assert await waiting(db) == []
    await counted(lent(OCTOBER, 5))
    for _ in range(2):
        async with database.session() as db:
            await reports.ask_due(db, today, NOW)
    async with database.session() as db:
        found = [(one.span, one.first) for one in await db.scalars(select(Report))]
        assert found == [("month", OCTOBER)]
        assert len(await waiting(db)) == 1
        await reports.ask_due(db, date(2027, 1, 1), NOW)
        assert len(await waiting(db)) == 2  # the year; nothing was counted in December


async def test_no_report_is_made_of_the_future(database: Database) -> None:
    async with database.session() as db:
        with pytest.raises(Invalid, match="还没到"):
            await reports.ask(db, Span.MONTH, date(2026, 12, 1), NOW)


async def test_at_the_desk_one_is_asked_for_listed_and_downloaded(
    bikes: FastAPI, desk_of: DeskOf, database: Database, lend: Lend
) -> None:
    hand = Hand(await desk_of("operator"))
    month = f"{clock.now().date().replace(day=1) - DAY}"[:7]
    answer = await hand._send("figures/reports/new", {"month": month})
    assert answer.status_code == 303
    assert "正在出" in await hand.page("figures/reports")
    assert (await hand.client.get("/desk/figures/reports/1.pdf")).status_code == 404
    await reports.make(database, TOPICS, 1, clock.now())
    listed = await hand.page("figures/reports")
    assert "正在出" not in listed
    assert "没有数到什么" in listed
    pdf: httpx.Response = await hand.client.get("/desk/figures/reports/1.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert month in pdf.headers["content-disposition"]


@pytest.mark.parametrize("form", [{"month": "2999-01"}, {"month": "x"}, {"year": "999999"}, {}])
async def test_at_the_desk_what_is_no_time_is_refused(
    bikes: FastAPI, desk_of: DeskOf, form: dict[str, str]
) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand._send("figures/reports/new", form)
    assert answer.headers["location"].endswith("wrong=1")
    assert "出不了报告" in await hand.page("figures/reports?wrong=1")
