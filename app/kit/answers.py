"""What a handler may answer: a string, a `Say`, a `Card`, or a list of them."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    """A numbered choice under an answer: 「回 1 看每天用量」; a `1` then says `words`."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """A tappable line under an answer. `url` may be a path of ours such as `/h5/bus`."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Say:
    """Text with numbered offers and links under it.

    `more` is where the whole text can be read if it does not fit a message (2,047 bytes).
    """

    text: str
    offers: tuple[Offer, ...] = ()
    links: tuple[Link, ...] = ()
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A tappable card: title, words, a page of ours, and an optional picture (path or URL)."""

    title: str
    url: str
    text: str = ""
    picture: str = ""


Answer = str | Say | Card | list[str | Say | Card]
Part = Say | Card
Parts = tuple[Part, ...]


def parts(answer: Answer) -> Parts:
    """The answer as `Say` and `Card` alone, in order."""
    items = answer if isinstance(answer, list) else [answer]
    return tuple(Say(item) if isinstance(item, str) else item for item in items)


@lru_cache(maxsize=1024)  # a thousand people hear the same of the same minute
def dump(parts: Parts) -> str:
    """The answer as JSON text, whose value `load` reads back: what is stored with the message."""
    found = [{"kind": type(part).__name__, **asdict(part)} for part in parts]
    return json.dumps(found, ensure_ascii=False)


def load(stored: list[dict[str, Any]]) -> Parts:
    """The answer whose JSON `dump` made."""
    return tuple(_part(dict(item)) for item in stored)


def _part(item: dict[str, Any]) -> Part:
    if item.pop("kind") == "Card":
        return Card(**item)
    item["offers"] = tuple(Offer(**offer) for offer in item["offers"])
    item["links"] = tuple(Link(**link) for link in item["links"])
    return Say(**item)
