"""What one process needs to let thousands choose: lanes to the database, and its memory."""

import asyncio
import time
from collections.abc import Callable, Coroutine

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.kit.db import Database
from app.kit.errors import CampusError, Unavailable
from app.kit.lane import Lane
from app.services.rooms import line
from app.services.rooms.engine.choices import Choice, Result, decide
from app.services.rooms.engine.gate import Gate
from app.services.rooms.plan import plan_of
from app.services.rooms.rules import Outcome, What
from app.services.rooms.settings import limits
from app.services.rooms.view import HELD, TAKEN, View, states_of

log = structlog.get_logger()
_MOST = 50_000


class Engine:
    """Choices, views and queues of every round, for this process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self.wait = 0.0  # seconds that a choice takes now, smoothed
        self._clock = clock
        self._choices: Lane[Choice, Result] = Lane(database.url, decide)
        self._gates: dict[int, Gate] = {}
        self._known_housed: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def view(self, round_id: int) -> View | None:
        """The round as it was at most a second ago; None if there is none."""
        plan = await plan_of(round_id).get(self.database)
        if plan is None:
            return None
        states = await states_of(round_id).get(self.database)
        if states.check != plan.check:  # a bed came or went between the two
            self.database.forget(plan_of(round_id).name)
            self.database.forget(states_of(round_id).name)
            plan = await plan_of(round_id).get(self.database)
            states = await states_of(round_id).get(self.database)
        return None if plan is None else View(plan, states)

    def gate(self, round_id: int) -> Gate:
        """The admission queue of a round."""
        if (gate := self._gates.get(round_id)) is None:
            gate = self._gates[round_id] = Gate(
                self.database.url, round_id, lambda: self.wait, lambda: self._housed(round_id)
            )
        return gate

    def _housed(self, round_id: int) -> int:
        """How many have a bed, as far as this process knows."""
        if (states := states_of(round_id).peek(self.database)) is not None:
            self._known_housed[round_id] = states.letters.count(TAKEN)
        return self._known_housed.get(round_id, 0)

    async def choose(self, choice: Choice) -> Result:
        """Have it decided. Without a ticket, it is paced by this process alone.

        Raises Unavailable when the database is away: asked again, nothing is done twice.
        """
        if choice.ticket is None:
            now, last = self.now(), self._last.get(choice.person_id, 0)
            if now - last < limits().pace:
                return Result(Outcome.FAST)
            if len(self._last) > _MOST:
                self._last.clear()
            self._last[choice.person_id] = now
        return await self._decided(choice)

    async def note(self, choice: Choice, outcome: Outcome) -> None:
        """Write down what was answered from memory; nobody waits for it."""
        seen = Choice(choice.round_id, choice.person_id, choice.what, choice.beds,
                      spent=choice.spent, seen=outcome)  # fmt: skip
        self._behind(self._quietly(seen))

    def now(self) -> int:
        """Milliseconds of this machine's clock, as tickets count them."""
        return int(self._clock() * 1000)

    async def _decided(self, choice: Choice) -> Result:
        begun = time.monotonic()
        try:
            result = await self._choices.ask(choice)
        except psycopg.Error as error:
            log.warning("choice_failed", error=type(error).__name__)
            raise Unavailable("网络开了小差，再点一次，不会选重") from None
        self.wait += (time.monotonic() - begun - self.wait) * 0.1
        self._remember(choice, result)
        if result.kept:
            self._behind(self._offer(choice.round_id))
        return result

    def _remember(self, choice: Choice, result: Result) -> None:
        """What was decided is true in this process at once; of the rest it hears in a second."""
        plan = plan_of(choice.round_id).peek(self.database)
        states = states_of(choice.round_id).peek(self.database)
        if plan is None or states is None or states.check != plan.check:
            return
        if result.outcome is Outcome.DONE and choice.what in (What.HOLD, What.CONFIRM):
            letter = HELD if choice.what is What.HOLD else TAKEN
            owner = choice.person_id if len(result.beds) == 1 else -1  # a team: not certain whose
            View(plan, states).note(result.beds, letter, owner)

    def _behind(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, choice: Choice) -> None:
        try:
            await self._choices.ask(choice)
        except psycopg.Error as error:
            log.warning("refusal_not_written_down", error=type(error).__name__)

    async def _offer(self, round_id: int) -> None:
        try:
            async with self.database.session() as db:
                await line.offer(db, round_id)
        except (CampusError, SQLAlchemyError, psycopg.Error) as error:
            log.warning("offer_failed", error=type(error).__name__)  # the sweep does it later

    async def settled(self) -> None:
        """When what goes on behind is done: what is written down late, offers of freed beds."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        for gate in self._gates.values():
            await gate.close()
        await self.settled()
        await self._choices.close()


def choosing(database: Database) -> Engine:
    """The engine of this process; ends with the database."""
    engine = database.parts.get("rooms")
    if not isinstance(engine, Engine):
        engine = database.parts["rooms"] = Engine(database)
    return engine
