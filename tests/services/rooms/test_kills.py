"""An opening in which processes die at random: no bed is lost, doubled or held for ever."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy import text

from app.kit.db import Database
from app.services.rooms import commands
from app.services.rooms.jobs import go_round
from app.settings import ROOT
from bench.crowd import Hand, parsed
from bench.rooms_data import Crowd, a_round, dormitories, people
from bench.rush import Rush

pytestmark = pytest.mark.anyio
PEOPLE, BEDS, WORKERS, SOON = 240, 240, 2, 1.0
DEAD_BATTERIES, HOLD = 24, 3  # phones that hold a bed and are never seen again; seconds
END_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass
class Opening(Rush):
    """A rush in which some hold a bed, and then their phone dies."""

    dying: set[int] = field(default_factory=set)

    async def _one(self, id: int, team: list[int], after: float) -> None:
        if id not in self.dying:
            return await super()._one(id, team, after)
        await asyncio.sleep(after + SOON)
        hand = Hand(self.wires, self.crowd.cookies[id], self.seen)
        house, *_ = [h for h in parsed(await self._look(hand, "overview")) if h["free"]]
        floors = parsed(await self._look(hand, f"building/{house['id']}"))
        rooms = [room for floor in floors for room in floor["rooms"]]
        await asyncio.sleep(0.4)
        await self._tap(hand, random.Random(id), {"do": "hold", "room": rooms[-1]["id"]})
        return None


@dataclass
class Herd:
    """The servers' processes, as they come."""

    port: int
    pids: list[int] = field(default_factory=list)
    killed: int = 0

    async def kill_at_random(self, url: str, dice: random.Random) -> None:
        """One as the round opens, then another every moment; once, all of PostgreSQL's as well."""
        await asyncio.sleep(SOON)
        for n in range(1000):
            if self.pids:  # else both are only just being replaced
                os.kill(self.pids.pop(dice.randrange(len(self.pids))), signal.SIGKILL)
                self.killed += 1
            if n == 3:
                with psycopg.connect(url, autocommit=True) as db:
                    db.execute(END_ALL)
            await asyncio.sleep(dice.uniform(0.3, 0.9))

    def read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.pids.append(int(line))


@contextlib.contextmanager
def herd_at(url: str) -> Iterator[Herd]:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        listening.set_inheritable(True)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.services.rooms.herd", str(listening.fileno()), "2"],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, pass_fds=[listening.fileno()],
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            herd = Herd(listening.getsockname()[1])
            reading = threading.Thread(target=herd.read, args=[process])
            reading.start()
            try:
                yield herd
            finally:
                process.terminate()
                reading.join(10)


def crowd_of(url: str) -> Crowd:
    """Twenty people and twenty beds in each of twelve pools, eight of each in teams of four."""
    ids, cookies = people(url, PEOPLE)
    crowd = a_round(url, ids, cookies, dormitories(url, BEDS), BEDS, SOON, in_teams=0.4)
    with psycopg.connect(url) as db:
        db.execute("UPDATE rooms_rounds SET hold = %s", [HOLD])
    return crowd


async def test_killed_at_random_everybody_is_housed_once(
    database: Database, database_url: str
) -> None:
    crowd, dice = await asyncio.to_thread(crowd_of, database_url), random.Random()
    with herd_at(database_url) as herd:
        while len(herd.pids) < WORKERS:  # noqa: ASYNC110 - until they have begun
            await asyncio.sleep(0.05)
        rush = Opening(crowd, herd.port, database, dying=set(crowd.people[-DEAD_BATTERIES:]))
        killing = asyncio.create_task(herd.kill_at_random(database_url, dice))
        await asyncio.wait_for(rush.run(), 90)
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
    assert herd.killed > 4
    assert (len(rush.housed), rush.left_out) == (PEOPLE - DEAD_BATTERIES, 0)
    await ends_well(database, rush)


async def ends_well(database: Database, rush: Opening) -> None:
    """What phones were told is theirs is; what the dead ones held comes free; all is proven."""
    await asyncio.sleep(HOLD)
    await go_round(database)
    query = "SELECT state, bed_id, person_id FROM rooms_beds WHERE round_id = :round"
    async with database.session() as db:
        beds = (await db.execute(text(query), {"round": rush.crowd.round_id})).all()
        assert "都对得上" in await commands.prove(db, [str(rush.crowd.round_id)])
    team_of = {id: set(team) for team in rush.crowd.teams for id in team}
    owner = {bed: person for state, bed, person in beds if state == "taken"}
    assert {state for state, _, _ in beds} == {"taken", "free"}
    assert len(set(owner.values())) == len(owner) == len(rush.housed)
    for id, told in rush.sure.items():
        assert {owner[bed] for bed in told} <= team_of.get(id, {id})
