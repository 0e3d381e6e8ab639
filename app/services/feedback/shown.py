"""A case as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.kit.clock import SHANGHAI
from app.services.feedback.models import Case, Line, Photo
from app.services.feedback.parts import Actor
from app.services.feedback.rules import OPEN, SPOKEN, STAFF, Event, Kind, Move, State, Who, may
from app.services.feedback.words import KINDS, STATES, say_due, say_line, say_span

STAGES = ("写了", "有人接", "答复", "办结")
_AT = {State.NEW: 0, State.TAKEN: 1, State.REOPENED: 1, State.ANSWERED: 2, State.CLOSED: 3}
_OFFICE = (Move.ANSWER, Event.REPLY)


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the thread. `side`: asker, unit, or empty for what merely happened."""

    at: datetime
    title: str
    words: str
    photos: Sequence[int]
    side: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with its thread, newest last. `stage`: of STAGES, None where it went another way."""

    case: Case
    by: Actor
    title: str
    text: str
    late: bool
    stage: int | None
    lines: Sequence[Said]
    asker: str = ""
    owner: str = ""

    def may(self, move: str) -> bool:
        """Whether the reader may make a move now; the second of a kind is refused there."""
        if move == Move.REOPEN and self.case.reopened:
            return False
        if move == Move.RATE and self.case.stars is not None:
            return False
        return may(self.by.mine, Move(move), State(self.case.state))

    @property
    def answers(self) -> bool:
        """Whether the reader is one of those who answer, not only one who watches."""
        return bool(self.by.mine & STAFF)

    @property
    def may_take(self) -> bool:
        free = self.case.owner_id in (None, self.by.person_id)
        return free and self.may(Move.TAKE)

    @property
    def may_write(self) -> bool:
        return self.case.state in SPOKEN

    @property
    def kind(self) -> str:
        return KINDS[self.case.kind]

    @property
    def state(self) -> str:
        return STATES[self.case.state]


async def look(db: AsyncSession, by: Actor, case: Case, now: datetime) -> Shown:
    """Everything for a page. Who asked reads nobody's words but their own and the unit's."""
    asks = Who.ASKER in by.mine and by.mine <= {Who.ASKER}
    lines = await _lines(db, case, asks=asks)
    if asks and case.merged_into_id is not None:
        lines += await _answers_of(db, case.merged_into_id)
    asker, owner = await _names(db, case)
    title, text = _lead(case, owner, now, asks=asks)
    late = case.state in OPEN and case.due_at < now
    stage = _AT.get(State(case.state))
    return Shown(case, by, title, text, late, stage, lines, asker, owner)


async def _lines(db: AsyncSession, case: Case, *, asks: bool) -> list[Said]:
    rows = list(await db.scalars(select(Line).where(Line.case_id == case.id).order_by(Line.id)))
    photos = await _photos(db, [row.id for row in rows])
    return [_said(row, case, photos.get(row.id, []), asks=asks) for row in rows
            if not (asks and row.what == Event.JOINED)]  # fmt: skip


def _said(row: Line, case: Case, photos: list[int], *, asks: bool) -> Said:
    theirs = row.what in (Event.ASK, Event.ADD, Move.REOPEN)
    words = case.words if row.what == Event.ASK else row.words
    if row.what == Move.RATE:
        words = case.rating if asks else ""
    unit = row.data.get("from", case.unit) if row.what == Move.HAND else case.unit
    title = say_line(row.what, unit, row.data, mine=asks)
    if row.what == Move.RATE and asks:
        title = f"你评了 {case.stars} 星"
    side = "asker" if theirs else "unit" if row.what in _OFFICE else ""
    return Said(row.at.astimezone(SHANGHAI), title, words, photos, side, row.what)


async def _answers_of(db: AsyncSession, case_id: int) -> list[Said]:
    """What the unit said in the case that this one was merged into; nothing of its asker."""
    other = await db.get_one(Case, case_id)
    found = select(Line).where(Line.case_id == case_id, Line.what.in_(_OFFICE)).order_by(Line.id)
    rows = list(await db.scalars(found))
    photos = await _photos(db, [row.id for row in rows])
    return [_said(row, other, photos.get(row.id, []), asks=True) for row in rows]


async def _photos(db: AsyncSession, lines: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    query = select(Photo.line_id, Photo.upload_id).where(Photo.line_id.in_(lines))
    for line, upload in await db.execute(query.order_by(Photo.id)):
        found.setdefault(line, []).append(upload)
    return found


async def _names(db: AsyncSession, case: Case) -> tuple[str, str]:
    ids = [id for id in (case.asker_id, case.owner_id) if id is not None]
    query = select(Person.id, Person.name, Person.number).where(Person.id.in_(ids))
    known: dict[int, Any] = {row.id: row for row in await db.execute(query)} if ids else {}
    asker, owner = known.get(case.asker_id or 0), known.get(case.owner_id or 0)
    return f"{asker.name} {asker.number}" if asker else case.sender, owner.name if owner else ""


def _lead(case: Case, owner: str, now: datetime, *, asks: bool) -> tuple[str, str]:
    """The largest words of the page, and the line under them."""
    who = f"{case.unit} {owner}" if owner else case.unit
    match State(case.state):
        case State.NEW:
            text = f"写给{case.unit}{'主任本人' if case.to_head else ''}，还没人接"
            return say_due(case.due_at, now), text
        case State.TAKEN:
            return say_due(case.due_at, now), f"{who} 在办"
        case State.REOPENED:
            return say_due(
                case.due_at, now
            ), f"{'你' if asks else '写信的人'}说没解决，{case.unit}再答一次"
        case State.ANSWERED | State.CLOSED:
            took = say_span(case.created_at, case.first_answer_at or now)
            text = f"等了 {took}" + ("，七天没再说就办结" if case.state == State.ANSWERED else "")
            return f"{case.unit}答复了", text
        case State.MERGED:
            return "和另一件一起答", "有人说的是同一件事，答复也会到这里"
        case _:
            return "撤回了", "不再办了，有事另写一件"


def kinds() -> list[tuple[str, str]]:
    """The kinds, for selects."""
    return [(kind, KINDS[kind]) for kind in Kind]
