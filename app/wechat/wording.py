"""Text as WeChat takes it: legal characters, and cut by UTF-8 bytes."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 2047  # bytes of UTF-8; longer replies show the user an error bubble

_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URL_UNSAFE = {'"': "%22", "<": "%3C", ">": "%3E", " ": "%20", "\n": "%0A", "\t": "%09"}
_JOINER = "\u200d"
_CLUSTER = 16  # code points; the longest emoji sequences have 10


def clean(words: str) -> str:
    """Without what XML 1.0 cannot carry (controls, lone surrogates); lines end in \\n."""
    if words.isascii() and words.isprintable():
        return words
    return _ILLEGAL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def fit(words: str, more: str | None = None, limit: int = MAX_TEXT) -> str:
    """Cleaned text of at most `limit` bytes, never cut inside a character or an emoji.

    When it must be cut, it ends in 「…」 and, given the address `more`, in a link to the rest.
    """
    words = clean(words)
    if len(words.encode()) <= limit:
        return words
    tail = "…"
    if more:
        safe = "".join(_URL_UNSAFE.get(char, char) for char in clean(more))
        linked = f'…\n<a href="{safe}">看全文</a>'
        tail = linked if len(linked.encode()) < limit // 2 else tail
    kept = words.encode()[: limit - len(tail.encode())].decode("utf-8", "ignore")
    return _before_open_link(kept[: _boundary(words, len(kept))]).rstrip() + tail


def _boundary(words: str, end: int) -> int:
    """The last place at or before `end` that does not split a visible character."""
    for place in range(end, max(0, end - _CLUSTER), -1):
        if not _extends(words[place]) and words[place - 1] != _JOINER:
            return place
    return end


def _extends(char: str) -> bool:
    """Combining marks, variation selectors, the joiner and skin tones."""
    return (
        char == _JOINER
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _before_open_link(words: str) -> str:
    start = words.rfind("<a ")
    return words[:start] if start > max(0, words.rfind("</a>")) else words
