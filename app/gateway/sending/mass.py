"""The platform's mass send: up to 10,000 at once, under a key that it remembers for a day.

A chunk is decided once: its rows keep its key in `told_as`, so that whoever takes over after a
crash asks for exactly the same chunk again.
"""

from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import text

from app.campus.notify.models import State
from app.gateway.sending import ledger, paces
from app.gateway.sending.claim import LEASE, Row
from app.gateway.sending.lane import onward
from app.gateway.sending.ledger import Entry
from app.gateway.sending.letters import Letters
from app.gateway.sending.outcomes import (
    Channel,
    Reason,
    Try,
    Unfit,
    Verdict,
    given_up,
    judge,
    told,
)
from app.gateway.sending.paces import Most
from app.kit import clock
from app.kit.db import Database
from app.wechat.errors import WeChatError
from app.wechat.sending import MOST_RECEIVERS, Mass, MassTask, MassText

log = structlog.get_logger()
MOST = Most(per_minute=60, per_day=100)

# The chunk of the oldest row that is due: its own if it has one, else a new one of its message.
_FIRST = text("""
SELECT d.message_id, d.told_as FROM campus_deliveries d
JOIN campus_messages m ON m.id = d.message_id
LEFT JOIN campus_campaigns c ON c.id = m.campaign_id
WHERE d.state IN ('waiting', 'sending') AND d.due_at <= :now AND d.channel = 'mass'
    AND d.rank <= :rank AND coalesce(c.stage, '') <> 'paused'
ORDER BY d.rank, d.due_at LIMIT 1 FOR UPDATE OF d SKIP LOCKED
""")
_TAKE = text("""
WITH due AS (
    SELECT id, tried_at AS since FROM campus_deliveries
    WHERE message_id = :message AND channel = 'mass' AND state IN ('waiting', 'sending')
        AND (told_as = CAST(:key AS text)
            OR CAST(:key AS text) IS NULL AND told_as IS NULL AND due_at <= :now)
    ORDER BY id LIMIT :most FOR UPDATE
)
UPDATE campus_deliveries d SET state = 'sending', due_at = :until,
    tries = least(d.tries + 1, 32000), tried_at = coalesce(d.tried_at, :now),
    told_as = coalesce(d.told_as, :stem || (SELECT min(id) FROM due))
FROM due WHERE d.id = due.id
RETURNING d.id, d.who, d.message_id, d.rank, d.tries, d.reason, due.since, d.told_as
""")


class MassApi(Protocol):
    """What is needed of the platform; `app.wechat.client.Client` has it."""

    async def mass_send(self, openids: list[str], message: Mass, key: str) -> MassTask: ...


class Masses:
    """Mass sends of one process, one chunk after the other."""

    def __init__(self, database: Database, api: MassApi, letters: Letters) -> None:
        self._database, self._api, self._letters = database, api, letters

    async def work_off(self) -> int:
        """Send every chunk that is due; how many people they were."""
        count = 0
        while rows := await self._claim():
            await self._send(*rows)
            count += len(rows[1])
        return count

    async def _claim(self) -> tuple[str, list[Row]] | None:
        now = clock.now()
        async with self._database.session() as db:
            room = await paces.room(db, Channel.MASS, MOST, 1, now)
            if not room.count:
                return None
            found = (await db.execute(_FIRST, {"now": now, "rank": room.rank})).one_or_none()
            if found is None:
                return None
            rows = [tuple(row) for row in await db.execute(_TAKE, _values(now, *found))]
            await paces.spend(db, Channel.MASS, 1)
            await self._letters.load(db, Channel.MASS, [found.message_id])
        return rows[0][-1], sorted((Row(*row[:-1]) for row in rows), key=lambda row: row.id)

    async def _send(self, key: str, rows: list[Row]) -> None:
        since = min((row.since for row in rows if row.since), default=None)
        made = Try(clock.now(), max(row.tries for row in rows), since is not None)
        people = [row.who for row in rows if row.who]
        if since is not None and given_up(made, since, Channel.MASS):
            verdict = Verdict(State.UNSURE, Reason.BUSY)
        else:
            verdict = await self._ask(key, people, rows[0].message_id, made)
        waits = verdict.state is State.WAITING and not verdict.onward
        if waits:
            verdict = _keyed(verdict, key)
        entries = [
            onward(row, verdict, Channel.MASS) if verdict.onward else Entry(row, verdict)
            for row in rows
        ]
        async with self._database.session() as db:
            await ledger.write(db, Channel.MASS, entries, clock.now())

    async def _ask(self, key: str, people: list[str], message_id: int, made: Try) -> Verdict:
        words = MassText(self._letters.text(message_id, 1).content)
        try:
            if len(people) < 2:  # the platform takes no fewer
                raise Unfit(Reason.WINDOW)
            return told((await self._api.mass_send(people, words, key)).msg_id)
        except (WeChatError, Unfit) as error:
            return judge(error, made)


def _keyed(verdict: Verdict, key: str) -> Verdict:
    return Verdict(
        verdict.state, verdict.reason, key, verdict.due_at, verdict.doubt, stop=verdict.stop
    )


def _values(now: datetime, message: int, key: str | None) -> dict[str, object]:
    return {
        "now": now, "until": now + LEASE, "message": message, "key": key,
        "stem": f"mass-{message}-", "most": MOST_RECEIVERS,
    }  # fmt: skip
