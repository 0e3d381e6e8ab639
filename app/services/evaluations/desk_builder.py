"""The builder: questions as an operator types them, moved and dropped by buttons. Pure.

The page's form is all the state there is: each button sends the whole of it with `deed`, and gets
it back changed. Fields of the third question are `q3-kind`, `q3-title`, …
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.services.evaluations.rules import (
    ASKED_OF,
    CHOOSING,
    MOST_QUESTIONS,
    NUMBERS,
    WIDEST_SCALE,
    Kind,
    Op,
    Question,
)

FIELDS = (
    "name", "kind", "title", "about", "required", "choices", "rows", "least", "most", "low_label",
    "high_label", "limit", "when", "op", "value",
)  # fmt: skip
LONGEST = 4_000  # letters of one field
_FIELD = re.compile(r"q([0-9]{1,3})-([a-z_]{1,12})")
_NUMBERED = re.compile(r"q([0-9]{1,6})")
_WRONG = re.compile(r"第 ([0-9]+) 题")
# What a new question begins with, so that the first look is no empty form.
BEGIN: Mapping[str, Mapping[str, str]] = {
    Kind.STARS: {"title": "总的来说怎么样", "required": "on"},
    Kind.ONE: {"title": "", "choices": "好\n一般\n不好"},
    Kind.MANY: {"title": "", "choices": "第一项\n第二项"},
    Kind.TAGS: {"title": "哪里好", "choices": "味道好\n分量足\n干净\n态度好"},
    Kind.WORDS: {"title": "还想说什么", "limit": "200"},
    Kind.PHOTO: {"title": "拍一张", "limit": "3"},
    Kind.SCALE: {"title": "愿意推荐给同学吗", "least": "0", "most": "10", "low_label": "不会",
                 "high_label": "一定会"},
    Kind.MATRIX: {"title": "分开说说", "rows": "味道\n分量\n价格", "choices": "满意\n一般\n不满意"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was typed: a field of FIELDS by name, missing ones are empty."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        if name not in FIELDS:
            raise AttributeError(name)
        return self.fields.get(name, "")

    @property
    def can_be_asked_of(self) -> bool:
        return self.kind in ASKED_OF

    @property
    def counts(self) -> bool:
        """Whether a condition on it compares numbers."""
        return self.kind in NUMBERS

    @property
    def lines(self) -> list[str]:
        return lines(self.choices)

    @property
    def row_lines(self) -> list[str]:
        return lines(self.rows)

    @property
    def values(self) -> list[str]:
        """What a condition on it can compare with."""
        if self.kind == Kind.STARS:
            return ["1", "2", "3", "4", "5"]
        if self.kind != Kind.SCALE:
            return self.lines
        least, most = _number(self.least, 0), _number(self.most, 10)
        return [str(n) for n in range(least, min(most, WIDEST_SCALE) + 1)]


def lines(text: str) -> list[str]:
    """What stands on each line, without the empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def typed(form: Mapping[str, str]) -> list[Asked]:
    """The questions of the form, in the order of their numbers; at most MOST_QUESTIONS."""
    found: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        match = _FIELD.fullmatch(key)
        if match and match[2] in FIELDS:
            found.setdefault(int(match[1]), {})[match[2]] = value[:LONGEST].replace("\r", "")
    rows = [Asked(fields) for _, fields in sorted(found.items()) if fields.get("kind") in set(Kind)]
    return rows[:MOST_QUESTIONS]


def of(questions: Sequence[Question]) -> list[Asked]:
    """The questions of a form that there is, as its builder shows them."""
    return [Asked({k: v for k, v in _shown(one).items() if v}) for one in questions]


def _shown(one: Question) -> dict[str, str]:
    ends = (*one.labels, "", "")
    scale = one.kind is Kind.SCALE
    return {
        "name": one.name, "kind": one.kind.value, "title": one.title, "about": one.about,
        "required": "on" if one.required else "", "choices": "\n".join(one.choices),
        "rows": "\n".join(one.rows), "least": str(one.least) if scale else "",
        "most": str(one.most) if scale else "", "low_label": ends[0], "high_label": ends[1],
        "limit": str(one.limit) if one.limit else "",
        "when": one.when.question if one.when else "", "op": one.when.op.value if one.when else "",
        "value": str(one.when.value) if one.when else "",
    }  # fmt: skip


