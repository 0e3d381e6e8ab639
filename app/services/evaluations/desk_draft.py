"""The form of a form: what an operator typed beside the questions, and what it means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.kit.clock import SHANGHAI
from app.services.evaluations.desk_builder import lines
from app.services.evaluations.models import Form, FormKind
from app.services.evaluations.rules import LOW, Period

WORDS = {"title": 40, "about": 300, "thanks": 100}  # letters
MOST_ANSWERS = 1_000_000
TICKS = ("anonymous", "live", "listed")


@dataclass
class Draft:
    """`fields` as typed; `values` (of `forms.Spec`) once nothing is in `errors`."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def blank() -> Draft:
    """A new form."""
    return Draft(
        {"kind": FormKind.RATING.value, "period": Period.ONCE.value, "low": str(LOW),
         "listed": "on", "thanks": "收到了，谢谢你"}
    )  # fmt: skip


def shown(form: Form, colleges: Mapping[str, int]) -> Draft:
    """The settings of a form that there is."""
    ticks = {name: "on" if getattr(form, name) else "" for name in TICKS}
    return Draft(
        {"title": form.title, "about": form.about, "thanks": form.thanks, "kind": form.kind,
         "unit": form.unit, "period": form.period, "opens": typed_moment(form.opens_at),
         "closes": typed_moment(form.closes_at), "low": str(form.low),
         "most": str(form.most) if form.most else "",
         "colleges": "\n".join(f"{name} {most}" for name, most in colleges.items()), **ticks}
    )  # fmt: skip


def read(form: Mapping[str, str], units: Sequence[str]) -> Draft:
    """The settings that were typed; `units` are those that there are."""
    draft = Draft({name: value.strip() for name, value in form.items() if name[:1] != "q"})
    for name, most in WORDS.items():
        draft.values[name] = draft.fields.get(name, "").replace("\r", "")
        if len(draft.values[name]) > most:
            draft.errors[name] = f"最多 {most} 个字"
    if not draft.values["title"]:
        draft.errors["title"] = "写上叫什么"
    _choices(draft, units)
    _times(draft)
    draft.values["most"] = _count(draft, "most")
    draft.values["colleges"] = _colleges(draft)
    return draft


def _choices(draft: Draft, units: Sequence[str]) -> None:
    found, values = draft.fields, draft.values
    values |= {name: found.get(name) == "on" for name in TICKS}
    if found.get("kind") in set(FormKind):
        values["kind"] = FormKind(found["kind"])
    else:
        draft.errors["kind"] = "选一种"
    if found.get("period") in set(Period):
        values["period"] = Period(found["period"])
    else:
        draft.errors["period"] = "选多久能填一次"
    values["unit"] = found.get("unit", "")
    if values["unit"] and values["unit"] not in units:
        draft.errors["unit"] = "没有这个单位，从列表里选"
    low = found.get("low", "")
    if low not in {"0", "1", "2", "3", "4"}:
        draft.errors["low"] = "从列表里选"
    values["low"] = int(low) if "low" not in draft.errors else LOW


def _times(draft: Draft) -> None:
    for name in ("opens", "closes"):
        text = draft.fields.get(name, "")
        at = moment_of(text) if text else None
        if text and at is None:
            draft.errors[name] = "写成 2026-11-21 08:00 这样"
        draft.values[f"{name}_at"] = at
    opens, closes = draft.values["opens_at"], draft.values["closes_at"]
    if opens and closes and closes <= opens:
        draft.errors["closes"] = "截止要比开始晚"


def moment_of(text: str) -> datetime | None:
    """What `<input type="datetime-local">` sends, in Shanghai."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2020 <= found.year <= 2099:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def typed_moment(at: datetime | None) -> str:
    """As such an input shows a time; empty for None."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if at else ""


def _count(draft: Draft, name: str) -> int | None:
    text = draft.fields.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:12]) <= MOST_ANSWERS):
        draft.errors[name] = "写一个数，不限就空着"
        return None
    return int(text)


def _colleges(draft: Draft) -> dict[str, int]:
    """「计算机学院 200」, one a line."""
    found: dict[str, int] = {}
    for line in lines(draft.fields.get("colleges", ""))[:200]:
        name, _, most = line.replace("：", " ").replace("\t", " ").rpartition(" ")
        if not name.strip() or not (most.isascii() and most.isdecimal() and 0 < len(most) < 7):
            draft.errors["colleges"] = (
                f"没看懂「{line[:20]}」，写成「计算机学院 200」，一行一个学院"
            )
            break
        if name.strip() in found:
            draft.errors["colleges"] = f"{name.strip()}写了两遍"
            break
        found[name.strip()] = int(most)
    return found
