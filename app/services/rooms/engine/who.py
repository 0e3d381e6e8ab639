"""Who sends a request: sessions are looked up many at a time, and remembered for seconds."""

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, Signer

from app.campus.people.sessions import LIFE
from app.kit import clock
from app.kit.lane import Connection, Lane

REMEMBERED = 3.0  # seconds after which a session that was ended is surely known to be
_MOST = 40_000
_FIND = """
SELECT s.token, s.id, coalesce(s.person_id, b.person_id), s.seen_at
FROM campus_sessions s LEFT JOIN campus_bindings b ON b.who = s.who
WHERE s.token = ANY(%s) AND s.ended_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session it is; `person_id` None: bound to nobody."""

    session_id: int
    person_id: int | None


class Sessions:
    """Session cookies and who holds them."""

    def __init__(self, url: str, secret_key: str) -> None:
        self._signer = Signer(secret_key, salt="session")
        self._lane: Lane[bytes, Holder | None] = Lane(url, _find)
        self._known: dict[str, tuple[Holder | None, float]] = {}

    async def holder(self, cookie: str) -> Holder | None:
        """Who holds the session of this cookie; None for nobody. Raises psycopg.Error."""
        now = time.monotonic()
        known = self._known.get(cookie)
        if known is not None and now < known[1]:
            return known[0]
        try:
            token = self._signer.unsign(cookie)
        except BadSignature:
            return None  # never asked of the database: a made-up cookie costs nothing
        found = await self._lane.ask(hashlib.sha256(token).digest())
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[cookie] = (found, now + REMEMBERED)
        return found

    async def close(self) -> None:
        await self._lane.close()


async def _find(connection: Connection, tokens: list[bytes]) -> list[Holder | None]:
    oldest = clock.now() - timedelta(seconds=LIFE.total_seconds())
    cursor = await connection.execute(_FIND, [list(set(tokens))])
    found = {
        bytes(token): Holder(session_id, person_id)
        for token, session_id, person_id, seen_at in await cursor.fetchall()
        if seen_at >= oldest
    }
    return [found.get(token) for token in tokens]
