"""Checks on the demo campus: lists, places, and three months of visits with their faults."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, calendar
from app.campus.ledger import Fact
from app.campus.people.cards import keyed
from app.campus.people.demo import CARD
from app.campus.people.models import Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.services.checks import lists, plan, rules
from app.services.checks.demo_lists import CHECKERS, LISTS, MENDERS, PLACES, STAFF, items
from app.services.checks.faults import HEAD_AFTER
from app.services.checks.models import Fault, List, Look, Place, Step, Visit
from app.services.checks.rules import Item, Move, Period, Seen, State
from app.services.checks.scores import FAULT, SCORE, team_of

DAYS, ROOMS = 92, 6
FORGOTTEN = timedelta(days=12)
SOON = timedelta(days=3)  # faults younger than this are still being mended


@dataclass(slots=True)
class Scene:
    """What visits are made of."""

    db: AsyncSession
    dice: random.Random
    now: datetime
    works: Calendar
    people: dict[str, int]
    rooms: dict[int, list[int]]


@dataclass(slots=True)
class Seeing:
    """A visit with its place, the list's points, and what was seen."""

    visit: Visit
    place: Place
    points: tuple[Item, ...]
    looks: list[Look] = field(default_factory=list)


async def fill(db: AsyncSession) -> None:
    """On a campus that has its people and units."""
    now = clock.now()
    people = await _people(db, now)
    places = await _places(db, people)
    rooms: dict[int, list[int]] = {}
    found = await db.execute(select(Room.building_id, Room.id).where(Room.beds > 0))
    for building, room in found:
        rooms.setdefault(building, []).append(room)
    dice = random.Random(20261121)  # noqa: S311 the same demo every time is the point
    scene = Scene(db, dice, now, await calendar.within(db), people, rooms)
    past: list[Seeing] = []
    for title, (kind, rhythm, roles, points, by_room, always) in LISTS.items():
        theirs = [place for place in places if place.kind == kind]
        draft = lists.Draft(title, kind, rhythm, roles, (), [p.id for p in theirs], items(points),
                            by_room, by_room, always)  # fmt: skip
        list_ = await lists.add(db, None, draft, now - timedelta(days=DAYS))
        past += [seen for place in theirs for seen in _past(scene, list_, place, items(points))]
    await _keep(scene, past)
    await plan.make(db, now.date())


async def _people(db: AsyncSession, now: datetime) -> dict[str, int]:
    """Inspectors and the firms' people, by number."""
    found = {}
    for number, (name, role, unit) in STAFF.items():
        kind = PersonKind.CONTRACTOR if role is Role.CONTRACTOR else PersonKind.STAFF
        person = Person(number=number, name=name, kind=kind, secret=keyed(number, CARD))
        db.add(person)
        await db.flush()
        db.add(Grant(person_id=person.id, role=role, unit=unit, at=now))
        found[number] = person.id
    return found


async def _places(db: AsyncSession, people: dict[str, int]) -> list[Place]:
    houses = dict((await db.execute(select(Building.name, Building.id))).all())
    places = [
        Place(name=name, kind=kind, unit=unit, building_id=houses.get(house), contractor=firm,
              position=at, owner_id=people.get(MENDERS.get(firm, "")))
        for at, (name, (kind, unit, house, firm, _)) in enumerate(PLACES.items())
    ]  # fmt: skip
    db.add_all(places)
    await db.flush()
    return places


def _past(scene: Scene, list_: List, place: Place, points: tuple[Item, ...]) -> Iterator[Seeing]:
    """The visits of a list at a place in the last three months, whose time is over."""
    today = scene.now.date()
    at = today - timedelta(days=DAYS)
    while at < today:
        found = plan.period_of(list_, at, scene.works)
        if found is not None and found.last < today:
            yield _visit(scene, list_, place, points, found)
        at = (found.last if found else at) + timedelta(days=1)


def _visit(
    scene: Scene, list_: List, place: Place, points: tuple[Item, ...], when: Period
) -> Seeing:
    """A visit, and what was seen: of one in fifty nothing, since nobody went."""
    at, by = _moment(scene, when.due), scene.people[CHECKERS[place.unit]]
    visit = Visit(list_id=list_.id, place_id=place.id, first=when.first, due=when.due,
                  last=when.last, state=Seen.MISSED, told_at=at)  # fmt: skip
    seeing = Seeing(visit, place, points)
    if scene.dice.random() < 0.02:
        return seeing
    rooms: list[int | None] = [None]
    if list_.by_room:
        rooms = list(scene.dice.sample(scene.rooms[place.building_id or 0], ROOMS))
    for room in rooms:
        marks = {item.key: _mark(scene, item, PLACES[place.name][4]) for item in points}
        answers = {item.key: _said(item, marks[item.key]) for item in points}
        seeing.looks.append(Look(room_id=room, list_id=list_.id, number=1, answers=answers,
                                 score=rules.score(points, marks), by_id=by, at=at))  # fmt: skip
    scores = [look.score for look in seeing.looks if look.score is not None]
    visit.state, visit.done_at, visit.by_id = Seen.DONE, at, by
    visit.score = round(sum(scores) / len(scores))
    return seeing


