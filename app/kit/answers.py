"""What a handler may answer: a string, a `Say`, a `Card`, or a list of them."""

from dataclasses import asdict, dataclass
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


def parts(answer: Answer) -> list[Part]:
    """The answer as a flat list of `Say` and `Card`."""
    items = answer if isinstance(answer, list) else [answer]
    return [Say(item) if isinstance(item, str) else item for item in items]


def dump(answer: Answer) -> list[dict[str, Any]]:
    """The answer as JSON that `load` reads back: what is stored with the message."""
    return [{"kind": type(part).__name__, **asdict(part)} for part in parts(answer)]


def load(stored: list[dict[str, Any]]) -> list[Part]:
    """The answer that `dump` stored."""
    return [_part(dict(item)) for item in stored]


def _part(item: dict[str, Any]) -> Part:
    if item.pop("kind") == "Card":
        return Card(**item)
    item["offers"] = tuple(Offer(**offer) for offer in item["offers"])
    item["links"] = tuple(Link(**link) for link in item["links"])
    return Say(**item)
