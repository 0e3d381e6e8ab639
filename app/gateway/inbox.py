"""Every message is kept and executed once, and every delivery of it gets the same answer.

The database's unique index decides, not memory. A quick answer is computed first and written
with others (`batch`); whoever's write comes second says what the first one said. Any other
answer is run inside the transaction that inserted its key: a second process that inserts the
same key waits for the first to commit, or, if that one died, takes its place.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import cast, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people import joined, left
from app.campus.people.privacy import forget_follower
from app.gateway import articles
from app.gateway import kept as _kept  # noqa: F401 imported so that messages are forgotten too
from app.gateway.batch import Batch, Entry
from app.gateway.models import Heard
from app.gateway.router import MENU_WORDS, NeedsTransaction, Router, as_text
from app.gateway.sending.events import Events
from app.kit.answers import Parts, Say, dump, load
from app.kit.chat import Ask, Kind
from app.kit.db import Database
from app.kit.errors import CampusError, reference
from app.wechat.events import Published
from app.wechat.messages import Message

log = structlog.get_logger()
GREETING = "你好，这里是微后勤。吃住行的事都可以问，回数字或直接打字："
FOLLOWING = (Kind.JOINED, Kind.LEFT, Kind.REVOKED)
LONGEST_RUN = 60.0  # seconds a handler may take before it counts as failed


class Inbox:
    """Answers messages. One for each process; `close` it."""

    def __init__(self, database: Database, router: Router) -> None:
        self.database, self.router = database, router
        self._batch = Batch(database.url)
        self._events = Events(database)
        self._running: dict[str, asyncio.Task[Parts | None]] = {}

    async def close(self) -> None:
        """Let what runs finish, then stop."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        await self._batch.close()
        await self._events.close()

    async def acknowledge(self, message: Message, now: datetime) -> None:
        """Keep an event that nobody answers; what it says of our own messages is noted there."""
        if isinstance(message, Published):
            async with self.database.session() as db:
                await articles.finished(db, message)
        if not await self._events.heard(message, now):
            kind = type(message).__name__.lower()
            await self._batch.keep(Entry(message.key, message.from_, now, kind, "", None))

    async def answer(self, key: str, ask: Ask) -> Parts | None:
        """The answer to `ask`: from memory where the handler is quick, else `run`."""
        entry = Entry(key, ask.who, ask.now, ask.kind, ask.raw, None)
        try:
            if ask.kind in FOLLOWING:
                raise NeedsTransaction
            if _is_digit(ask) and ask.text not in self.router.words:
                raise NeedsTransaction
            parts = await self._find(ask, entry)
        except NeedsTransaction:
            return await self.run(key, ask)
        entry.parts = parts
        return await self._batch.keep(entry)

    async def run(self, key: str, ask: Ask) -> Parts | None:
        """Run the handler of `ask` once for this `key`; a second caller waits for it.

        Cancelling a caller does not stop the run: its answer is kept for the next delivery.
        """
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._claim_and_run(key, ask))
            self._running[key] = task
            task.add_done_callback(lambda ended: self._ended(key, ended))
        return await asyncio.shield(task)

    def _ended(self, key: str, task: asyncio.Task[Parts | None]) -> None:
        """Whoever waited may be gone: a run that could not be kept is known by the log at least."""
        self._running.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("run_not_kept", error=type(error).__name__)

    async def _claim_and_run(self, key: str, ask: Ask) -> Parts | None:
        async with self.database.session() as db:
            new = insert(Heard).values(
                key=key, who=ask.who, at=ask.now, kind=ask.kind,
                text=ask.raw, matched=True, offers=False,
            )  # fmt: skip
            claim = new.on_conflict_do_nothing().returning(Heard.id)
            if (mine := await db.scalar(claim)) is None:
                stored = await db.scalar(select(Heard.answer).where(Heard.key == key))
                return None if stored is None else load(stored)
            entry = Entry(key, ask.who, ask.now, ask.kind, ask.raw, None)
            entry.parts = await self._run(db, ask, entry)
            await db.execute(update(Heard).where(Heard.id == mine).values(_outcome(entry)))
        return entry.parts

    async def _run(self, db: AsyncSession, ask: Ask, entry: Entry) -> Parts | None:
        """The handler, in a savepoint: a refusal or a bug undoes its writes, not the claim."""
        try:
            async with asyncio.timeout(LONGEST_RUN), db.begin_nested():
                if ask.kind in FOLLOWING:
                    return await self._follow(db, ask)
                if _is_digit(ask):
                    ask = await self._chosen(db, ask)
                return await self._match(ask, entry, db)
        except CampusError as refusal:
            return (Say(str(refusal)),)
        except Exception as error:
            return _broken(error, entry)

    async def _follow(self, db: AsyncSession, ask: Ask) -> Parts | None:
        """Record who comes and goes; greet who comes, and answer the code they came by.

        Who goes, or withdraws their consent, is forgotten: the platform demands it.
        """
        if ask.kind is not Kind.JOINED:
            if ask.kind is Kind.REVOKED or await left(db, ask.who, ask.now):
                await forget_follower(db, ask.who)
            return None
        await joined(db, ask.who, ask.now, ask.raw)
        greeting = Say(GREETING, self.router.menu().offers)
        if not ask.text:
            return (greeting,)
        scanned = await self.router.answer(replace(ask, kind=Kind.TEXT), self.database, db)
        return (*(scanned or ()), greeting)

    async def _find(self, ask: Ask, entry: Entry) -> Parts:
        """A quick answer; raises NeedsTransaction where there is none."""
        try:
            return await self._match(ask, entry, None)
        except CampusError as refusal:
            return (Say(str(refusal)),)
        except NeedsTransaction:
            raise
        except Exception as error:
            return _broken(error, entry)

    async def _match(self, ask: Ask, entry: Entry, db: AsyncSession | None) -> Parts:
        if ask.text in MENU_WORDS:
            return (self.router.menu(),)
        if (usage := self.router.help(ask.text)) is not None:
            return (usage,)
        parts = await self.router.answer(ask, self.database, db)
        if parts is None:
            entry.matched = False
            return (self.router.unknown(ask),)
        return parts

    async def _chosen(self, db: AsyncSession, ask: Ask) -> Ask:
        """The words behind a digit: of the last list that this user was shown."""
        shown = select(Heard.answer).where(Heard.who == ask.who, text("offers"))
        stored = await db.scalar(shown.order_by(Heard.id.desc()).limit(1))
        parts = load(stored) if stored else (self.router.menu(),)
        offers = next((part.offers for part in parts if isinstance(part, Say) and part.offers), ())
        if not 1 <= int(ask.text) <= len(offers):
            return ask
        return as_text(offers[int(ask.text) - 1].words, ask.who, ask.now)


def _is_digit(ask: Ask) -> bool:
    return len(ask.text) <= 2 and ask.text.isascii() and ask.text.isdecimal()


def _broken(error: Exception, entry: Entry) -> Parts:
    entry.reference = reference()
    log.exception("handler_failed", reference=entry.reference, exc_info=error)
    return (Say(f"这条没答上来，我们已经知道了。要找人看，报这个号：{entry.reference}"),)


def _outcome(entry: Entry) -> dict[str, Any]:
    return {
        "answer": None if entry.parts is None else cast(literal(dump(entry.parts)), JSONB),
        "matched": entry.matched,
        "offers": entry.offers,
        "reference": entry.reference,
    }
