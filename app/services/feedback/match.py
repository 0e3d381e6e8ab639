"""Finding entries by the words that people use: pairs of characters, weighed by how rare. Pure.

Chinese has no blanks between words; pairs find 「电煮锅」 in 「寝室能用电煮锅吗」 with no
dictionary that would have to know it. A few hundred entries, a fraction of a millisecond.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping

from app.kit.words import normalise

_WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
# Characters of asking and politeness: they are in every sentence and tell of none.
_EMPTY = str.maketrans(
    dict.fromkeys(
        "吗呢吧啊呀了的是有没不我你他们们么能可以要想请问怎什哪个这那一在到把被为和跟", " "
    )
)
LONGEST = 400


def tokens(text: str) -> set[str]:
    """What `text` is looked up by: pairs of Chinese characters, whole Latin words and numbers."""
    found: set[str] = set()
    for word in _WORD.findall(normalise(text[:LONGEST]).translate(_EMPTY)):
        if word.isascii() or len(word) == 1:
            found.add(word)
        else:
            found.update(word[at : at + 2] for at in range(len(word) - 1))
    return found


class Index:
    """Texts by id. `find` gives (id, weight, share): `share` is how much of the question an entry
    covers, 0 to 1; best first. Single characters count only where nothing else is asked."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._where: dict[str, list[int]] = {}
        for id, text in texts.items():
            for token in tokens(text):
                self._where.setdefault(token, []).append(id)
        self._size = max(1, len(texts))

    def _weight(self, token: str) -> float:
        rare = math.log(1 + self._size / (1 + len(self._where.get(token, ()))))
        return rare if len(token) > 1 else rare / 4

    def find(self, text: str, most: int = 10, share: float = 0.0) -> list[tuple[int, float, float]]:
        asked = tokens(text)
        whole = sum(self._weight(token) for token in asked)
        found: Counter[int] = Counter()
        weights: dict[int, float] = {}
        for token in asked:
            for id in self._where.get(token, ()):
                weights[id] = weights.get(id, 0.0) + self._weight(token)
                found[id] += len(token) > 1
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        some = [(id, weight, weight / whole) for id, weight in ranked
                if found[id] or all(len(token) == 1 for token in asked)]  # fmt: skip
        return [one for one in some if one[2] >= share][:most]
