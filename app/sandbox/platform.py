"""Everything one sandbox remembers. No globals: a test makes a second one."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import httpx

from app.sandbox.errors import ControlError
from app.sandbox.faults import Faults
from app.sandbox.letters import Letters
from app.sandbox.logins import Logins
from app.sandbox.mass import Mass
from app.sandbox.media import Media, new_id
from app.sandbox.messages import Message
from app.sandbox.people import Grant, Line, LineSide, Person, Tag, demo_people, openid_of
from app.sandbox.places import load_places
from app.sandbox.quotas import Quotas
from app.sandbox.settings import Settings
from app.sandbox.shelf import Shelf
from app.sandbox.tokens import Tokens
from app.sandbox.wire import Exchange

T = TypeVar("T")

KEPT_LINES = 500
KEPT_EXCHANGES = 300


@dataclass(frozen=True)
class Code:
    """A QR code the account asked for; `until` is None for a permanent one."""

    ticket: str
    scene: str
    until: float | None


class Platform:
    """One account on one platform: followers, chats, tokens, quotas, menu, media, codes, log."""

    def __init__(
        self, settings: Settings, now: Callable[[], float], client: httpx.AsyncClient
    ) -> None:
        self.settings = settings
        self.now = now
        self.client = client
        self.places = load_places(settings.places_file)
        self.faults = Faults(now)
        self.version = 0
        self.closing = False
        self.telling = 0
        self._ids = itertools.count(int(now() * 1000) * 1000)
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.reset()

    def reset(self) -> None:
        """Back to a fresh account: demo people, no menu, no history, nothing going wrong."""
        settings = self.settings
        self.people: dict[str, Person] = demo_people(settings.app_id, self.now())
        self.menu: dict[str, Any] | None = None
        self.codes: dict[str, Code] = {}
        self.media: dict[str, Media] = {}
        self.log: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)
        self.rids: dict[str, dict[str, Any]] = {}
        self.summary: dict[str, str] | None = None
        self.tokens = Tokens(self.now, settings.token_life, settings.force_refresh_gap)
        self.logins = Logins(self.now)
        self.letters = Letters(self.now, settings.app_id)
        self.mass = Mass(self.now, settings.mass_quota)
        self.shelf = Shelf(settings.public_url)
        self.tags: dict[int, Tag] = {}
        self.pending: deque[tuple[Person, Message]] = deque()  # events to push, see receipts.py
        limits = {
            "/cgi-bin/token": settings.token_quota,
            "/cgi-bin/stable_token force": settings.force_refresh_quota,
        }
        self.quotas = Quotas(
            self.now,
            limits,
            settings.daily_quota,
            settings.clear_quota_monthly,
            settings.minute_quota,
        )
        self.faults.reset()
        self.epoch = next(self._ids)
        self.touch()

    # People and their chats

    def person(self, openid: str) -> Person:
        """Whoever holds that phone; 404 for the control API."""
        found = self.people.get(openid)
        if found is None:
            raise ControlError("没有这个人", 404)
        return found

    def followers(self) -> list[str]:
        """Openids of all who follow, those of the crowd too."""
        return [p.openid for p in self.people.values() if p.follows] + list(self.letters.crowd)

    def follower(self, openid: str) -> Person | None:
        """Whoever has this openid; one of the crowd has no phone, only a person's data."""
        if openid in self.letters.crowd:
            return Person(openid, "", "", since=self.now())
        return self.people.get(openid)

    def add_person(self, name: str, note: str) -> Person:
        """One more phone, which does not follow yet."""
        number = next(self._ids)
        openid = openid_of(self.settings.app_id, f"{name}#{number}")
        person = Person(openid, name, note, follows=False)
        self.people[openid] = person
        self.touch()
        return person

    def add_line(self, person: Person, side: LineSide, kind: str, data: dict[str, Any]) -> Line:
        """Put something into a chat; old lines fall out."""
        line = Line(next(self._ids), self.now(), side, kind, data)
        person.chat = [*person.chat[-KEPT_LINES + 1 :], line]
        self.touch()
        return line

    def spoke(self, person: Person) -> None:
        """A message from the follower opens the 48-hour window for five answers."""
        person.seen = self.now()
        settings = self.settings
        until = self.now() + settings.message_window
        person.allow(Grant("message", until, settings.message_quota))

    def tapped(self, person: Person) -> None:
        """A menu tap, a follow or a scan opens the one-minute window for three."""
        person.seen = self.now()
        until = self.now() + self.settings.tap_window
        person.allow(Grant("tap", until, self.settings.tap_quota))

    # What is pushed and what is logged

    def compose(self, person: Person, fields: Message) -> Message:
        """Fields of a kind with the envelope of this person and moment."""
        head = {
            "ToUserName": self.settings.gh_id,
            "FromUserName": person.openid,
            "CreateTime": int(self.now()),
        }
        tail = {} if fields["MsgType"] == "event" else {"MsgId": next(self._ids) * 10}
        return {**head, **fields, **tail}

    def store(self, kind: str, content: bytes, content_type: str, filename: str) -> Media:
        """Keep a file for three days."""
        item = Media(new_id(), kind, content, content_type, filename, self.now())
        self.media[item.id] = item
        return item

    def record(self, exchange: Exchange) -> None:
        """Append to the log under a new id."""
        self.log.append(replace(exchange, id=next(self._ids)))
        self.touch()

    # Telling those who watch

    def touch(self) -> None:
        """Something visible changed: wake whoever waits."""
        self.version += 1
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    async def wait(self, version: int, seconds: float) -> int:
        """Return the version once it is not `version` any more, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.version == version and not self.closing:
                    await self._changed.wait()
        return self.version

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run in the background, kept from the garbage collector and ended by close()."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def stop(self) -> None:
        """Let those who watch go home."""
        self.closing = True
        self.touch()

    async def close(self) -> None:
        """End what still runs."""
        self.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.aclose()
