"""Questions as they are stored, read and judged: what the desk's builder saves. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.kit.errors import Invalid
from app.services.evaluations.rules import (
    ASKED_OF,
    CHOOSING,
    LETTERS,
    MOST_CHOICE,
    MOST_CHOICES,
    MOST_LETTERS,
    MOST_PHOTOS,
    MOST_QUESTIONS,
    MOST_TITLE,
    NUMBERS,
    PHOTOS,
    SEVERAL,
    WIDEST_SCALE,
    Condition,
    Kind,
    Op,
    Question,
)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")


def read(raw: object) -> tuple[Question, ...]:
    """The questions of stored or posted JSON, in order. Raises Invalid that names the question."""
    if not isinstance(raw, list) or not raw:
        raise Invalid("加上第一道题再存")
    if len(raw) > MOST_QUESTIONS:
        raise Invalid(f"一张表最多 {MOST_QUESTIONS} 道题，分成两张发")
    questions: list[Question] = []
    for at, item in enumerate(raw, start=1):
        try:
            questions.append(_question(item, questions))
        except Invalid as wrong:
            raise Invalid(f"第 {at} 题：{wrong}") from None
    return tuple(questions)


def plain(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The way back: what `read` reads, without what is usual."""
    return [_plain(question) for question in questions]


def _plain(question: Question) -> dict[str, Any]:
    usual = Question(question.name, question.kind, question.title)
    out: dict[str, Any] = {
        "name": question.name, "kind": str(question.kind), "title": question.title,
    }  # fmt: skip
    for name in ("about", "required", "choices", "rows", "least", "most", "labels", "limit"):
        value = getattr(question, name)
        if value != getattr(usual, name):
            out[name] = list(value) if isinstance(value, tuple) else value
    if question.when is not None:
        out["when"] = {"question": question.when.question, "op": str(question.when.op),
                       "value": question.when.value}  # fmt: skip
    return out


def _question(raw: object, earlier: Sequence[Question]) -> Question:
    if not isinstance(raw, Mapping):
        raise Invalid("读不出来，重新加一次")
    kind = _kind(raw.get("kind"))
    name = raw.get("name")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise Invalid("少了编号，删掉重新加一次")
    if any(question.name == name for question in earlier):
        raise Invalid("和前面的题编号一样，删掉重新加一次")
    least, most = _scale(kind, raw)
    return Question(
        name=name, kind=kind, title=_text(raw, "title", MOST_TITLE, "写上问什么"),
        about=_text(raw, "about", 2 * MOST_TITLE), required=raw.get("required") is True,
        choices=_choices(raw, "choices", "选项", kind in CHOOSING),
        rows=_choices(raw, "rows", "行", kind is Kind.MATRIX), least=least, most=most,
        labels=_choices(raw, "labels", "两头的字", False)[:2], limit=_limit(kind, raw),
        when=_condition(raw.get("when"), earlier),
    )  # fmt: skip


def _kind(value: object) -> Kind:
    try:
        return Kind(str(value))
    except ValueError:
        raise Invalid("没有这种题型") from None


def _text(raw: Mapping[str, Any], key: str, most: int, missing: str = "") -> str:
    value = str(raw.get(key) or "").replace("\0", "").strip()
    if missing and not value:
        raise Invalid(missing)
    if len(value) > most:
        raise Invalid(f"「{value[:10]}…」太长，最多 {most} 个字")
    return value


def _choices(raw: Mapping[str, Any], key: str, what: str, needed: bool) -> tuple[str, ...]:
    given = raw.get(key) or []
    if not isinstance(given, list):
        raise Invalid(f"{what}读不出来，重新填一次")
    found = tuple(" ".join(str(one).replace("\0", "").split()) for one in given if str(one).strip())
    if needed and len(found) < (1 if key == "rows" else 2):
        raise Invalid(f"至少写{'一' if key == 'rows' else '两'}个{what}")
    if len(found) > MOST_CHOICES or any(len(one) > MOST_CHOICE for one in found):
        raise Invalid(f"{what}最多 {MOST_CHOICES} 个，每个 {MOST_CHOICE} 个字以内")
    if key != "labels" and len(set(found)) < len(found):
        raise Invalid(f"有两个{what}一样，改掉一个")
    return found


def _number(raw: Mapping[str, Any], key: str, usual: int) -> int:
    value = raw.get(key)
    if value is None or value == "":
        return usual
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid("数字那一格要填整数")
    return value


def _scale(kind: Kind, raw: Mapping[str, Any]) -> tuple[int, int]:
    if kind is not Kind.SCALE:
        return 0, 10
    least, most = _number(raw, "least", 0), _number(raw, "most", 10)
    if not (0 <= least < most <= WIDEST_SCALE):
        raise Invalid(f"打分从小到大，在 0 到 {WIDEST_SCALE} 之间")
    return least, most


def _limit(kind: Kind, raw: Mapping[str, Any]) -> int:
    usual = {Kind.WORDS: LETTERS, Kind.PHOTO: PHOTOS}.get(kind, 0)
    limit = _number(raw, "limit", usual)
    most = {Kind.WORDS: MOST_LETTERS, Kind.PHOTO: MOST_PHOTOS}.get(kind, MOST_CHOICES)
    if kind not in SEVERAL and not usual:
        return 0
    if not 0 <= limit <= most or (usual and not limit):
        raise Invalid(f"最多能填到 {most}")
    return limit


def _condition(raw: object, earlier: Sequence[Question]) -> Condition | None:
    if not raw:
        return None
    if not isinstance(raw, Mapping):
        raise Invalid("显示条件读不出来，重新选一次")
    asked = next((q for q in earlier if q.name == raw.get("question")), None)
    if asked is None or asked.kind not in ASKED_OF:
        raise Invalid("显示条件要看前面的题：星、打分或选择")
    try:
        op = Op(str(raw.get("op")))
    except ValueError:
        raise Invalid("显示条件选一种比较") from None
    return Condition(asked.name, op, _compared(asked, op, raw.get("value")))


def _compared(asked: Question, op: Op, value: object) -> str | int:
    if asked.kind in NUMBERS:
        least, most = (1, 5) if asked.kind is Kind.STARS else (asked.least, asked.most)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Invalid(f"显示条件的数在 {least} 到 {most} 之间")
        return value
    if op in (Op.LE, Op.GE) or not isinstance(value, str) or value not in asked.choices:
        raise Invalid(f"显示条件选「{asked.title[:12]}」里有的选项")
    return value
