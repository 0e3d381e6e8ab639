"""The operators' form: what was typed, read, with what is wrong beside each field. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.campus.notify import Kind as FieldKind
from app.campus.notify.rules import fits
from app.campus.places import Campus
from app.kit.clock import SHANGHAI
from app.services.outages.places import MOST, as_text, read_places, tidy
from app.services.outages.rules import LONGEST, Cut, Kind, Place

WORDS = {"reason": ("写一句为什么停", 60), "contact": ("写上打哪个电话问", 17)}


@dataclass
class Draft:
    """`fields` as typed, `houses` the ids ticked; `values` once nothing is in `errors`."""

    fields: dict[str, str] = field(default_factory=dict)
    houses: set[int] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    places: tuple[Place, ...] = ()


def read(form: Mapping[str, str], houses: Iterable[int], campus: Campus) -> Draft:
    """The form: kind, starts, ends, reason, contact, places (text), and the buildings ticked."""
    draft = Draft({name: str(value).strip() for name, value in form.items()}, set(houses))
    _kind(draft)
    _times(draft)
    for name, (ask, most) in WORDS.items():
        draft.values[name] = " ".join(draft.fields.get(name, "").split())
        if not draft.values[name]:
            draft.errors[name] = ask
        elif len(draft.values[name]) > most:
            draft.errors[name] = f"最多 {most} 个字"
    if "contact" not in draft.errors and not fits(FieldKind.PHONE_NUMBER, draft.values["contact"]):
        draft.errors["contact"] = "只写号码，像 8880 0110"
    _places(draft, campus)
    return draft


def shown(cut: Cut, campus: Campus) -> Draft:
    """The form of a cut that there is."""
    fields = {
        "kind": cut.kind.value, "reason": cut.reason, "contact": cut.contact,
        "starts": _typed(cut.starts_at), "ends": _typed(cut.ends_at),
        "places": as_text(cut.places, campus),
    }  # fmt: skip
    return Draft(fields, {place.building_id for place in cut.places if place.floor is None})


def _typed(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def _kind(draft: Draft) -> None:
    try:
        draft.values["kind"] = Kind(draft.fields.get("kind", "")).value
    except ValueError:
        draft.errors["kind"] = "选停什么"


def _times(draft: Draft) -> None:
    starts, ends = (_time(draft.fields.get(name, "")) for name in ("starts", "ends"))
    draft.values |= {"starts_at": starts, "ends_at": ends}
    if starts is None:
        draft.errors["starts"] = "写从几点起"
    if ends is None:
        draft.errors["ends"] = "写大概几点恢复，说不准就往后写，提前恢复再说一声"
    if starts and ends and ends <= starts:
        draft.errors["ends"] = "恢复要比开始晚"
    elif starts and ends and ends - starts > LONGEST:
        draft.errors["ends"] = f"一次最多 {LONGEST.days} 天，更久的分几次写"


def _time(text: str) -> datetime | None:
    """What `<input type="datetime-local">` sends, in Shanghai."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2020 <= found.year <= 2099:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found


def _places(draft: Draft, campus: Campus) -> None:
    typed, wrong = read_places(draft.fields.get("places", ""), campus)
    ticked = {Place(id) for id in draft.houses if campus.house(id)}
    draft.places = tidy(typed | ticked)
    if wrong:
        draft.errors["places"] = f"没认出「{wrong[0][:20]}」，写成「3号楼 5层」或「3号楼 501」"
    elif not draft.places:
        draft.errors["places"] = "勾上哪几栋，或者写哪层、哪间"
    elif len(draft.places) > MOST:
        draft.errors["places"] = f"最多 {MOST} 处，整栋停就直接勾楼"
