"""How often each follower really got each message: what a test of sending is judged by."""

import hashlib
import json
from collections import Counter
from typing import Any


class Told:
    """Counts by follower and content; two messages of the same content are one letter here."""

    def __init__(self) -> None:
        self._titles: dict[str, tuple[str, str]] = {}
        self._copies: Counter[tuple[str, str]] = Counter()

    def add(self, openid: str, kind: str, title: str, content: Any) -> None:
        """One copy of `content` (JSON) reached the follower."""
        text = json.dumps(content, ensure_ascii=False)
        letter = hashlib.blake2b(f"{kind}{text}".encode(), digest_size=8).hexdigest()
        if letter not in self._titles:
            self._titles[letter] = (kind, title)
        self._copies[openid, letter] += 1

    def clear(self) -> None:
        """Forget all."""
        self._titles.clear()
        self._copies.clear()

    def summary(self) -> dict[str, Any]:
        """`letters`: of each the number of people and copies, and `twice` whoever got several."""
        people: Counter[str] = Counter()
        copies: Counter[str] = Counter()
        twice = []
        for (openid, letter), count in self._copies.items():
            people[letter] += 1
            copies[letter] += count
            if count > 1:
                twice.append({"openid": openid, "letter": letter, "copies": count})
        listed = [
            {"letter": letter, "kind": kind, "title": title,
             "people": people[letter], "copies": copies[letter]}
            for letter, (kind, title) in self._titles.items()
        ]  # fmt: skip
        return {"total": copies.total(), "letters": listed, "twice": twice}

    def of(self, openid: str) -> list[dict[str, Any]]:
        """The letters of one follower."""
        return [
            {"letter": letter, "kind": self._titles[letter][0],
             "title": self._titles[letter][1], "copies": count}
            for (who, letter), count in self._copies.items() if who == openid
        ]  # fmt: skip

    def people(self) -> dict[str, int]:
        """Of everybody who got anything, how many copies in all."""
        total: Counter[str] = Counter()
        for (openid, _), count in self._copies.items():
            total[openid] += count
        return dict(total)