def _said(item: Item, mark: int) -> dict[str, Any]:
    """A mark as it is kept, with what was wrong."""
    return {"score": mark, **({"words": item.fault.split("，")[0]} if item.at_fault(mark) else {})}


def _mark(scene: Scene, item: Item, good: int) -> int:
    """Full marks mostly; the better the place, the more often."""
    if scene.dice.random() * 100 < good:
        return item.points
    slip = scene.dice.choice((0.9, 0.8, 0.8, 0.7, 0.6, 0.4))
    return item.points if item.vital and scene.dice.random() < 0.9 else round(item.points * slip)


def _moment(scene: Scene, day: date) -> datetime:
    """In the morning, when canteens are looked at."""
    at = time(scene.dice.choice((9, 10, 10, 14, 15)), scene.dice.randrange(60))
    return datetime.combine(day, at, SHANGHAI)


async def _keep(scene: Scene, past: list[Seeing]) -> None:
    """All of it, in a few statements."""
    db = scene.db
    db.add_all(seeing.visit for seeing in past)
    await db.flush()
    for seeing in past:
        for look in seeing.looks:
            look.visit_id = seeing.visit.id
        db.add_all(seeing.looks)
    await db.flush()
    found = [pair for seeing in past for pair in _faults(scene, seeing)]
    db.add_all(fault for fault, _ in found)
    await db.flush()
    for fault, place in found:
        db.add_all(_story(fault))
        db.add(_fact(FAULT, 1, f"checks:fault:{fault.id}", fault.found_at, place))
    for seeing in past:
        visit = seeing.visit
        if visit.score is not None and visit.done_at is not None:
            source = f"checks:{visit.id}"
            db.add(_fact(SCORE, visit.score, source, visit.done_at, seeing.place))
    await db.flush()


def _fact(kind: str, amount: int, source: str, at: datetime, place: Place) -> Fact:
    return Fact(kind=kind, amount=amount, source=source, at=at, person_id=place.owner_id,
                team=team_of(place))  # fmt: skip


def _faults(scene: Scene, seeing: Seeing) -> Iterator[tuple[Fault, Place]]:
    """What was found: old ones are mended, of the newest some wait or are late."""
    place = seeing.place
    for look in seeing.looks:
        for item in seeing.points:
            if not item.at_fault(look.answers[item.key]["score"]):
                continue
            due = scene.works.deadline(look.at, item.hours)
            fault = Fault(
                look_id=look.id, visit_id=seeing.visit.id, list_id=look.list_id,
                place_id=place.id, room_id=look.room_id, item=item.name,
                words=item.fault.split("，")[0], contractor=place.contractor,
                owner_id=place.owner_id, hours=item.hours, due_at=due, found_by=look.by_id,
                head_at=scene.works.deadline(due, HEAD_AFTER), found_at=look.at,
                state=State.OPEN, told_owner_at=due if due < scene.now else None,
                told_head_at=due if due < scene.now else None,
            )  # fmt: skip
            _mended(scene, fault)
            yield fault, place


def _mended(scene: Scene, fault: Fault) -> None:
    """Most are mended in time; what is new may still be open, or wait to be looked at again."""
    age, luck = scene.now - fault.found_at, scene.dice.random()
    if (age < SOON and luck < 0.6) or (age < FORGOTTEN and luck < 0.05):
        return
    late = timedelta(hours=scene.dice.choice((2, 20))) if luck > 0.93 else timedelta(hours=-1)
    fixed = min(fault.due_at + late, scene.now - timedelta(minutes=30))
    fault.fixed_at, fault.fixed_by, fault.state = fixed, fault.owner_id, State.FIXED
    if age < SOON and luck < 0.8:
        return
    closed = min(fixed + timedelta(hours=3), scene.now - timedelta(minutes=5))
    fault.state, fault.closed_at = State.PASSED, closed


def _story(fault: Fault) -> Iterator[Step]:
    yield Step(fault_id=fault.id, what="found", words=fault.words, by_id=fault.found_by,
               at=fault.found_at)  # fmt: skip
    if fault.fixed_at:
        yield Step(
            fault_id=fault.id, what=Move.FIX, words="", by_id=fault.fixed_by, at=fault.fixed_at
        )
    if fault.closed_at:
        yield Step(
            fault_id=fault.id, what=Move.PASS, words="", by_id=fault.found_by, at=fault.closed_at
        )
