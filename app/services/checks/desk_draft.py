"""The form of a checklist: read row by row, with what is wrong beside each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.desk.nouns import person_id
from app.kit.errors import CampusError, Invalid
from app.services.checks.desk_page import number
from app.services.checks.lists import Draft
from app.services.checks.models import Place
from app.services.checks.reach import INSPECTORS
from app.services.checks.rules import (
    MOST_HOURS,
    MOST_ITEMS,
    MOST_POINTS,
    Item,
    Kind,
    Rhythm,
)

BLANK = 6  # empty rows below those that are filled
COLUMNS = ("name", "points", "below", "hours", "vital", "fault")


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong: by field, and by row of the points (from 0)."""

    fields: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)


def read_row(row: Mapping[str, str], key: str) -> Item:
    """A row as a point. Raises Invalid in Chinese."""
    name = row["name"].strip()
    if not name or len(name) > 30:
        raise Invalid("写一下查什么，30 字以内")
    points = _number(row["points"], 1, MOST_POINTS, "满分")
    below = _number(row["below"] or row["points"], 0, points, "「低于几分算问题」")
    hours = _number(row["hours"], 1, MOST_HOURS, "几个工时改好")
    fault = row["fault"].strip()
    if len(fault) > 80:
        raise Invalid("「什么算问题」最多 80 字")
    return Item(key, name, points, below, hours, bool(row["vital"]), fault)


def _number(text: str, least: int, most: int, what: str) -> int:
    word = text.strip()
    if not (word.isascii() and word.isdecimal() and len(word) < 6 and least <= int(word) <= most):
        raise Invalid(f"{what}写 {least} 到 {most}")
    return int(word)


def typed(sent: FormData) -> Form:
    """The form as it was typed."""
    columns = {name: [str(one) for one in sent.getlist(name)] for name in COLUMNS}
    flagged = set(columns["vital"])
    rows = []
    for at, name in enumerate(columns["name"][: MOST_ITEMS + BLANK]):
        row = {c: columns[c][at] if at < len(columns[c]) else "" for c in COLUMNS if c != "vital"}
        rows.append({**row, "name": name, "vital": "1" if str(at) in flagged else ""})
    fields: dict[str, Any] = {n: str(sent.get(n, "")).strip()
                              for n in ("title", "kind", "rhythm", "people")}  # fmt: skip
    fields |= {n: bool(sent.get(n)) for n in ("by_room", "public", "always")}
    fields["roles"] = [str(one) for one in sent.getlist("roles")]
    fields["places"] = [id for id in map(number, sent.getlist("places")) if id is not None]
    return Form(fields, [row for row in rows if any(row[c] for c in COLUMNS)])


async def read(db: AsyncSession, form: Form) -> Draft | None:
    """The list that the form says; None with what is wrong noted in `form`."""
    fields, errors = form.fields, form.errors
    if not 0 < len(fields["title"]) <= 30:
        errors["title"] = "起个名字，30 字以内"
    if fields["kind"] not in set(Kind):
        errors["kind"] = "选一下查什么地方"
    if fields["rhythm"] not in set(Rhythm):
        errors["rhythm"] = "选一下多久查一次"
    items = _items(form)
    places = await _places(db, form)
    people = await _people(db, form)
    roles = [role for role in fields["roles"] if role in INSPECTORS]
    if not roles and not people:
        errors["roles"] = "至少选一种人来查，或者点名"
    if errors or form.wrong:
        return None
    return Draft(
        fields["title"], Kind(fields["kind"]), Rhythm(fields["rhythm"]), roles, people, places,
        items, fields["by_room"], fields["public"] and fields["by_room"], fields["always"],
    )  # fmt: skip


def _items(form: Form) -> list[Item]:
    items: list[Item] = []
    for at, row in enumerate(form.rows):
        try:
            items.append(read_row(row, str(at + 1)))
        except Invalid as wrong:
            form.wrong[at] = str(wrong)
    if not form.rows or len(form.rows) > MOST_ITEMS:
        form.errors["points"] = f"写 1 到 {MOST_ITEMS} 项"
    elif len({item.name for item in items}) < len(items):
        form.errors["points"] = "有两项名字一样，改一个"
    return items


async def _places(db: AsyncSession, form: Form) -> list[int]:
    chosen = select(Place).where(Place.id.in_(form.fields["places"]), Place.gone_at.is_(None))
    found = (await db.scalars(chosen.order_by(Place.id))).all()
    if not found:
        form.errors["places"] = "至少选一处"
    elif form.fields["by_room"] and any(place.building_id is None for place in found):
        form.errors["places"] = "一间一间查的，只能选有楼的地方"
    return [place.id for place in found]


async def _people(db: AsyncSession, form: Form) -> list[int]:
    found = []
    for word in form.fields["people"].replace("，", " ").replace("、", " ").split():
        try:
            found.append(await person_id(db, word))
        except CampusError as refusal:
            form.errors["people"] = str(refusal)
    return found