def press(asked: Sequence[Asked], deed: str, used: int = 0) -> list[Asked]:
    """What a button makes of them: `add:stars`, `copy:2`, `drop:2`, `up:2`, `down:2`, `move:4:1`.

    Numbers count from 0; `used` is `highest` of all that there ever was. A button that means
    nothing any more changes nothing.
    """
    verb, _, rest = deed.partition(":")
    made = list(asked)
    if verb == "add" and rest in set(Kind):
        return [*made, _new(highest(made, used), rest)] if len(made) < MOST_QUESTIONS else made
    numbers = [int(part) for part in rest.split(":") if part.isascii() and part.isdecimal()]
    if not numbers or numbers[0] >= len(made):
        return made
    at = numbers[0]
    if verb == "drop":
        gone = made.pop(at)
        return [_without(one, gone.name) for one in made]
    if verb == "copy" and len(made) < MOST_QUESTIONS:
        made.insert(at + 1, Asked({**made[at].fields, "name": f"q{highest(made, used) + 1}"}))
    to = {"up": at - 1, "down": at + 1, "move": numbers[-1]}.get(verb, -1)
    if 0 <= to < len(made):
        made.insert(to, made.pop(at))
    return made


def highest(asked: Sequence[Asked], used: int = 0) -> int:
    """The highest number of their names (`q7`), or `used`. A name is never given twice: answers
    to a question that is gone would count for the new one."""
    numbers = [int(found[1]) for one in asked if (found := _NUMBERED.fullmatch(one.name))]
    return max([used, *numbers])


def _new(used: int, kind: str) -> Asked:
    return Asked({"name": f"q{used + 1}", "kind": kind, **BEGIN[kind]})


def _without(one: Asked, name: str) -> Asked:
    """`one`, asked of everybody if it hung on the question that is gone."""
    if one.when != name:
        return one
    return replace(one, fields={k: v for k, v in one.fields.items() if k != "when"})


def plain(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """As `rules` describes questions; what makes no sense is left for their reader to refuse."""
    kinds = {one.name: one for one in asked}
    return [_plain(one, kinds) for one in asked]


def _plain(one: Asked, kinds: Mapping[str, Asked]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": one.name, "kind": one.kind, "title": one.title.strip()}
    if one.about.strip():
        made["about"] = one.about.strip()
    if one.required:
        made["required"] = True
    if one.kind in CHOOSING:
        made["choices"] = lines(one.choices)
    if one.kind == Kind.MATRIX:
        made["rows"] = lines(one.rows)
    if one.kind == Kind.SCALE:
        made |= {"least": _number(one.least, 0), "most": _number(one.most, 10)}
        ends = [one.low_label.strip(), one.high_label.strip()]
        made |= {"labels": ends} if all(ends) else {}
    if one.limit.strip() and one.kind not in (Kind.STARS, Kind.ONE, Kind.SCALE, Kind.MATRIX):
        made["limit"] = _number(one.limit, one.limit)
    if one.when:
        made["when"] = _when(one, kinds.get(one.when))
    return made


def _when(one: Asked, of: Asked | None) -> dict[str, Any]:
    counts = of is not None and of.counts
    op = one.op if one.op in set(Op) else (Op.LE if counts else Op.IS)
    if not counts and op in (Op.LE, Op.GE):
        op = Op.IS
    value: Any = _number(one.value, one.value) if counts else one.value
    return {"question": one.when, "op": str(op), "value": value}


def _number(text: str, otherwise: Any) -> Any:
    word = text.strip()
    return int(word) if word.isascii() and word.removeprefix("-").isdecimal() else otherwise


def wrong_at(sentence: str) -> int | None:
    """Which question a refusal is about (「第 3 题…」), counted from 0."""
    found = _WRONG.search(sentence)
    return int(found[1]) - 1 if found else None
