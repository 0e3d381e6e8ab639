"""An occasion: one person, one subject, one period. Whether it was used, and whether it can be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, calendar
from app.campus.people.me import Me
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Invalid
from app.services.evaluations.forms import questions_of
from app.services.evaluations.keeping import pair
from app.services.evaluations.models import Form, Invitation, Subject, Taken
from app.services.evaluations.rules import Period, Phase, Question, period_key, phase
from app.services.evaluations.seal import taken_key

CLOSED = {
    Phase.DRAFT: "这张表还没开，过两天再来",
    Phase.EARLY: "还没到时间",
    Phase.OVER: "这张表收完了，有话打下面的电话",
}
GONE = "这里不再评了，谢谢你想着"
ASKED = "这张表收到邀请才能填，邀请在「消息」里"


@dataclass(frozen=True, slots=True)
class Occasion:
    """`key` stands for it in `Taken`; None where `closed` says why nothing can be said now.
    `used`: they have answered on it."""

    subject: Subject
    form: Form
    questions: tuple[Question, ...]
    key: bytes | None
    used: bool
    closed: str = ""


async def find(db: AsyncSession, me: Me, subject: Subject, now: datetime) -> Occasion:
    """The occasion that `me` (bound) would answer on now."""
    known = await pair(db, subject.id)
    if known is None:
        raise Invalid(GONE)
    form = known[1]
    questions = await questions_of(db, form)
    closed = GONE if subject.gone_at else CLOSED.get(
        phase(form.stage, form.opens_at, form.closes_at, now), ""
    )  # fmt: skip
    name = ""
    if form.period == Period.OCCASION and not closed:
        name = await _invited(db, me, subject, now) or ""
        closed = "" if name else ASKED
    if closed:
        return Occasion(subject, form, questions, None, False, closed)
    key = key_of(await calendar.within(db), me, form.id, form.period, subject.id, name, now)
    used = await db.get(Taken, key) is not None
    return Occasion(subject, form, questions, key, used)


def key_of(  # noqa: PLR0917 - what an occasion is made of
    days: Calendar, me: Me, form_id: int, period: str, subject_id: int, name: str, now: datetime
) -> bytes:
    """What stands for the occasion in `Taken`."""
    day = now.astimezone(SHANGHAI).date()
    term = days.term(day)
    said = period_key(period, day, term.name if term else str(day.year), name)
    return taken_key(me.person_id or 0, form_id, subject_id, said)


async def _invited(db: AsyncSession, me: Me, subject: Subject, now: datetime) -> str | None:
    """The occasion of an invitation that holds: the oldest that was not answered, if any."""
    query = (
        select(Invitation.occasion)
        .where(Invitation.person_id == me.person_id, Invitation.subject_id == subject.id,
               Invitation.until > now)
        .order_by(Invitation.id)
    )  # fmt: skip
    names = list(await db.scalars(query))
    if not names:
        return None
    keys = {name: taken_key(me.person_id or 0, subject.form_id, subject.id, name) for name in names}
    used = set(await db.scalars(select(Taken.key).where(Taken.key.in_(keys.values()))))
    return next((name for name, key in keys.items() if key not in used), names[-1])


def must_be_open(occasion: Occasion) -> bytes:
    """Its key. Raises Conflict with why nothing can be said."""
    if occasion.key is None:
        raise Conflict(occasion.closed)
    return occasion.key
