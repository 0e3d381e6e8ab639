"""From the tables to `Material`: facts, marks and notes of people for a month.

A person's own facts count wherever they were written; what a team was given counts by the days
that somebody was in it. A fact that came after its month was locked counts in the next one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.services.assess.language import Facts, Given, KnownFact, leaves
from app.services.assess.material import Heard, Marked, Material
from app.services.assess.models import Mark, Note, Outcome, Run, Team, Used
from app.services.assess.rules import SHANGHAI, Place, Step, begins, next_month
from app.services.assess.schemes import Book

BACK = timedelta(days=93)  # how far back late facts are looked for
ByKind = dict[str, list[Heard]]


@dataclass(frozen=True, slots=True)
class Span:
    """A month, of which facts count up to `end`; those that say who rated up to `private_end`."""

    month: date
    end: datetime
    private_end: datetime

    @property
    def start(self) -> datetime:
        return begins(self.month)


def whole(month: date) -> Span:
    """All of a month that is over."""
    end = begins(next_month(month))
    return Span(month, end, end)


def so_far(month: date, now: datetime) -> Span:
    """The month that runs. Ratings are told by the week: else each one could be read off."""
    monday = begins(now.date() - timedelta(days=now.weekday()))
    return Span(month, now, max(monday, begins(month)))


async def gather(
    db: AsyncSession, book: Book, places: Sequence[Place], span: Span, run_id: int = 0
) -> dict[int, Material]:
    """What counts for each of `places`, by person; `run_id` is who asks (0: nobody yet)."""
    people = [place.person_id for place in places]
    team_ids = {team for place in places for team in place.shares}
    teams = {t.id: t for t in await db.scalars(select(Team).where(Team.id.in_(team_ids)))}
    own = await _own(db, book, people, span, run_id)
    of_teams = await _of_teams(db, book, teams.values(), span)
    marks = await _marks(db, book, span.month, people, set(teams))
    notes = await _notes(db, book, span, people)
    return {
        place.person_id: Material(
            facts=own[place.person_id],
            team=[(share, of_teams[team]) for team, share in place.shares.items()],
            marks=_all_marks(place, marks, notes[place.person_id]),
        )
        for place in places
    }


async def _own(
    db: AsyncSession, book: Book, people: Sequence[int], span: Span, run_id: int
) -> dict[int, ByKind]:
    kinds = _named(book, team=False)
    query = select(Fact).where(Fact.kind.in_(kinds), counts(people, span, run_id))
    found: dict[int, ByKind] = defaultdict(lambda: defaultdict(list))
    for fact in await db.scalars(query.order_by(Fact.at, Fact.id)):
        kind = book.kinds[fact.kind]
        if fact.person_id and not (kind.private and fact.at >= span.private_end):
            found[fact.person_id][fact.kind].append(_heard(fact, kind, late=fact.at < span.start))
    return found


def counts(people: Sequence[int], span: Span, run_id: int) -> ColumnElement[bool]:
    """Facts of `people` that no locked month has counted: of the month, or come too late for
    one that was locked."""
    taken = exists(
        select(Used.fact_id).join(Run, Run.id == Used.run_id)
        .where(Used.fact_id == Fact.id, Run.step == Step.LOCKED, Run.id != run_id)
    )  # fmt: skip
    month = cast(func.date_trunc("month", func.timezone("Asia/Shanghai", Fact.at)), Date)
    closed = exists(
        select(Outcome.run_id).join(Run, Run.id == Outcome.run_id)
        .where(Outcome.person_id == Fact.person_id, Run.month == month, Run.step == Step.LOCKED)
    )  # fmt: skip
    late = and_(Fact.at >= span.start - BACK, Fact.at < span.start, closed)
    in_time = and_(Fact.at >= span.start, Fact.at < span.end)
    return and_(Fact.person_id.in_(people), or_(in_time, late), ~taken)


async def take(db: AsyncSession, people: Sequence[int], span: Span, run_id: int) -> None:
    """Note which facts a month has counted, of every kind: none of them is late later."""
    facts = select(Fact.id, literal(run_id)).where(counts(people, span, run_id))
    await db.execute(
        insert(Used).from_select(["fact_id", "run_id"], facts).on_conflict_do_nothing()
    )


async def _of_teams(
    db: AsyncSession, book: Book, teams: Iterable[Team], span: Span
) -> dict[int, ByKind]:
    """Facts of a team: those with its name, and those of its unit that are nobody's own."""
    found: dict[int, ByKind] = {}
    for team in teams:
        found[team.id] = defaultdict(list)
        kinds = _named(book, team=True)
        if not kinds:
            continue
        units = and_(Fact.team == team.unit, Fact.person_id.is_(None))
        query = select(Fact).where(
            Fact.kind.in_(kinds), or_(Fact.team == team.name, units), Fact.at >= span.start,
            Fact.at < span.end,
        )  # fmt: skip
        for fact in await db.scalars(query.order_by(Fact.at, Fact.id)):
            kind = book.kinds[fact.kind]
            if not (kind.private and fact.at >= span.private_end):
                found[team.id][fact.kind].append(_heard(fact, kind))
    return found


