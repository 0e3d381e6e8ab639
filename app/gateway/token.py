"""One access token, and one JS-SDK ticket, for all processes: a row each, and its lock."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert

from app.gateway.models import SharedToken
from app.kit.db import Database
from app.wechat.token import Token

EPOCH = datetime.fromtimestamp(0, UTC)


def ticket_name(app_id: str) -> str:
    """Under which the JS-SDK ticket of `app_id` is kept."""
    return f"{app_id} jsapi"


class TokenRow:
    """The `TokenStore` of `app.wechat` on PostgreSQL, under `name`: the app id, or `ticket_name`.

    Whoever finds the token missing or rejected takes the lock; the others wait for it and
    find the new token. The lock ends with its holder's connection, so no crash keeps it.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name
        self._known: Token | None = None

    async def current(self) -> Token | None:
        """The token if it still lives; read from memory, else from the row."""
        if self._known is None or self._known.expires_at <= datetime.now(UTC).timestamp():
            async with self._database.session() as db:
                self._known = _alive(await db.get(SharedToken, self._name))
        return self._known

    async def renew(self, rejected: str | None, fetch: Callable[[], Awaitable[Token]]) -> Token:
        """The token that replaces `rejected`: another process's, or a newly fetched one."""
        async with self._database.session() as db:
            never = insert(SharedToken).values(name=self._name, value="", expires_at=EPOCH)
            await db.execute(never.on_conflict_do_nothing())
            row = await db.get_one(SharedToken, self._name, with_for_update=True)
            token = _alive(row)
            if token is None or token.value == rejected:
                fresh = await fetch()
                row.value = fresh.value
                row.expires_at = datetime.fromtimestamp(fresh.expires_at, UTC)
                token = Token(row.value, row.expires_at.timestamp())
        self._known = token
        return token


def _alive(row: SharedToken | None) -> Token | None:
    if row is None or row.expires_at <= datetime.now(UTC):
        return None
    return Token(row.value, row.expires_at.timestamp())
