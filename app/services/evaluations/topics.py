"""Words of answers, cut into topics: what is talked of, and what is said of it. Pure.

A clause is a topic when it has a noun, or a judging word that tells what it is about; the word
goes to the noun before it (「饭菜有点咸」), else the one after it (「难吃的饭菜」).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from app.services.evaluations.topics_words import (
    ABOUT,
    NOUNS,
    SAME,
    SOMEBODY,
    STOP,
    TONES,
    WISHES,
)

LONGEST = 600  # letters of an answer that are read
OFTEN = 100_000  # how common a word of ours is made, so that it is not cut
_CLAUSE = re.compile(
    r"[，。！？；、,.!?;:：~～…\s()（）「」“”\"']+|但是|但|不过|可是|就是|而且|然而"
)
# How much of it is not told apart, and the cutter takes 「太贵」 for a name.
_DEGREE = re.compile(
    r"[又也都]|非常|特别|有一?点儿?|有些|比较|十分|相当|极其|超级|真的|实在|太(?![阳空原平])|很|挺|蛮|老是|总是|一直"
)
_NOT = re.compile(r"^(不|没|无|别)")


@dataclass(frozen=True, slots=True)
class Mention:
    """`topic` and how it is judged (「不热」; empty: not); `tone` 1 praises, -1 complains."""

    topic: str
    judged: str = ""
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of many answers: `ids` of those that talk of it, newest first as they came.

    `judged`: what is said of it and in how many answers, most often first.
    """

    word: str
    ids: tuple[int, ...]
    good: int
    bad: int
    judged: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return len(self.ids)


@lru_cache(maxsize=20_000)
def mentions(words: str) -> tuple[Mention, ...]:
    """What an answer talks of, each thing it says once. A quarter second for the first call."""
    found: dict[Mention, None] = {}
    for clause in _CLAUSE.split(words[:LONGEST]):
        if clause:
            found.update(dict.fromkeys(_clause(clause)))
    judged = {mention.topic for mention in found if mention.judged}
    return tuple(m for m in found if m.judged or m.topic not in judged)


def topics(said: Iterable[tuple[int, str]], most: int = 24) -> list[Topic]:
    """The topics of answers (id, words), those of the most answers first; ties by the word."""
    ids: dict[str, list[int]] = {}
    tones: dict[str, Counter[int]] = {}
    judged: dict[str, Counter[str]] = {}
    for id, words in said:
        theirs: dict[str, list[Mention]] = {}
        for mention in mentions(words):
            theirs.setdefault(mention.topic, []).append(mention)
        for topic, every in theirs.items():
            ids.setdefault(topic, []).append(id)
            judged.setdefault(topic, Counter()).update({m.judged for m in every if m.judged})
            tones.setdefault(topic, Counter()).update({m.tone for m in every})
    made = [
        Topic(topic, tuple(found), tones[topic][1], tones[topic][-1], _ranked(judged[topic]))
        for topic, found in ids.items()
    ]
    return sorted(made, key=lambda topic: (-topic.count, topic.word))[:most]


def speaks_of(words: str, topic: str, judged: str = "") -> bool:
    """Whether an answer talks of `topic`, and says `judged` of it if that is given."""
    return any(m.topic == topic and judged in ("", m.judged) for m in mentions(words))


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@lru_cache(maxsize=1)
def _cutter() -> rjieba.Jieba:
    made = rjieba.Jieba()
    for word in (*NOUNS, *(word for word in TONES if len(word) > 1)):
        made.add_word(word, OFTEN, "n")
    return made


def _clause(clause: str) -> list[Mention]:
    wish = clause.startswith(WISHES)
    # Degrees go before the cut: 「不太好」 becomes 「不好」, cut in two.
    tokens = [
        (w, tag) for w, tag in _cutter().tag(_DEGREE.sub(" ", clause), hmm=False) if w.strip()
    ]
    nouns = [(at, SAME.get(word, word)) for at, (word, tag) in enumerate(tokens)
             if _is_noun(word, tag)]  # fmt: skip
    judging = [] if wish else list(_judging(tokens))
    if not nouns:
        return [Mention(ABOUT[w], said, tone) for _, w, said, tone in judging if w in ABOUT]
    owned = [(_owner(at, nouns), said, tone) for at, _, said, tone in judging]
    bare = [Mention(name) for _, name in nouns if name not in {owner for owner, _, _ in owned}]
    return [Mention(*one) for one in owned] + bare


def _is_noun(word: str, tag: str) -> bool:
    if word in TONES or word in STOP:
        return False
    if word in SAME or word in SOMEBODY or word in NOUNS:
        return True
    return len(word) > 1 and (tag in ("s", "an", "vn") or tag[:1] == "n") and tag[:2] != "nr"


def _judging(tokens: Sequence[tuple[str, str]]) -> Iterable[tuple[int, str, str, int]]:
    """(where, the word, how it reads with what negates it, tone) of each judging word."""
    since = 0
    for at, (word, _) in enumerate(tokens):
        plain, negated = _tone(word)
        if plain is None:
            continue
        nots = [w for w, _ in tokens[since:at] if _NOT.match(w) and _tone(w)[0] is None]
        tone = negated if len(nots) % 2 else plain
        since = at + 1
        yield at, word, (f"不{word}" if len(nots) % 2 else word), tone


def _tone(word: str) -> tuple[int, int] | tuple[None, int]:
    """How a word judges; of one that begins with 不 (「不好」, cut as one), the other way round."""
    if word in TONES:
        return TONES[word]
    if word[:1] == "不" and word[1:] in TONES:
        plain, negated = TONES[word[1:]]
        return negated, plain
    return None, 0


def _owner(at: int, nouns: Sequence[tuple[int, str]]) -> str:
    """The noun that a judging word at `at` is said of."""
    before = [name for place, name in nouns if place < at]
    return before[-1] if before else nouns[0][1]
