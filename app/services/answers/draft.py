"""A rule as a form: what it shows, and what is wrong with what came back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from app.kit.answers import Card, Parts, Say, dump, load
from app.kit.words import normalise
from app.services.answers.models import Row
from app.services.answers.patterns import LONGEST_PATTERN, compile_safely
from app.services.answers.rules import RESTDAYS, WORKDAYS, MatchKind

CARDS = 5
MOST_WORDS, LONGEST_WORD, LONGEST_TEXT, LONGEST_TITLE = 30, 40, 600, 60
NONSENSE = "龘〇" * 5  # what nobody writes
PARTS = ("title", "text", "url", "picture")


@dataclass
class Draft:
    """The form's fields as text; `errors` by field name, empty when `values` can be kept."""

    fields: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def blank(words: str = "") -> Draft:
    """An empty form, or one for `words` that nobody answered."""
    return Draft({"kind": MatchKind.EXACT, "words": words, "priority": "0", "enabled": "on"})


def shown(row: Row) -> Draft:
    """The form of a rule that there is."""
    fields = {
        "kind": row.kind, "words": "\n".join(row.words), "priority": str(row.priority),
        "note": row.note, "days": row.days,
    }  # fmt: skip
    fields |= {name: "on" for name in ("first", "enabled") if getattr(row, name)}
    fields |= {n: v.isoformat() for n in ("starts", "ends") if (v := getattr(row, n))}
    fields |= {n: f"{v:%H:%M}" for n in ("opens", "closes") if (v := getattr(row, n)) is not None}
    fields |= {f"day{sign}": "on" for sign in row.days if sign.isdigit()}
    cards = 0
    for part in load(row.answer):
        if isinstance(part, Say):
            fields["text"] = part.text
        else:
            cards += 1
            fields |= {f"card{cards}_{name}": getattr(part, name) for name in PARTS}
            fields[f"card{cards}_url"] = "" if part.url == part.picture else part.url
    return Draft(fields)


def read(form: Mapping[str, str]) -> Draft:
    """What came back: `values` for `book.add`, or `errors`."""
    draft = Draft({name: str(value).strip() for name, value in form.items()})
    get = draft.fields.get
    draft.values = {
        "kind": _kind(draft), "words": _words(draft), "answer": json.loads(dump(_answer(draft))),
        "priority": _priority(draft), "first": bool(get("first")), "enabled": bool(get("enabled")),
        "note": get("note", "")[:200], "days": _days(draft), **_window(draft),
    }  # fmt: skip
    return draft


def _kind(draft: Draft) -> str:
    kind = draft.fields.get("kind", "")
    if kind not in tuple(MatchKind):
        draft.errors["kind"] = "选一种匹配方式"
    return str(kind)


def _words(draft: Draft) -> list[str]:
    """Words one on a line or between 「、」; a pattern is one line as it stands."""
    text = draft.fields.get("words", "")
    if draft.fields.get("kind") == MatchKind.PATTERN:
        try:
            pattern = compile_safely(text[: LONGEST_PATTERN + 1])
            if pattern.fullmatch(NONSENSE):
                draft.errors["words"] = "这个句式什么话都接得住，写上至少一个词"
        except ValueError as error:
            draft.errors["words"] = str(error)
        return [text[:LONGEST_PATTERN]]
    split = text.replace("、", "\n").replace("，", "\n").splitlines()
    words = list(dict.fromkeys(filter(None, (normalise(word) for word in split))))
    if wrong := _wrong_words(words, draft.fields.get("kind", "")):
        draft.errors["words"] = wrong
    return words[:MOST_WORDS]


def _wrong_words(words: list[str], kind: str) -> str:
    if not words:
        return "写上大家会发的词"
    if len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        return f"最多 {MOST_WORDS} 个词，每个不超过 {LONGEST_WORD} 个字"
    if any(word.isdecimal() and len(word) <= 2 for word in words):
        return "一两位数字留给「回数字」用，换一个词"
    if kind == MatchKind.CONTAINS and min(map(len, words)) < 2:
        return "「包含」的词至少两个字，一个字会接住太多别的话"
    return ""


def _answer(draft: Draft) -> Parts:
    text = draft.fields.get("text", "").replace("\r\n", "\n")
    cards = [card for number in range(1, CARDS + 1) if (card := _card(draft, number))]
    if len(text) > LONGEST_TEXT:
        draft.errors["text"] = f"最多 {LONGEST_TEXT} 个字，现在有 {len(text)} 个，长的放到网页里"
    if not text and not cards:
        draft.errors.setdefault("text", "写一句答复，或者加一张卡片")
    return (*([Say(text)] if text else []), *cards)


def _card(draft: Draft, number: int) -> Card | None:
    """A card; one with a picture and no address opens the picture."""
    title, text, url, picture = (draft.fields.get(f"card{number}_{name}", "") for name in PARTS)
    if not (title or text or url or picture):
        return None
    place = f"card{number}_"
    if not title or len(title) > LONGEST_TITLE:
        draft.errors[f"{place}title"] = f"卡片要有标题，不超过 {LONGEST_TITLE} 个字"
    if not (url or picture):
        draft.errors[f"{place}url"] = "写上点开去哪里，或者放一张图"
    for name, address in (("url", url), ("picture", picture)):
        if address and not _is_address(address):
            draft.errors[f"{place}{name}"] = "地址以 https:// 开头，或者是 /h5/ 开头的本站页面"
    return Card(title, url or picture, text[:LONGEST_TEXT], picture)


def _is_address(address: str) -> bool:
    own = address.startswith("/") and not address.startswith("//")
    away = address.startswith(("https://", "http://"))
    return (own or away) and len(address) <= 1024 and not any(c in ' "<>\\' for c in address)


def _priority(draft: Draft) -> int:
    text = draft.fields.get("priority") or "0"
    if not (text.removeprefix("-").isdecimal() and -99 <= int(text) <= 99):
        draft.errors["priority"] = "写 -99 到 99 的整数，大的先答"
        return 0
    return int(text)


def _days(draft: Draft) -> str:
    chosen = draft.fields.get("days", "")
    if chosen in (WORKDAYS, RESTDAYS):
        return chosen
    picked = "".join(str(day) for day in range(7) if draft.fields.get(f"day{day}"))
    return "" if len(picked) == 7 else picked


def _window(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for names, parse in ((("starts", "ends"), date.fromisoformat), (("opens", "closes"), _clock)):
        for name in names:
            text = draft.fields.get(name, "")
            try:
                found[name] = parse(text) if text else None
            except ValueError:
                found[name] = None
                draft.errors[name] = "这个时间写得不对"
    if found["starts"] and found["ends"] and found["ends"] < found["starts"]:
        draft.errors["ends"] = "结束的日子在开始之前"
    if (found["opens"] is None) != (found["closes"] is None):
        draft.errors.setdefault("closes", "两个钟点都写，或者都空着")
    if found["opens"] is not None and found["opens"] == found["closes"]:
        draft.errors["closes"] = "两个钟点一样，全天有效就都空着"
    return found


def _clock(text: str) -> time:
    return time.fromisoformat(text[:5])
