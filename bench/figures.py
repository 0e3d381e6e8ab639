"""Figures over ten years, each dashboard beside a bare aggregate of the same table in the same run.

    python -m bench.figures [--requests 60] [--orders 14127] [--messages 2143] [--plans]

Orders are real rows, counted by the jobs (which are timed); messages of ten years are written as
they would have been counted, and the last forty days as real rows. One worker, one page after the
other: what counts is how long somebody waits. p99 aims at less than 300 ms.
"""

import argparse
import asyncio
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from app.campus.figures import Tally
from app.kit import clock
from app.kit.db import Database
from app.main import all_measures, load_services
from app.services.figures import reports
from app.services.figures.models import Span
from app.services.figures.rollup import midnight, roll_each, settle
from app.services.figures.rows import _ROWS
from app.services.figures.rules import Against, against, year_of
from app.services.figures.sums import MIDDLES, PARTS, SUMS
from app.services.figures.view import Topics, measures_of
from bench.load import Result, fire
from bench.repairs import gets, sit_down
from bench.repairs_rows import YEAR, fill
from bench.servers import database, line, ours, plain, server

YEARS, AIM = 10, 300.0
KEPT = """
INSERT INTO figures_days (measure, day, unit, part, value, count)
SELECT m.name, d::date, '', m.part, (m.n * (0.5 + random()))::int, (m.n * 1.5)::int
FROM generate_series(current_date - %(days)s, current_date - 40, interval '1 day') d
CROSS JOIN (
    SELECT 'gateway.heard' AS name, '' AS part, %(each)s AS n
    UNION ALL VALUES ('gateway.matched', '', 1500), ('gateway.failed', '', 3),
        ('gateway.joined', '', 20), ('gateway.left', '', 10)
    UNION ALL SELECT 'gateway.hours', to_char(h, 'FM00'), %(each)s / 24
        FROM generate_series(0, 23) h
    UNION ALL SELECT 'gateway.words', '词' || w, 200 / w FROM generate_series(1, 50) w
) m ON CONFLICT DO NOTHING
"""
MESSAGES = """
INSERT INTO gateway_messages (key, who, at, kind, text, answer, matched, offers)
SELECT 'bench-' || n, 'o-' || n %% 900, now() - 40 * interval '1 day' * (1 - n / %(many)s::float),
    'text', (ARRAY['班车', '电费', '报修', '停水', '我的房间', '图书馆'])[1 + n %% 6], '[]',
    n %% 9 > 0, false
FROM generate_series(1, %(many)s) n
"""


def write(url: str, orders: int, each: int) -> None:
    """Ten years of orders, and of messages as they are kept; forty days of real messages."""
    fill(url, range(YEARS), orders)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(KEPT, {"days": 366 * YEARS, "each": each})
        connection.execute(MESSAGES, {"many": each * 40})
        connection.execute("VACUUM ANALYZE")


async def count(url: str, topics: Topics) -> None:
    """The jobs, timed: ten years of orders, today, the days that may change, a year's report."""
    base, today = Database(url, 4), clock.now().date()
    tallies = [tally for _, found in topics.values() for tally in found]
    orders = [tally for tally in tallies if tally.measures[0].topic == "repairs"]
    await _timed("count 10 years of orders", roll_each(base, orders, _ago(today, YEARS), today))
    await _timed("today anew, everything", roll_each(base, tallies, today, today))
    await _timed("the night's days", settle(base, tallies, today))
    async with base.session() as db:
        report = await reports.ask(db, Span.YEAR, date(today.year - 1, 1, 1), clock.now())
    await _timed("a year's report", reports.make(base, topics, report.id, clock.now()))
    await base.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE figures_days")
        [rows] = connection.execute("SELECT count(*) FROM figures_days").fetchone() or [0]
    print(f"{rows} rows are kept")


def _ago(day: date, years: int) -> date:
    return day - timedelta(days=366 * years)


async def _timed(name: str, work: Any) -> None:
    begun = time.perf_counter()
    await work
    print(f"{name:<28}{time.perf_counter() - begun:8.2f} s")


