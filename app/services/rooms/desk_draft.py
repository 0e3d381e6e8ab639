"""The form of a round: what was typed, read, with what is wrong beside each field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.kit.clock import SHANGHAI
from app.services.rooms.models import Round
from app.services.rooms.rules import RoundKind, Together

LONGEST = timedelta(days=30)
NUMBERS = {"minutes": (1, 30), "changes": (0, 9), "seed": (1, 999_999_999)}


@dataclass
class Draft:
    """`fields` as typed; `values`, for `rounds.create` and `edit`, once `errors` is empty."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def blank(now: datetime) -> Draft:
    """Tomorrow evening, for two hours."""
    opens = (now.astimezone(SHANGHAI) + timedelta(days=1)).replace(hour=20, minute=0)
    return Draft({
        "kind": RoundKind.FORMAL, "opens": typed(opens),
        "closes": typed(opens + timedelta(hours=2)),
        "minutes": "5", "changes": "2", "together": Together.LEADER, "seed": "1",
    })  # fmt: skip


def shown(round: Round) -> Draft:
    """The form of a round that there is."""
    return Draft({
        "title": round.title, "kind": round.kind, "opens": typed(round.opens_at),
        "closes": typed(round.closes_at), "minutes": f"{round.hold / 60:g}",
        "changes": str(round.changes), "together": round.together, "seed": str(round.seed),
        "words": round.words,
    })  # fmt: skip


def typed(at: datetime) -> str:
    """As `<input type="datetime-local">` wants it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def read(form: Mapping[str, str], now: datetime, *, was: Round | None = None) -> Draft:
    """The form; of a round that is open or over, closing in the past is refused."""
    draft = Draft({name: value.strip() for name, value in form.items()})
    _words(draft)
    if was is None:
        _one_of(draft, "kind", RoundKind, "选哪一种")
    _one_of(draft, "together", Together, "选谁来选")
    for name, (least, most) in NUMBERS.items():
        _number(draft, name, least, most)
    if "minutes" in draft.values:
        draft.values["hold"] = draft.values.pop("minutes") * 60
    times(draft, now, moved=was is None or typed(was.closes_at) != draft.fields.get("closes"))
    return draft


def times(draft: Draft, now: datetime, *, moved: bool = True) -> None:
    """`opens` and `closes` into values. `moved`: the end is new, so it has to lie ahead."""
    opens, closes = (time(draft.fields.get(name, "")) for name in ("opens", "closes"))
    draft.values |= {"opens_at": opens, "closes_at": closes}
    if opens is None:
        draft.errors["opens"] = "写几点开始"
    if closes is None:
        draft.errors["closes"] = "写几点结束"
    elif moved and closes <= now:
        draft.errors["closes"] = "结束的时间已经过了"
    elif opens and closes <= opens:
        draft.errors["closes"] = "结束要比开始晚"
    elif opens and closes - opens > LONGEST:
        draft.errors["closes"] = f"一轮最多 {LONGEST.days} 天"


def time(text: str) -> datetime | None:
    """What `<input type="datetime-local">` sends, in Shanghai."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2020 <= found.year <= 2099:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def _words(draft: Draft) -> None:
    title = " ".join(draft.fields.get("title", "").split())
    words = draft.fields.get("words", "")
    draft.values |= {"title": title, "words": words}
    if not title or len(title) > 30:
        draft.errors["title"] = "写个名字，最多 30 个字" if title else "写个名字"
    if len(words) > 200:
        draft.errors["words"] = "最多 200 个字"


def _one_of(draft: Draft, name: str, words: Any, ask: str) -> None:
    try:
        draft.values[name] = words(draft.fields.get(name, "")).value
    except ValueError:
        draft.errors[name] = ask


def _number(draft: Draft, name: str, least: int, most: int) -> None:
    text = draft.fields.get(name, "")
    if text.isdecimal() and len(text) <= 9 and least <= int(text) <= most:
        draft.values[name] = int(text)
    else:
        draft.errors[name] = f"写 {least} 到 {most} 的整数"
