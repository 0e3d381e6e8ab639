"""The whole phone book in memory, as a tree of offices with their lines."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.kit.words import initials, normalise, pinyin
from app.services.phones.models import Entry, EntryKind, Unit
from app.services.phones.rules import Hours, parse_hours, public_name


@dataclass(slots=True, eq=False)
class Keys:
    """What one thing is found by: normalised words, and its name's sound."""

    words: tuple[str, ...]
    sound: str
    letters: str


def keys(name: str, *more: str) -> Keys:
    """Keys of a thing called `name`; `more` are words that name it too."""
    words = tuple(normalise(word).replace(" ", "") for word in (name, *more) if word)
    return Keys(words, pinyin(name).lower(), initials(name).lower())


@dataclass(slots=True, eq=False)
class Office:
    """A department, with what hangs below it. `hours` None: nobody wrote any."""

    id: int
    name: str
    place: str
    parent: "Office | None"
    own_hours: str
    hours: Hours | None
    keys: Keys
    children: list["Office"] = field(default_factory=list)
    lines: list["Line"] = field(default_factory=list)

    @property
    def above(self) -> list["Office"]:
        """Its parents, the nearest first."""
        return [self.parent, *self.parent.above] if self.parent else []

    @property
    def path(self) -> str:
        """「后勤管理处 维修中心 水电班」."""
        return " ".join(office.name for office in [*reversed(self.above), self])

    @property
    def count(self) -> int:
        """How many numbers there are in it and below."""
        return len(self.lines) + sum(child.count for child in self.children)


@dataclass(slots=True, eq=False)
class Line:
    """A number. `person` as the public sees it; `hours` are its office's unless it has own."""

    office: Office
    post: str
    person: str
    number: str
    kind: EntryKind
    own_hours: str
    hours: Hours | None
    keys: Keys

    @property
    def title(self) -> str:
        """「调度 赵师傅」, 「陈主任」; an office's own line is called after the office."""
        if self.post and self.person.endswith(self.post):
            return self.person
        return " ".join(part for part in (self.post or self.office.name, self.person) if part)


Thing = Office | Line


@dataclass(slots=True, eq=False)
class Book:
    """`first`: emergency, then complaint lines. All in the order of the spreadsheet."""

    offices: dict[int, Office]
    top: list[Office]
    lines: list[Line]
    first: list[Line]

    @property
    def things(self) -> list[Thing]:
        return [*self.offices.values(), *self.lines]


def make(units: list[Unit], entries: list[Entry]) -> Book:
    """The book of these rows; `units` and `entries` each in order."""
    offices: dict[int, Office] = {}
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)

    def grow(unit: Unit, parent: Office | None) -> Office:
        office = offices[unit.id] = _office(unit, parent)
        office.children = [grow(child, office) for child in below.get(unit.id, [])]
        return office

    top = [grow(unit, None) for unit in below.get(None, [])]
    for entry in entries:
        office = offices[entry.unit_id]
        office.lines.append(_line(entry, office))
    lines = [line for office in offices.values() for line in office.lines]
    order = (EntryKind.EMERGENCY, EntryKind.COMPLAINT)
    first = [line for kind in order for line in lines if line.kind == kind]
    return Book(offices, top, lines, first)


def _office(unit: Unit, parent: Office | None) -> Office:
    hours = parse_hours(unit.hours) if unit.hours else parent.hours if parent else None
    return Office(unit.id, unit.name, unit.place, parent, unit.hours, hours, keys(unit.name))


def _line(entry: Entry, office: Office) -> Line:
    person = public_name(entry.person)
    return Line(
        office=office,
        post=entry.post,
        person=person,
        number=entry.number,
        kind=EntryKind(entry.kind),
        own_hours=entry.hours,
        hours=parse_hours(entry.hours) if entry.hours else office.hours,
        keys=keys(entry.post, person, f"{entry.post}{person}" if person else ""),
    )


async def load(db: AsyncSession) -> Book:
    units = await db.scalars(select(Unit).order_by(Unit.position, Unit.id))
    entries = await db.scalars(select(Entry).order_by(Entry.position, Entry.id))
    return make(list(units), list(entries))


book = Cached("phones", load)
