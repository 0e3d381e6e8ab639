"""Words → the operators' answers. Three places to stand: before, between and after the services.

docs/decisions/0013 says why. All three only look into memory, and pass on what no rule knows.
"""

import re
from datetime import datetime

from app.kit.answers import Answer
from app.kit.chat import Chat, Place
from app.services.answers.book import Book, book
from app.services.answers.rules import MatchKind

# Not what only machines write: `desk:…` and `place:…` are the scenes of our own QR codes, and
# whoever scans one is not asking. A rule that names the code as a whole may still answer it.
ANY = r"(?s).+"
CODE = re.compile(r"[a-z]{2,20}:[\w:.~-]{8,}", re.ASCII)
chat = Chat(book=book)


@chat.match(ANY, place=Place.FIRST)
def before(text: str, book: Book, now: datetime) -> Answer | None:
    """Rules marked 「先于服务」."""
    rule = book.first.best(text, now, book.works)
    if rule is None or (rule.kind is not MatchKind.EXACT and CODE.fullmatch(text)):
        return None
    return list(rule.parts)


@chat.match(ANY, place=Place.EARLY)
def between(text: str, book: Book, now: datetime) -> Answer | None:
    """After the services' own words, before their patterns: only a rule that names the words."""
    if text not in book.usual.exact:
        return None
    rule = book.usual.best(text, now, book.works)
    return list(rule.parts) if rule and rule.kind is MatchKind.EXACT else None


@chat.match(ANY)
def after(text: str, book: Book, now: datetime) -> Answer | None:
    """What no service answered."""
    rule = book.usual.best(text, now, book.works)
    return list(rule.parts) if rule else None
