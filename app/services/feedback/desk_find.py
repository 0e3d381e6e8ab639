"""Finding cases at the desk: what the address asks for, as conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit.clock import SHANGHAI
from app.services.feedback.desk_page import number
from app.services.feedback.models import IS_OPEN, Case
from app.services.feedback.parts import at_desk
from app.services.feedback.rules import Kind, State

GROUPS: Mapping[str, str] = {
    "open": "还没答的", "late": "超时的", State.NEW: "等人接", State.TAKEN: "在办",
    State.REOPENED: "说没解决", State.ANSWERED: "答了没评的", State.CLOSED: "办结的",
    State.MERGED: "并掉的", State.WITHDRAWN: "撤回的",
}  # fmt: skip
MARKS: Mapping[str, str] = {
    "head": "写给主任", "unnamed": "没写名字", "box": "别的信箱", "event": "从评价转来",
    "low": "评了一两星", "free": "没人接的", "public": "可以公开的",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for, each as it was typed; anything else is left out."""

    q: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""
    mark: str = ""
    since: str = ""
    until: str = ""

    def address(self, **other: str) -> str:
        values = {f.name: getattr(self, f.name) for f in fields(self)} | other
        return urlencode({name: value for name, value in values.items() if value})


def asked(query: Mapping[str, str]) -> Filter:
    """The filter of an address."""
    names = {f.name for f in fields(Filter)}
    found = {n: v.replace("\0", "").strip()[:60] for n, v in query.items() if n in names}
    return Filter(**found)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def midnight(at: date) -> datetime:
    return datetime.combine(at, time(), SHANGHAI)


def conditions(me: Me, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """What cases must be, within the limits of who asks."""
    found: list[ColumnElement[bool]] = [at_desk(me)]
    if wanted.unit:
        found.append(Case.unit == wanted.unit)
    if wanted.kind in list(Kind):
        found.append(Case.kind == wanted.kind)
    if wanted.state == "open":
        found.append(IS_OPEN)
    elif wanted.state == "late":
        found += [IS_OPEN, Case.due_at < now]
    elif wanted.state in list(State):
        found.append(Case.state == wanted.state)
    if (since := day(wanted.since)) is not None:
        found.append(Case.created_at >= midnight(since))
    if (until := day(wanted.until)) is not None and until < date.max:
        found.append(Case.created_at < midnight(until + timedelta(days=1)))
    return [*found, *_marked(wanted.mark), *_like(wanted.q)]


def _marked(mark: str) -> Sequence[ColumnElement[bool]]:
    every: Mapping[str, Any] = {
        "head": Case.to_head, "unnamed": Case.anonymous, "box": Case.box.is_not(None),
        "event": Case.source.is_not(None), "low": Case.stars <= 2,
        "free": IS_OPEN & Case.owner_id.is_(None),
        "public": Case.answered_at.is_not(None) & (Case.consent | Case.asker_id.is_(None)),
    }  # fmt: skip
    return [every[mark]] if mark in every else []


def _like(q: str) -> Sequence[ColumnElement[bool]]:
    """Number, letter's number, who asked by number or name, or words."""
    if not q:
        return []
    if (id := number(q)) is not None and len(q) < 8:
        return [or_(Case.id == id, Case.box_number == q)]
    people = select(Person.id).where(
        or_(Person.number == q.upper(), Person.name.startswith(q, autoescape=True))
    )
    words = Case.words.icontains(q, autoescape=True)
    return [or_(Case.asker_id.in_(people), Case.box_number == q, words)]


def listed(found: Sequence[ColumnElement[bool]]) -> Select[Case, str, str]:
    """(case, who asked, who answers), the newest first."""
    asker, owner = aliased(Person), aliased(Person)
    return (
        select(Case, asker.name, owner.name)
        .outerjoin(asker, asker.id == Case.asker_id)
        .outerjoin(owner, owner.id == Case.owner_id)
        .where(*found)
        .order_by(Case.id.desc())
    )
