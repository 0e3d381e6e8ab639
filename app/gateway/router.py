"""Which handler answers an `Ask`, and what is said when none does."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.answers import Answer, Offer, Parts, Say, parts
from app.kit.chat import Ask, Kind, Place, Route
from app.kit.db import Database
from app.kit.service import Service
from app.kit.words import normalise, pinyin

MENU_WORDS = frozenset({"菜单", "?", "帮助", "help", "功能", "menu"})
GUESSES = 3
NEARLY_AS_GOOD = 20  # points below the best guess at which another is still offered
_HELP = re.compile(r"(?:帮助|help) ?(?P<after>\S+)|(?P<before>\S+?) ?(?:帮助|怎么用|怎么查)")
NEAR_SPELLING, NEAR_SOUND = 60, 70


class NeedsTransaction(Exception):
    """The message wants an `async def` handler: call again with a transaction."""


class Router:
    """All words of all services. Two services that claim one word stop the start-up."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services
        chats = [service.chat for service in services.values() if service.chat]
        self.words: dict[str, Route] = {}
        self.owner: dict[Route, str] = {}
        for name, service in services.items():
            for word, route in service.chat.words.items() if service.chat else ():
                if word in MENU_WORDS or word.isdecimal():
                    raise ValueError(f"「{word}」 of {name} is a word of the account itself")
                if word in self.words:
                    raise ValueError(
                        f"「{word}」 is claimed by {self.owner[self.words[word]]} and by {name}"
                    )
                self.words[word], self.owner[route] = route, name
            for route in service.chat.patterns if service.chat else ():
                self.owner[route] = name
        patterns = [route for chat in chats for route in chat.patterns]
        self.first = [route for route in patterns if route.place is Place.FIRST]
        self.patterns = [
            route
            for place in (Place.EARLY, Place.USUAL)
            for route in patterns
            if route.place is place
        ]
        self.kinds = [(kind, route) for chat in chats for kind, route in chat.kinds.items()]
        self._second, self._said = 0, dict[tuple[object, ...], tuple[Answer | None, object]]()
        self._sounds = {word: pinyin(word) for word in self.words}

    def candidates(self, ask: Ask) -> Iterator[tuple[Route, dict[str, str]]]:
        """Routes to try in order: what stands first, the exact word, then patterns.

        For a location or picture its own.
        """
        if ask.kind is not Kind.TEXT:
            yield from ((route, {}) for kind, route in self.kinds if kind is ask.kind)
            return
        yield from _matching(self.first, ask.text)
        if (exact := self.words.get(ask.text)) is not None:
            yield exact, {}
        yield from _matching(self.patterns, ask.text)

    async def answer(
        self, ask: Ask, database: Database, db: AsyncSession | None = None
    ) -> Parts | None:
        """The first answer that a handler gives, or None.

        Without `db` only quick handlers run; raises NeedsTransaction at the first other one.
        """
        if (second := int(ask.now.timestamp())) != self._second:
            self._second, self._said = second, {}
        for route, groups in self.candidates(ask):
            if db is None and not route.quick:
                raise NeedsTransaction
            values = await _given(route, database, db)
            if route.quick and not route.personal:
                answer = self._heard(route, ask, groups, values, second)
            else:
                answer = await _run(route, _arguments(route, ask, groups, values, db))
            if answer is not None:
                return parts(answer)
        return None

    async def try_one(
        self,
        route: Route,
        groups: dict[str, str],
        ask: Ask,
        database: Database,
        db: AsyncSession,
    ) -> Parts | None:
        """What one candidate alone says, or None if it passes on."""
        values = await _given(route, database, db)
        answer = await _run(route, _arguments(route, ask, groups, values, db))
        return None if answer is None else parts(answer)

    def _heard(
        self,
        route: Route,
        ask: Ask,
        groups: dict[str, str],
        values: dict[str, Any],
        second: int,
    ) -> Answer | None:
        """What a handler that does not look at who asks says: once for each second and text."""
        # With the second: another message may have begun the next one while this one waited.
        key = (second, route, ask.text, *map(id, values.values()))
        if key not in self._said:
            whole = {**values, "now": ask.now.replace(microsecond=0)}
            arguments = _arguments(route, ask, groups, whole, None)
            # The values are kept beside the answer, so that no other object can take their ids.
            self._said[key] = (route.handler(**arguments), values)
        return self._said[key][0]

    def menu(self) -> Say:
        """Everything the account can do, with digits."""
        listed = [service for service in self.services.values() if service.listed]
        offers = tuple(Offer(s.title, s.words or s.title) for s in listed)
        return Say("这些都能直接问我，回数字就行：", offers)

    def help(self, text: str) -> Say | None:
        """How to ask a service: 「帮助 班车」, 「班车帮助」, 「班车怎么用」; else None."""
        if (found := _HELP.fullmatch(text)) is None:
            return None
        wanted = found["after"] or found["before"]
        service = next((s for s in self.services.values() if s.title == wanted and s.help), None)
        return Say(service.help) if service else None

    def unknown(self, ask: Ask) -> Say:
        """What is said to words that nobody answers: the nearest known ones, or the menu."""
        if ask.kind is not Kind.TEXT:
            return Say("这个我还看不懂，发文字给我，或发「菜单」看看能问什么")
        if near := self.nearest(ask.text):
            return Say("没看懂这句，你是不是想找：", tuple(Offer(word, word) for word in near))
        return Say("这句我还不会答，已经记下来给同事看。先看看这些：", self.menu().offers)

    def nearest(self, text: str) -> list[str]:
        """Known words by spelling and sound, nearest first: `bance`, 「班次」 find 「班车」."""
        short = text[:20]
        by_word = process.extract(short, self.words.keys(), scorer=fuzz.ratio, limit=GUESSES)
        by_sound = process.extract(pinyin(short), self._sounds, scorer=fuzz.ratio, limit=GUESSES)
        scores: dict[str, float] = {w: s for w, s, _ in by_word if s >= NEAR_SPELLING}
        for _, score, word in by_sound:
            if score >= NEAR_SOUND:
                scores[word] = max(score, scores.get(word, 0))
        inside = [w for w in self.words if len(w) > 1 and w in short]
        best = max(scores.values(), default=0)
        good = [word for word, score in scores.items() if score > best - NEARLY_AS_GOOD]
        ranked = inside + sorted(good, key=lambda word: -scores[word])
        unique: dict[Route, str] = {}
        for word in ranked:
            unique.setdefault(self.words[word], word)
        return list(unique.values())[:GUESSES]


