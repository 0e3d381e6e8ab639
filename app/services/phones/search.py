"""Finding offices and lines by words, pinyin, first letters or a number."""

import re

from rapidfuzz import fuzz, process

from app.campus.places.rooms import chinese_number
from app.kit.words import normalise, pinyin
from app.services.phones.book import Book, Keys, Line, Office, Thing

EXACT, BEGINS, INSIDE, LOOSE = range(4)
NEAREST = 3
NEAR_SPELLING, NEAR_SOUND = 50, 70
MUCH = 25  # a name this much worse than the best is no guess


def find(book: Book, query: str) -> list[list[Thing]]:
    """What answers `query`, in four grades: EXACT, BEGINS, INSIDE, LOOSE."""
    words = _words(query)
    whole = "".join(words)
    if whole.isdecimal() and len(whole) >= 3 and (found := _by_number(book, whole)):
        return found
    grades: list[list[Thing]] = [[], [], [], []]
    for thing in book.things if whole else ():
        grade = min(_grade(thing, whole), _grade_in_order(thing, words))
        if grade <= LOOSE:
            grades[grade].append(thing)
    return grades


def nearest(book: Book, query: str) -> list[str]:
    """Up to three names of the book that are spelled or sound alike."""
    whole = "".join(_words(query))[:20]
    names = {office.name for office in book.offices.values()}
    names |= {line.post for line in book.lines if line.post}
    sounds = {name: pinyin(name) for name in names}
    scores: dict[str, float] = {}
    for name, score, _ in process.extract(whole, names, scorer=fuzz.ratio, limit=NEAREST):
        scores[name] = score if score >= NEAR_SPELLING else 0
    for _, score, name in process.extract(pinyin(whole), sounds, scorer=fuzz.ratio, limit=NEAREST):
        scores[name] = max(scores.get(name, 0), score if score >= NEAR_SOUND else 0)
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = max(scores.values(), default=0)
    return [name for name in ranked if scores[name] > best - MUCH][:NEAREST] if best else []


def _words(query: str) -> list[str]:
    """Words of the query; 「三号楼」 becomes 「3号楼」, a number with spaces one word."""
    text = re.sub(
        r"[一二三四五六七八九十]{1,3}(?=号楼)",
        lambda found: str(chinese_number(found[0]) or found[0]),
        normalise(query),
    )
    if re.fullmatch(r"[\d\s\-]+", text):
        return [re.sub(r"\D", "", text)]
    return [word for word in re.split(r"[\s/、，,]+", text) if word]


def _by_number(book: Book, digits: str) -> list[list[Thing]] | None:
    """People know a number by its end: that is as good as the whole."""
    ends = [line for line in book.lines if line.number.endswith(digits)]
    whole = [line for line in ends if line.number == digits]
    inside = [line for line in book.lines if digits in line.number and line not in ends]
    return [[*(whole or ends)], [], [*inside], []] if ends or inside else None


def _grade(thing: Thing, query: str) -> int:
    """`query` without spaces against the thing's own name, or a parent's name before it."""
    best = _own(thing.keys, query)
    for parent in _above(thing):
        name = parent.keys.words[0]
        if query.startswith(name) and (rest := query[len(name) :].removeprefix("的")):
            best = min(best, _own(thing.keys, rest))
    return best


def _grade_in_order(thing: Thing, words: list[str]) -> int:
    """Several words: the last names the thing, those before it the thing or its parents."""
    if len(words) < 2:
        return LOOSE + 1
    around = [thing.keys, *(parent.keys for parent in _above(thing))]
    if all(any(_own(keys, word) <= LOOSE for keys in around) for word in words[:-1]):
        return _own(thing.keys, words[-1])
    return LOOSE + 1


def _above(thing: Thing) -> list[Office]:
    return [thing.office, *thing.office.above] if isinstance(thing, Line) else thing.above


def _own(keys: Keys, query: str) -> int:
    """How well `query` names what has these keys; more than LOOSE if it does not."""
    if query in keys.words:
        return EXACT
    if any(word.startswith(query) for word in keys.words):
        return BEGINS
    if query in (keys.sound, keys.letters):
        return BEGINS
    if any(_inside(query, word) for word in keys.words):
        return INSIDE
    if keys.letters.startswith(query) or keys.sound.startswith(query):
        return INSIDE
    return LOOSE if _skips(query, keys.words) else LOOSE + 1


def _inside(query: str, word: str) -> bool:
    """「3号楼」 is not inside 「13号楼」."""
    at = word.find(query)
    return at >= 0 and not (query[0].isdecimal() and word[:at][-1:].isdecimal())


def _skips(query: str, words: tuple[str, ...]) -> bool:
    """「后勤处」 is 「后勤管理处」 with signs left out; both ends must agree."""
    if len(query) < 2 or query.isascii():
        return False
    for word in words:
        if word[:1] == query[0] and word[-1:] == query[-1]:
            signs = iter(word)
            if all(sign in signs for sign in query):
                return True
    return False
