"""Choices: what was asked in the same moment is decided by one statement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.kit.lane import Connection
from app.services.rooms.rules import WELL, Outcome, What


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks for. `beds` for hold: one, or one for each of the team, leader first.

    `room_id` instead of beds: any that are free there. `ticket` and `spent`: serials, see
    `tickets`. `seen`: what was answered from memory, to be written down only.
    """

    round_id: int
    person_id: int
    what: What
    beds: tuple[int, ...] = ()
    room_id: int | None = None
    ticket: int | None = None
    spent: int | None = None
    seen: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `until`: the end of the hold. `kept`: somebody waits for a freed bed."""

    outcome: Outcome
    beds: tuple[int, ...] = ()
    until: datetime | None = None
    kept: bool = False

    @property
    def well(self) -> bool:
        return self.outcome in WELL


_CHOOSE = "SELECT * FROM rooms_choose(%s, %s::jsonb)"


async def decide(connection: Connection, choices: list[Choice]) -> list[Result]:
    """What comes of each; one statement for each round among them."""
    results: dict[int, Result] = {}
    for round_id in dict.fromkeys(choice.round_id for choice in choices):
        asked = [(n, c) for n, c in enumerate(choices) if c.round_id == round_id]
        cursor = await connection.execute(_CHOOSE, [round_id, _json(asked)])
        for nth, outcome, beds, until, kept in await cursor.fetchall():
            results[nth] = Result(Outcome(outcome), tuple(beds), until, bool(kept))
    return [results[n] for n in range(len(choices))]


def _json(asked: Iterable[tuple[int, Choice]]) -> str:
    return json.dumps([
        {"nth": n, "what": c.what, "person": c.person_id, "beds": c.beds, "room": c.room_id,
         "ticket": c.ticket, "spent": c.spent, "seen": c.seen}
        for n, c in asked
    ])  # fmt: skip