def _matching(routes: list[Route], text: str) -> Iterator[tuple[Route, dict[str, str]]]:
    for route in routes:
        if route.pattern and (found := route.pattern.fullmatch(text)):
            yield route, {name: value or "" for name, value in found.groupdict().items()}


async def _given(route: Route, database: Database, db: AsyncSession | None) -> dict[str, Any]:
    """The values that the handler's `Chat` was given, as they are now."""
    return {
        name: await (cached.within(db) if db is not None else cached.get(database))
        for name, cached in route.given.items()
    }


async def _run(route: Route, arguments: dict[str, Any]) -> Answer | None:
    said = route.handler(**arguments)
    answer: Answer | None = said if route.quick else await said
    return answer


def _arguments(
    route: Route,
    ask: Ask,
    groups: dict[str, str],
    values: dict[str, Any],
    db: AsyncSession | None,
) -> dict[str, Any]:
    """What the handler asks for: named groups, then given values, then what every ask has."""
    offered = {"ask": ask, "db": db, **values, **groups}
    return {name: offered[name] if name in offered else getattr(ask, name) for name in route.wants}


def as_text(words: str, who: str, now: datetime) -> Ask:
    """An `Ask` of plain words."""
    return Ask(who=who, now=now, text=normalise(words), raw=words)
