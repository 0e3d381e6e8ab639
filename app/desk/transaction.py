"""A request at the desk is one transaction, committed before the answer leaves."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.db import Database


class _Refused(Exception):
    """The answer is a refusal: nothing of the request is kept."""


class Transaction:
    """Gives `request.state.session`; the answer is held back until it is committed."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app, self.database = app, database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/static/" in scope["path"]:
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        try:
            async with self.database.session() as db:
                await self._run(scope, receive, hold, db)
                if held and held[0].get("status", 500) >= 400:
                    raise _Refused
        except _Refused:
            pass
        for message in held:
            await send(message)

    async def _run(self, scope: Scope, receive: Receive, hold: Send, db: AsyncSession) -> None:
        scope.setdefault("state", {})["session"] = db
        await self.app(scope, receive, hold)
