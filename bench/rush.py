"""One opening of room selection as the phones live through it."""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.kit import clock
from app.kit.db import Database
from app.services.rooms import teams
from bench.crowd import Hand, Seen, Wires, parsed
from bench.rooms_data import Crowd

OPENING = 1.0  # seconds in which everybody comes
ZIPF = 1.1
TWICE, RELOAD = 0.1, 0.1  # who taps twice, who reloads
THINK = 0.32  # seconds between a look and a tap; the pace is 0.3
VAIN = 5  # looks at houses that are full until somebody gives up, or a team parts


@dataclass
class Rush:
    """One opening: when each was housed (seconds after it), and what was refused.

    `sure`: what phones were told is theirs, beds by person who confirmed. `alone`: members of
    teams that found no room for all, and parted.
    """

    crowd: Crowd
    port: int
    database: Database
    seen: Seen = field(default_factory=Seen)
    housed: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    sure: dict[int, list[int]] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)
    left_out: int = 0
    begun: float = 0.0

    def __post_init__(self) -> None:
        self.wires, self.root = Wires(self.port), f"/live/rooms/{self.crowd.round_id}/"

    async def run(self) -> None:
        """Let everybody in, and wait until each is housed or has nothing left to choose."""
        self.begun = time.perf_counter()
        team_of = {id: team for team in self.crowd.teams for id in team}
        dice = random.Random(26)
        jobs = []
        for id in self.crowd.people:
            jobs.append(self._one(id, team_of.get(id, [id]), dice.random() * OPENING))
        await asyncio.gather(*jobs)
        self.wires.close()

    async def _one(self, id: int, team: list[int], after: float) -> None:
        await asyncio.sleep(after)
        hand, dice = Hand(self.wires, self.crowd.cookies[id], self.seen), random.Random(id)
        if team[0] == id:
            beds = await self._choose(hand, dice, len(team))
            if not beds and len(team) > 1:
                await self._part(team)
        else:
            beds = await self._follow(hand, id)
        if not beds and id in self.alone:
            beds = await self._choose(hand, dice, 1)
        if beds:
            self.sure[id] = beds
            self.housed.append(time.perf_counter() - self.begun)
        else:
            self.left_out += 1

    async def _part(self, team: list[int]) -> None:
        """They leave; again, if the database goes away meanwhile."""
        while not self.alone.issuperset(team):
            with contextlib.suppress(DBAPIError):
                async with self.database.session() as db:
                    for id in team:
                        await teams.leave(db, self.crowd.round_id, id, clock.now())
                self.alone.update(team)

    async def _look(self, hand: Hand, what: str) -> bytes:
        """A page, waiting in the queue as long as told."""
        kind = what.partition("/")[0]
        while True:
            status, body = await hand.get(kind, self.root + what)
            if status != 202:
                return body
            await asyncio.sleep(parsed(body)["queue"]["poll"] / 1000)

    async def _follow(self, hand: Hand, id: int) -> list[int]:
        """A member whose leader chooses: looks, and asks now and then; their bed."""
        await self._look(hand, "overview")
        while id not in self.alone:
            if (taken := parsed(await self._look(hand, "me"))["taken"]) is not None:
                return [taken["bed"]]
            await asyncio.sleep(1.5)
        return []

    async def _choose(self, hand: Hand, dice: random.Random, size: int) -> list[int]:
        """The beds that were got in the end; none when there is nothing left for so many."""
        vain = 0
        while vain < VAIN:
            houses = [h for h in parsed(await self._look(hand, "overview")) if h["free"] >= size]
            if houses and dice.random() < RELOAD:
                await self._look(hand, "overview")
            rooms, weights = [], []
            if houses:
                house = dice.choice(houses)["id"]
                rooms, weights = _rooms(await self._look(hand, f"building/{house}"), size)
            if not rooms:  # what is shown may be a second old
                vain += 1
                await asyncio.sleep(THINK)
                continue
            vain, room = 0, dice.choices(rooms, cum_weights=weights)[0]
            if beds := await self._in_room(hand, dice, size, room):
                return beds
        return []

    async def _in_room(self, hand: Hand, dice: random.Random, size: int, room: int) -> list[int]:
        """Tries to get a bed there, or what is offered instead; the beds once housed."""
        shown = parsed(await self._look(hand, f"room/{room}"))
        free = [bed for bed, _, letter in shown["beds"] if letter == "f"]
        if len(free) < size:
            return []
        wish: dict[str, Any] = {"room": room} if size > 1 else {"bed": dice.choice(free)}
        for _ in range(6):
            await asyncio.sleep(THINK)
            said = await self._tap(hand, dice, {"do": "hold", **wish})
            if said["outcome"] in ("done", "same"):
                await asyncio.sleep(THINK)
                said = await self._tap(hand, dice, {"do": "confirm"})
                return list(said["beds"]) if said["outcome"] in ("done", "same") else []
            if size > 1 or not said["near"]:
                return []
            wish = {"bed": dice.choice(said["near"])["bed"]}
        return []

    async def _tap(self, hand: Hand, dice: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
        """A choice; an impatient tapper sends it twice, on a second line, with the same ticket."""
        while True:
            sent = {**fields, "ticket": hand.ticket}
            first = hand.post(fields["do"], self.root + "choose", sent)
            if dice.random() < TWICE:
                second = hand.post("again", self.root + "choose", sent)
                (status, said), _ = await asyncio.gather(first, second)
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


@lru_cache(512)
def _rooms(body: bytes, size: int) -> tuple[list[int], list[float]]:
    """The rooms of a building with so many free beds, and their weights, summed, by a Zipf law:
    everybody wants those at the front of the list."""
    rooms = [r["id"] for floor in parsed(body) for r in floor["rooms"] if r["free"] >= size]
    return rooms, list(accumulate(1 / (n + 1) ** ZIPF for n in range(len(rooms))))