def pages(cookie: str) -> Mapping[str, tuple[str, str, str]]:
    """Name → (path, cookie, words that a right answer holds)."""
    seat, at, today = f"desk={cookie}", "/desk/figures", clock.now().date()
    this, last = today.year, today.year - 1
    return {
        "today": ("/desk/", seat, "近 14 天报修"),
        "overview, this month": (at, seat, "按时修好"),
        "overview, this year": (f"{at}?year={this}", seat, "按时修好"),
        "repairs, this month": (f"{at}/of/repairs", seat, "按单位"),
        "repairs, last year": (f"{at}/of/repairs?year={last}", seat, "按单位"),
        "repairs, to a year ago": (f"{at}/of/repairs?against=year", seat, "去年同期"),
        "messages, this month": (f"{at}/of/gateway", seat, "问得多的词"),
        "messages, last year": (f"{at}/of/gateway?year={last}", seat, "问得多的词"),
        "rows of a month": (f"{at}/rows/repairs.on_time", seat, "怎么样"),
        "rows of messages": (f"{at}/rows/gateway.heard", seat, "怎么样"),
        "sheet of a year": (f"{at}/sheet/repairs?year={last}", seat, ""),
        "the public page": ("/h5/figures", "a=b", "报修"),
    }


def measure(url: str, many: int) -> tuple[Result, dict[str, Result]]:
    """The bare aggregate, and each page, one request after the other."""
    with server(plain("bench.bare_figures:app", 1), url) as port:
        shots = gets("/sum", "a=b", many)
        asyncio.run(fire(port, shots[:10], 1, b"value"))
        bare = asyncio.run(fire(port, shots * 4, 1, b"value"))
    found = {}
    with server(ours(1), url) as port:
        for name, (path, cookie, words) in pages(sit_down(url)).items():
            asyncio.run(fire(port, gets(path, cookie, 5), 1, words.encode()))
            found[name] = asyncio.run(fire(port, gets(path, cookie, many), 1, words.encode()))
    return bare, found


async def plans(url: str, topics: Topics) -> None:
    """How the database finds a year of repairs beside the year before, and the rows of a month."""
    base, today = Database(url, 2), clock.now().date()
    this = year_of(today.year - 1, today)
    spans = [this, against(this, Against.BEFORE)]
    tally: Tally = topics["repairs"][1][0]
    shared: dict[str, Any] = {
        "firsts": [span.first for span in spans], "lasts": [span.last for span in spans],
        "units": None, "step": "month",
        "names": [m.name for m in tally.measures if m.shape != "middle" and not m.parts],
    }  # fmt: skip
    rows = {"since": midnight(today - timedelta(days=30)), "until": midnight(today), "unit": "",
            "units": None, "part": "", "at": None, "id": 0}  # fmt: skip
    behind = {m.name: m.rows for m in measures_of([tally])}["repairs.on_time"]
    asked = (
        ("sums", SUMS, shared),
        ("medians", MIDDLES, {**shared, "names": ["repairs.respond", "repairs.finish"]}),
        ("parts", PARTS, {**shared, "names": ["repairs.kinds", "repairs.houses"]}),
        ("rows", _ROWS.format(sql=behind, shown=51), rows),
        ("count a day", tally.sql, {"since": midnight(today), "until": midnight(today)}),
    )
    async with base.session() as db:
        for name, query, values in asked:
            print(f"-- {name}")
            how = text(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {query}")
            used = {key: value for key, value in values.items() if f":{key}" in query}
            print("\n".join(await db.scalars(how, used)))
    await base.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--orders", type=int, default=YEAR)
    parser.add_argument("--messages", type=int, default=2143)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    topics = all_measures(load_services())
    with database() as url:
        begun = time.perf_counter()
        write(url, options.orders, options.messages)
        print(f"{options.orders * YEARS} orders in {time.perf_counter() - begun:.0f} s")
        asyncio.run(count(url, topics))
        bare, found = measure(url, options.requests)
        print(line("bare aggregate", bare, bare.rate))
        for name, one in found.items():
            slow = "" if one.p99 < AIM else "  TOO SLOW"
            times = f"{one.p99 / bare.p99:6.1f} times the bare p99"
            print(f"{name:<24}p50 {one.p50:7.1f}  p99 {one.p99:7.1f} ms{times}"
                  f"  wrong {one.wrong}{slow}")  # fmt: skip
        if options.plans:
            asyncio.run(plans(url, topics))


if __name__ == "__main__":
    main()
