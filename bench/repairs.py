"""Repairs with one year of orders and with ten, beside a bare insert and a bare select.

    python -m bench.repairs [--requests 400] [--pages 12] [--year 14127]

Two workers each. What is sent with a photo, and what is read, as requests per second and ratios to
FastAPI's; then each list, board and figure alone, ten years against one; then their plans.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg

from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.kit import clock
from app.kit.db import Database
from app.services.repairs.desk_cards import opened
from app.services.repairs.desk_find import asked, conditions, listed
from app.services.repairs.figures_count import statement
from app.services.repairs.reach import reach
from bench.load import Result, fire
from bench.repairs_requests import form, gets, give, log_in, pages, photo, reports, sit_down
from bench.repairs_rows import YEAR, fill
from bench.servers import another, database, drop, line, ours, plain, server

WORKERS, CONNECTIONS, TIMES, ROUNDS = 2, 16, 1.2, 5
LOADED = ("my list", "timeline", "board")


def floors(url: str, count: int, picture: bytes) -> dict[str, Result]:
    """Bare insert (with the photo as it came, and made small) and bare select."""
    fields = {"kind": "1", "words": "一直滴水"}
    with server(plain("bench.bare_repairs:app", WORKERS), url) as port:

        def shot(requests: list[bytes]) -> Result:
            return asyncio.run(fire(port, requests, CONNECTIONS, b"id"))

        return {
            "bare insert": shot([form("/orders", fields, picture)] * count),
            "bare insert, small": shot([form("/small", fields, picture)] * (count // 4)),
            "bare select": shot(gets("/orders", "a=b", count)),
        }  # fmt: skip


def measure(url: str, count: int) -> dict[str, Result]:
    """What CONNECTIONS at once get: the list, the timeline, the board, and what they send."""
    phone, desk = log_in(url, 1)[0], sit_down(url)
    give(url, phone)
    found = {}
    with server(ours(WORKERS), url) as port:
        for name, (path, cookie, words) in pages(url, phone, desk).items():
            if name in LOADED:
                warm = fire(port, gets(path, cookie, 6), 2, words.encode())
                asyncio.run(warm)
                many = fire(port, gets(path, cookie, count), CONNECTIONS, words.encode())
                found[name] = asyncio.run(many)
        sent = list(reports(url, count // 4, photo()))
        found["submit, one photo"] = asyncio.run(fire(port, sent, CONNECTIONS, b"", b"303"))
    return found


def beside(one: str, ten: str, each: int) -> dict[str, tuple[Result, Result]]:
    """Each page one after the other, of both databases by turns: what else the machine does
    then slows down both."""
    asked = []
    for url in (one, ten):
        [phone] = log_in(url, 1)
        give(url, phone)
        asked.append(pages(url, phone, sit_down(url)))
    found: dict[str, tuple[Result, Result]] = {}
    with server(ours(1), one) as first, server(ours(1), ten) as second:
        for name in asked[0]:
            rounds: list[list[Result]] = [[], []]
            for turn in range(ROUNDS + 1):
                for at, port in enumerate((first, second)):
                    path, cookie, words = asked[at][name]
                    shots = fire(port, gets(path, cookie, each), 1, words.encode())
                    result = asyncio.run(shots)
                    rounds[at] += [result] if turn else []  # the first round only warms
            found[name] = (Result.median(rounds[0]), Result.median(rounds[1]))
    return found


async def plans(url: str) -> str:
    """How the database finds the queue, the board and the figures."""
    me, now = Me(1, None, person_id=1, rights=(Right(Role.OPERATOR),)), clock.now()
    base = Database(url, size=2)
    async with base.session() as db:
        found: dict[str, Any] = {
            "queue": listed(await conditions(db, me, asked({}), now)).limit(26),
            "queue, a building": listed(
                await conditions(db, me, asked({"building": "3"}), now)).limit(26),
            "board": opened(me, "", None),
            "figures, a month": statement(now - timedelta(days=30), now, [reach(me)], "day"),
        }  # fmt: skip
    await base.close()
    said = []
    with psycopg.connect(url) as connection:
        for name, query in found.items():
            sql = str(query.compile(dialect=base.engine.dialect,
                                    compile_kwargs={"literal_binds": True}))  # fmt: skip
            how = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) "
            rows = connection.execute((how + sql.replace("%", "%%")).encode()).fetchall()
            said.append(f"-- {name}\n" + "\n".join(str(row[0]) for row in rows))
    return "\n".join(said)


def _beside(name: str, one: Result, ten: Result) -> str:
    times, wrong = ten.p50 / one.p50, ten.wrong + one.wrong
    more = ("" if times < TIMES else "  TOO SLOW") + (f"  wrong {wrong}" if wrong else "")
    return f"{name:<24}{one.p50:8.1f}{ten.p50:8.1f}{times:7.2f}{more}"


@contextlib.contextmanager
def copied(url: str) -> Iterator[str]:
    """The URL of a second database with the same in it."""
    name = urlsplit(url).path[1:]
    with psycopg.connect(another(url, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_ten TEMPLATE {name}")
    ten = another(url, f"{name}_ten")
    try:
        yield ten
    finally:
        drop(ten)


def report(one: str, ten: str, options: argparse.Namespace) -> None:
    """Measure both databases, and print it."""
    year, count = options.year, options.requests
    print(f"one after the other, by turns: ms with {year} orders, with {10 * year}, times")
    for name, (less, more) in beside(one, ten, options.pages).items():
        print(_beside(name, less, more), flush=True)
    bare = floors(one, count, photo())
    for name, found in bare.items():
        print(line(name, found, bare["bare select" if "sel" in name else "bare insert"].rate))
    for years, url in ((1, one), (10, ten)):
        print(f"{years * year} orders, {WORKERS} workers, {CONNECTIONS} connections", flush=True)
        for name, found in measure(url, count).items():
            floor = bare["bare insert" if "submit" in name else "bare select"].rate
            print(line(name, found, floor), flush=True)
    print(asyncio.run(plans(ten)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--year", type=int, default=YEAR, help="orders of a year")
    options = parser.parse_args()
    with database() as one:
        fill(one, range(1), options.year)
        with copied(one) as ten:
            fill(ten, range(1, 10), options.year)
            report(one, ten, options)


if __name__ == "__main__":
    main()
