"""Forms: their questions, which are shown, what an answer may be, and when it counts. Pure.

A question as it is stored, `?` may be missing:
    {"name": "q1", "kind": "stars", "title": "味道怎么样", "about"?: "…", "required"?: true,
     "choices"?: ["…"] (one, many, tags, matrix), "rows"?: ["…"] (matrix),
     "least"?: 0, "most"?: 10, "labels"?: ["很差", "很好"] (scale),
     "limit"?: 3 (the most choices, letters or photos),
     "when"?: {"question": "q0", "op": "le", "value": 2}}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.kit.errors import Invalid

LOW = 2
MIN_SHOWN = 5  # anonymous answers below which a distribution would say who said what
MOST_QUESTIONS, MOST_CHOICES, MOST_TITLE, MOST_CHOICE = 40, 30, 100, 40
LETTERS, PHOTOS = 500, 3
MOST_LETTERS, MOST_PHOTOS, WIDEST_SCALE = 2000, 6, 100
Given = dict[str, Any]


class Kind(StrEnum):
    STARS = "stars"  # 1 to 5
    ONE = "one"  # of the choices
    MANY = "many"
    TAGS = "tags"  # as many, shown as words to tap
    WORDS = "words"
    PHOTO = "photo"
    SCALE = "scale"  # least to most
    MATRIX = "matrix"  # for each row one of the choices


class Op(StrEnum):
    IS = "is"  # equals; of several: is among them
    NOT = "not"
    LE = "le"
    GE = "ge"


class Stage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Phase(StrEnum):
    DRAFT = "draft"
    EARLY = "early"
    OPEN = "open"
    OVER = "over"


class Period(StrEnum):
    ONCE = "once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    OCCASION = "occasion"  # once for each invitation; without one, not at all


CHOOSING = frozenset({Kind.ONE, Kind.MANY, Kind.TAGS, Kind.MATRIX})
SEVERAL = frozenset({Kind.MANY, Kind.TAGS})
NUMBERS = frozenset({Kind.STARS, Kind.SCALE})
ASKED_OF = NUMBERS | SEVERAL | {Kind.ONE}  # what a condition may look at


@dataclass(frozen=True, slots=True)
class Condition:
    """`question`, an earlier one, was answered, and `op` holds of the answer and `value`."""

    question: str
    op: Op
    value: str | int

    def holds(self, given: Mapping[str, Any]) -> bool:
        said = given.get(self.question)
        if said is None:
            return False
        if self.op in (Op.IS, Op.NOT):
            among = self.value in said if isinstance(said, list) else said == self.value
            return among is (self.op is Op.IS)
        if not isinstance(said, int) or not isinstance(self.value, int):
            return False
        return said <= self.value if self.op is Op.LE else said >= self.value


@dataclass(frozen=True, slots=True)
class Question:
    """`labels` name the ends of a scale; `limit`: the most choices, letters or photos."""

    name: str
    kind: Kind
    title: str
    about: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    least: int = 0
    most: int = 10
    labels: tuple[str, ...] = ()
    limit: int = 0
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was `given`, in order, and what is wrong with it: {question's name: a sentence}."""

    given: Given
    wrong: dict[str, str] = field(default_factory=dict)


def shown(questions: Sequence[Question], given: Mapping[str, Any]) -> list[Question]:
    """Those that are asked of whoever gave that: a hidden one's answer counts for nothing."""
    seen: Given = {}
    found = []
    for question in questions:
        if question.when is None or question.when.holds(seen):
            found.append(question)
            if question.name in given:
                seen[question.name] = given[question.name]
    return found


def phase(stage: str, opens: datetime | None, closes: datetime | None, now: datetime) -> Phase:
    """Whether a form can be answered now."""
    if stage == Stage.DRAFT:
        return Phase.DRAFT
    if stage == Stage.CLOSED or (closes is not None and now >= closes):
        return Phase.OVER
    return Phase.EARLY if opens is not None and now < opens else Phase.OPEN


def period_key(period: str, day: date, term: str, occasion: str = "") -> str:
    """What an answer of that day is the one of: the same key, the same occasion.

    Raises Invalid for a form that is answered on invitation, without one.
    """
    year, week, _ = day.isocalendar()
    if period == Period.OCCASION and not occasion:
        raise Invalid("这张表收到邀请才能填，邀请在「消息」里")
    return {
        Period.ONCE: "", Period.DAY: day.isoformat(), Period.WEEK: f"{year}-W{week:02}",
        Period.MONTH: f"{day:%Y-%m}", Period.TERM: f"term {term}", Period.OCCASION: occasion,
    }[Period(period)]  # fmt: skip


def stars_of(questions: Sequence[Question], given: Mapping[str, Any]) -> int | None:
    """The stars of the first question of stars that was answered."""
    found = (given.get(question.name) for question in questions if question.kind is Kind.STARS)
    return next((stars for stars in found if stars is not None), None)


def words_of(questions: Sequence[Question], given: Mapping[str, Any]) -> str:
    """All that was written, one answer a line."""
    said = [given.get(question.name) for question in questions if question.kind is Kind.WORDS]
    return "\n".join(words for words in said if words)


def is_low(stars: int | None, low: int) -> bool:
    """Whether the head is told at once."""
    return stars is not None and stars <= low
