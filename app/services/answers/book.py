"""The rules in memory, and the verbs that change them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.calendar import Calendar, DayKind, calendar
from app.campus.people.me import Me
from app.kit import clock
from app.kit.answers import load as read_answer
from app.kit.cache import Cached
from app.kit.errors import Conflict, NotFound
from app.services.answers.models import Row
from app.services.answers.patterns import compile_safely
from app.services.answers.rules import Matcher, MatchKind, Rule, When, Works

MOST_RULES = 2000
FIELDS = (
    "kind", "words", "answer", "priority", "first", "enabled",
    "starts", "ends", "opens", "closes", "days", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """Rules that are switched on: `first` before the services, `usual` after them.

    `works` is the calendar's as it was when the rules were loaded: the hot path looks up one
    cached value, not two, and a changed calendar is known here within `Cached.max_age`.
    """

    first: Matcher
    usual: Matcher
    works: Works


def as_rule(row: Row) -> Rule:
    """The row as the pure rule."""
    kind = MatchKind(row.kind)
    return Rule(
        number=row.id,
        kind=kind,
        words=tuple(row.words),
        parts=read_answer(row.answer),
        pattern=compile_safely(row.words[0]) if kind is MatchKind.PATTERN else None,
        priority=row.priority,
        first=row.first,
        when=When(row.starts, row.ends, row.opens, row.closes, row.days),
    )


async def load(db: AsyncSession) -> Book:
    rows = await db.scalars(
        select(Row).where(Row.enabled).order_by(Row.id.desc()).limit(MOST_RULES)
    )
    rules = [as_rule(row) for row in rows]
    return Book(
        Matcher(rule for rule in rules if rule.first),
        Matcher(rule for rule in rules if not rule.first),
        works(await calendar.within(db)),
    )


def works(calendar: Calendar) -> Works:
    """Whether a date is a working day of `calendar`."""
    return lambda day: calendar.day(day).kind is DayKind.WORKDAY


book = Cached("answers", load)


async def get(db: AsyncSession, number: int) -> Row:
    """Raises NotFound."""
    row = await db.get(Row, number)
    if row is None:
        raise NotFound("这条规则没有了，可能被同事删了")
    return row


async def add(db: AsyncSession, me: Me, values: dict[str, Any]) -> Row:
    """A new rule of `values` (FIELDS, as `draft.read` gives them)."""
    row = Row(**values, changed_at=clock.now(), changed_by=me.name)
    db.add(row)
    await db.flush()
    audit.record(db, me, "answers.add", f"answers:{row.id}", after=_told(values))
    await book.changed(db)
    return row


async def change(
    db: AsyncSession, me: Me, number: int, version: int, values: dict[str, Any]
) -> int:
    """Give a rule new `values`; its new version.

    Raises Conflict when it is no longer at `version`, NotFound when it is gone.
    """
    row = await get(db, number)
    before = {name: getattr(row, name) for name in values}
    changed = (
        update(Row)
        .where(Row.id == number, Row.version == version)
        .values(**values, version=version + 1, changed_at=clock.now(), changed_by=me.name)
    )
    if await db.scalar(changed.returning(Row.id)) is None:
        by = row.changed_by or "同事"
        raise Conflict(f"{by}刚改过这条。下面是你写的，再存一次就用你的；想看新的就重新打开")
    new = {name: value for name, value in values.items() if before[name] != value}
    old = {name: before[name] for name in new}
    audit.record(db, me, "answers.change", f"answers:{number}", before=_told(old), after=_told(new))
    await book.changed(db)
    return version + 1


async def remove(db: AsyncSession, me: Me, number: int) -> None:
    """Raises NotFound."""
    row = await get(db, number)
    audit.record(
        db, me, "answers.remove", f"answers:{number}",
        before=_told({name: getattr(row, name) for name in FIELDS}),
    )  # fmt: skip
    await db.execute(delete(Row).where(Row.id == number))
    await book.changed(db)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """`values` as JSON: dates and times as ISO text."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }
