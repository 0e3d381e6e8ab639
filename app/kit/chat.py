"""Words → answers. A service's `Chat` is a value: nothing registers itself on import.

    chat = Chat(timetable=timetable)

    @chat.say("班车", "校车")
    def next_bus(timetable: Timetable, now: datetime) -> Say: ...

    @chat.match(r"(班车|校车)\\s*(?P<stop>\\S+)")
    async def one_stop(stop: str, now: datetime, db: AsyncSession) -> Answer | None: ...

A handler asks by parameter name: `ask`, `text`, `who`, `now`, `latitude`, `longitude`, `picture`,
`db`, a named group of its pattern, or a value that its `Chat` was given. A name that nobody
offers is an error when the file is imported, not when a student writes.

A plain `def` only reads what is in memory: it must be quick, and may run again when a message
is delivered twice; one that looks at words and time only is asked once a second for each text.
An `async def` runs once per message, in one transaction with its answer.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.kit.cache import Cached
from app.kit.words import normalise

Handler = Callable[..., Any]
H = TypeVar("H", bound=Handler)


class Kind(StrEnum):
    """How the user asked. Words are `TEXT`, however they came: typed, tapped, spoken, scanned.

    `JOINED` and `LEFT` are a follower's coming (`text`: the code they came by) and going;
    `REVOKED`: they withdrew their consent, or closed their account.
    """

    TEXT = "text"
    LOCATION = "location"
    PICTURE = "picture"
    OTHER = "other"
    JOINED = "joined"
    LEFT = "left"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Ask:
    """One message of one user. `who` is opaque; `text` is normalised, `raw` as it was typed."""

    who: str
    now: datetime
    kind: Kind = Kind.TEXT
    text: str = ""
    raw: str = ""
    latitude: float | None = None
    longitude: float | None = None
    picture: str | None = None


class Place(StrEnum):
    """When a pattern is tried: before all words, between words and patterns, or among these."""

    FIRST = "first"
    EARLY = "early"
    USUAL = "usual"


ALWAYS = frozenset({"ask", "text", "who", "now", "latitude", "longitude", "picture", "db"})
PERSONAL = ALWAYS - {"text", "now"}


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One handler with what it wants and how it is reached.

    `quick` for a plain `def`: reads memory only, needs no transaction. `personal`: it looks at
    more than the words and the time, so that its answer is for this user alone.
    """

    handler: Handler
    wants: tuple[str, ...]
    given: dict[str, Cached[Any]]
    pattern: re.Pattern[str] | None = None

    quick: bool = True
    personal: bool = False
    place: Place = Place.USUAL


@dataclass
class Chat:
    """The words of one service and who answers them."""

    words: dict[str, Route] = field(default_factory=dict)
    patterns: list[Route] = field(default_factory=list)
    kinds: dict[Kind, Route] = field(default_factory=dict)
    given: dict[str, Cached[Any]] = field(default_factory=dict)

    def __init__(self, **given: Cached[Any]) -> None:
        self.words, self.patterns, self.kinds, self.given = {}, [], {}, given

    def say(self, *words: str) -> Callable[[H], H]:
        """Answer exactly these words (compared after `normalise`)."""

        def add(handler: H) -> H:
            route = self._route(handler)
            for word in words:
                if normalise(word) in self.words:
                    raise ValueError(f"「{word}」 has two handlers in one service")
                self.words[normalise(word)] = route
            return handler

        return add

    def match(self, pattern: str, place: Place = Place.USUAL) -> Callable[[H], H]:
        """Answer texts that match `pattern` as a whole; its named groups become parameters.

        Only a handler that passes on (None) what it does not know may stand at another `place`.
        """
        compiled = re.compile(pattern)

        def add(handler: H) -> H:
            self.patterns.append(replace(self._route(handler, compiled), place=place))
            return handler

        return add

    def on(self, kind: Kind) -> Callable[[H], H]:
        """Answer what is not words: a location, a picture."""

        def add(handler: H) -> H:
            self.kinds[kind] = self._route(handler)
            return handler

        return add

    def _route(self, handler: Handler, pattern: re.Pattern[str] | None = None) -> Route:
        wants = tuple(inspect.signature(handler).parameters)
        offered = ALWAYS | set(pattern.groupindex if pattern else ()) | set(self.given)
        if unknown := set(wants) - offered:
            raise TypeError(f"{handler.__qualname__} asks for {sorted(unknown)}: nobody offers it")
        if not inspect.iscoroutinefunction(handler) and "db" in wants:
            raise TypeError(f"{handler.__qualname__} asks for db: make it `async def`")
        given = {name: cached for name, cached in self.given.items() if name in wants}
        quick = not inspect.iscoroutinefunction(handler)
        return Route(handler, wants, given, pattern, quick, bool(PERSONAL & set(wants)))
