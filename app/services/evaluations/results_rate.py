"""How many of those who were asked have answered.

Asked is who was invited to rate, and whom a campaign has sent a survey's link to. Who only passed
a code was not asked: answers to what nobody was asked about count for no rate.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.models import Campaign
from app.campus.places.doors import code_key
from app.kit.clock import SHANGHAI
from app.services.evaluations import codes
from app.services.evaluations.models import Answer, Form, FormKind, Invitation, Subject
from app.services.evaluations.results import UNIT, Slice, over

MOST_SURVEYS = 500
ROTATIONS = 3  # newest codes of a survey that a campaign may have sent
_COUNTED = ("phones", "others")  # of a campaign before its start: who would get it


@dataclass(frozen=True, slots=True)
class Rate:
    """`answered` of `asked`. Who was asked by name counts once; of anonymous answers, and of
    those to a survey that was sent around, nobody knows whose they are: where they are more than
    were asked there is no share to be told."""

    asked: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        fits = self.asked > 0 and self.answered <= self.asked
        return self.answered * 100 / self.asked if fits else None


async def by_unit(db: AsyncSession, of: Slice) -> dict[str, Rate]:
    """The rate of each unit that asked anybody in the slice."""
    return await _rates(db, of, UNIT, UNIT)


async def by_month(db: AsyncSession, of: Slice) -> dict[date, Rate]:
    """The rate of each month, by its first day."""
    asked = func.date_trunc("month", func.timezone("Asia/Shanghai", Invitation.at)).cast(Date)
    return await _rates(db, of, cast(asked, Date), cast(func.date_trunc("month", Answer.day), Date))


async def whole(db: AsyncSession, of: Slice) -> Rate:
    """The rate of the slice."""
    found = (await by_unit(db, of)).values()
    return Rate(sum(rate.asked for rate in found), sum(rate.answered for rate in found))


async def _rates(
    db: AsyncSession, of: Slice, asked_by: ColumnElement[Any], answered_by: ColumnElement[Any]
) -> dict[Any, Rate]:
    asked = Counter(dict((await db.execute(_invited(of, asked_by))).all()))
    sent = await _sent(db, of)
    for _, unit, at, count in sent:
        asked[unit if answered_by is UNIT else at.astimezone(SHANGHAI).date().replace(day=1)] += (
            count
        )
    theirs = Answer.anonymous | (Invitation.person_id == Answer.person_id)
    invited = select(Invitation.id).where(Invitation.subject_id == Answer.subject_id, theirs)
    asked_of = invited.exists() | Answer.subject_id.in_({survey for survey, *_ in sent})
    query = over(answered_by, func.count()).where(*of.where(), asked_of).group_by(answered_by)
    answered = dict((await db.execute(query)).all())
    return {key: Rate(n, answered.get(key, 0)) for key, n in asked.items()}


def _invited(of: Slice, by: ColumnElement[Any]) -> Select[Any]:
    """How many were invited in the slice."""
    query = (
        select(by, func.count()).select_from(Invitation)
        .join(Subject, Subject.id == Invitation.subject_id).join(Form, Form.id == Subject.form_id)
    )  # fmt: skip
    return query.where(*_limits(of), *_times(of, Invitation.at)).group_by(by)


def _limits(of: Slice) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if of.form_id is not None:
        found.append(Subject.form_id == of.form_id)
    if of.subject_id is not None:
        found.append(Subject.id == of.subject_id)
    if of.unit is not None:
        found.append(UNIT.in_([of.unit]))
    if of.within is not None:
        found.append(UNIT.in_(of.within))
    return found


def _times(of: Slice, at: Any) -> list[ColumnElement[bool]]:
    """Whether a moment lies in the slice."""
    found: list[ColumnElement[bool]] = []
    if of.since is not None:
        found.append(at >= _midnight(of.since))
    if of.until is not None:
        found.append(at < _midnight(of.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def _sent(db: AsyncSession, of: Slice) -> list[tuple[int, str, datetime, int]]:
    """(survey's subject, unit, when, to how many) of campaigns that sent a survey's link."""
    query = (
        select(Subject, UNIT).join(Form, Form.id == Subject.form_id)
        .where(Form.kind == FormKind.SURVEY, *_limits(of))
        .order_by(Subject.id.desc()).limit(MOST_SURVEYS)
    )  # fmt: skip
    pages = await _pages(db, [tuple(row) for row in await db.execute(query)])
    if not pages:
        return []
    sent = select(Campaign.page, Campaign.started_at, Campaign.counts).where(
        Campaign.page.in_(pages), Campaign.started_at.is_not(None),
        *_times(of, Campaign.started_at),
    )  # fmt: skip
    return [
        (*pages[page], at, _people(counts)) for page, at, counts in await db.execute(sent)
    ]  # fmt: skip


async def _pages(db: AsyncSession, surveys: list[tuple[Any, ...]]) -> Mapping[str, tuple[int, str]]:
    """(subject, unit) of each address that leads to a survey."""
    key = await code_key.within(db)
    return {
        codes.PATH + codes.write(key, subject.id, rotation): (subject.id, unit)
        for subject, unit in surveys
        for rotation in range(max(0, subject.rotation - ROTATIONS + 1), subject.rotation + 1)
    }


def _people(counts: Mapping[str, int]) -> int:
    """To how many a campaign goes, by its own counts."""
    return sum(n for state, n in counts.items() if state not in _COUNTED) or sum(counts.values())
