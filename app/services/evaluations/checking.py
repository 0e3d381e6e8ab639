"""What was sent, against the questions it was asked by. Pure.

A page sends `q-<name>`, of a matrix `q-<name>-<row's number>`; photos come as files and count here
only by how many they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.services.evaluations.rules import (
    NUMBERS,
    SEVERAL,
    Checked,
    Given,
    Kind,
    Question,
    shown,
)

FIELD = "q-"
MISSING = {
    Kind.STARS: "点一颗星", Kind.ONE: "选一个", Kind.MANY: "至少选一个", Kind.TAGS: "至少选一个词",
    Kind.WORDS: "写几个字", Kind.PHOTO: "加一张照片", Kind.SCALE: "打个分",
}  # fmt: skip
Sent = Mapping[str, Sequence[str]]


class _Wrong(Exception):
    """A sentence about one question."""


def check(questions: Sequence[Question], sent: Sent, photos: Mapping[str, int]) -> Checked:
    """What was answered of what was shown, and what is wrong.

    `photos`: how many came for each question; they stand in `given` as that number. Only what
    is right is given; an answer to a question that its condition hides is passed over.
    """
    given: Given = {}
    wrong: dict[str, str] = {}
    for question in questions:
        if question not in shown(questions, given):
            continue
        try:
            value = _value(question, sent, photos)
        except _Wrong as error:
            wrong[question.name] = str(error)
            continue
        if value is not None:
            given[question.name] = value
        elif question.required:
            wrong[question.name] = MISSING.get(question.kind, "每一行都选一个")
    return Checked(given, wrong)


def as_sent(questions: Sequence[Question], given: Mapping[str, Any]) -> dict[str, list[str]]:
    """`given` as a page would send it, for a form that is shown again."""
    sent: dict[str, list[str]] = {}
    for question in questions:
        value = given.get(question.name)
        name = FIELD + question.name
        if question.kind is Kind.MATRIX and isinstance(value, dict):
            for at, row in enumerate(question.rows):
                if row in value:
                    sent[f"{name}-{at}"] = [str(value[row])]
        elif isinstance(value, list):
            sent[name] = [str(one) for one in value]
        elif value is not None:
            sent[name] = [str(value)]
    return sent


def fits(new: Sequence[Question], old: Sequence[Question], given: Mapping[str, Any]) -> bool:
    """Whether what was given to `old` is just as good an answer to `new`, nothing lost in it."""
    kinds = {question.name: question.kind for question in old}
    if any(kinds.get(question.name, question.kind) is not question.kind for question in new):
        return False
    photos = {q.name: given[q.name] for q in old if q.kind is Kind.PHOTO and q.name in given}
    again = check(new, as_sent(old, given), photos)
    return not again.wrong and again.given == dict(given)


def _value(question: Question, sent: Sent, photos: Mapping[str, int]) -> Any:
    """The answer as it is stored; None if there is none."""
    if question.kind is Kind.PHOTO:
        return _photos(question, photos.get(question.name, 0))
    if question.kind is Kind.MATRIX:
        return _matrix(question, sent)
    values = [value for value in sent.get(FIELD + question.name, ()) if value.strip()]
    if question.kind in SEVERAL:
        return _several(question, values)
    return _single(question, values[0]) if values else None


def _single(question: Question, value: str) -> str | int:
    if question.kind is Kind.WORDS:
        return _words(question, value)
    if question.kind in NUMBERS:
        return _number(question, value)
    if value not in question.choices:
        raise _Wrong("选列出来的")
    return value


def _photos(question: Question, count: int) -> int | None:
    if count > question.limit:
        raise _Wrong(f"最多 {question.limit} 张，去掉几张再发")
    return count or None


def _matrix(question: Question, sent: Sent) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for at, row in enumerate(question.rows):
        value = next(iter(sent.get(f"{FIELD}{question.name}-{at}", ())), "")
        if value and value not in question.choices:
            raise _Wrong("选列出来的")
        if value:
            found[row] = value
        elif question.required:
            raise _Wrong(f"「{row}」这一行还没选")
    return found or None


def _several(question: Question, values: Sequence[str]) -> list[str] | None:
    if set(values) - set(question.choices):
        raise _Wrong("选列出来的")
    chosen = [choice for choice in question.choices if choice in values]
    if question.limit and len(chosen) > question.limit:
        raise _Wrong(f"最多选 {question.limit} 个")
    return chosen or None


def _words(question: Question, value: str) -> str:
    words = value.replace("\0", "").replace("\r\n", "\n").strip()
    if len(words) > question.limit:
        raise _Wrong(f"最多 {question.limit} 个字，现在 {len(words)} 个")
    return words


def _number(question: Question, value: str) -> int:
    least, most = (1, 5) if question.kind is Kind.STARS else (question.least, question.most)
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else None
    if number is None or not least <= number <= most:
        raise _Wrong("点 1 到 5 颗星" if question.kind is Kind.STARS else f"{least} 到 {most} 之间")
    return number