def _named(book: Book, *, team: bool) -> set[str]:
    return {
        leaf.kind for item in book.scheme.items for leaf in leaves(item.formula)
        if isinstance(leaf, Facts) and leaf.team is team
    }  # fmt: skip


def _heard(fact: Fact, kind: KnownFact, *, late: bool = False) -> Heard:
    """The fact in words: 「单 20261103-0017 晚了 12 小时」; nothing that says who rated."""
    at = fact.at.astimezone(SHANGHAI)
    day = f"{at.month}月{at.day}日"
    words = kind.title
    if not kind.private:
        number, said = str(fact.data.get("number", ""))[:30], str(fact.data.get("words", ""))[:60]
        words = " ".join(
            part for part in (f"单 {number}" if number else day, said or words) if part
        )
    if late:
        words += f"（{day}的，上次锁定后才来）"
    return Heard(fact.id, kind.value(fact.amount), words, fact.at)


async def _marks(
    db: AsyncSession, book: Book, month: date, people: Sequence[int], teams: set[int]
) -> list[Mark]:
    names = [item.name for item in book.scheme.given(Given.LEADER, Given.TEAMS, Given.UNITS)]
    query = select(Mark).where(
        Mark.month == month, Mark.team_id.in_(teams), Mark.item.in_(names),
        or_(Mark.person_id.is_(None), Mark.person_id.in_(people)),
    )  # fmt: skip
    return list(await db.scalars(query.order_by(Mark.id)))


async def _notes(
    db: AsyncSession, book: Book, span: Span, people: Sequence[int]
) -> dict[int, list[Note]]:
    names = [item.name for item in book.scheme.given(Given.NOTED)]
    query = select(Note).where(
        Note.person_id.in_(people), Note.item.in_(names), Note.withdrawn_at.is_(None),
        Note.day >= span.month, Note.day < next_month(span.month),
    )  # fmt: skip
    found: dict[int, list[Note]] = defaultdict(list)
    for note in await db.scalars(query.order_by(Note.day, Note.id)):
        found[note.person_id].append(note)
    return found


def _all_marks(
    place: Place, marks: Sequence[Mark], notes: Sequence[Note]
) -> Mapping[str, list[Marked]]:
    """By item; those of a team weigh by the days in it, several of one team share its weight."""
    found: dict[str, list[Marked]] = defaultdict(list)
    theirs = [m for m in marks if m.team_id in place.shares
              and m.person_id in (None, place.person_id)]  # fmt: skip
    for mark in theirs:
        several = sum(one.item == mark.item and one.team_id == mark.team_id for one in theirs)
        share = place.shares[mark.team_id] / several
        who = "班长打分" if mark.person_id else f"{mark.from_unit or '别的班组'}打分"
        words = f"{who}：{mark.words}" if mark.words and mark.person_id else who
        found[mark.item].append(Marked(Fraction(mark.points, 100), words, mark.at, share))
    for note in notes:
        words = f"{note.day.month}月{note.day.day}日 {note.why}"
        found[note.item].append(Marked(Fraction(note.points, 100), words, note.at))
    return found
