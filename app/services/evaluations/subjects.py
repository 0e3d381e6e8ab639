"""Things that are rated: the desk's verbs."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.campus.places.codes import MOST_ROTATIONS
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.evaluations.actions import MAKE, where
from app.services.evaluations.board import board
from app.services.evaluations.models import Form, Subject, SubjectKind

MOST_NAME = 30


@dataclass(frozen=True, slots=True)
class SubjectSpec:
    """A subject as somebody filled it in, see `Subject`."""

    name: str
    form_id: int
    kind: SubjectKind = SubjectKind.OTHER
    unit: str = ""
    building_id: int | None = None
    room_id: int | None = None
    person_id: int | None = None
    team: str = ""
    position: int = 0


async def find(db: AsyncSession, subject_id: int) -> Subject:
    """Raises NotFound."""
    if (subject := await db.get(Subject, subject_id)) is None:
        raise NotFound("没有这一项，回列表里再选")
    return subject


async def add(db: AsyncSession, me: Me, spec: SubjectSpec) -> Subject:
    """Raises Invalid, Forbidden for another unit's, NotFound for a form that is not there."""
    await _check(db, me, spec)
    subject = Subject(**asdict(spec))
    db.add(subject)
    await db.flush()
    await _note(db, me, "add", subject)
    return subject


async def edit(db: AsyncSession, me: Me, subject: Subject, spec: SubjectSpec) -> Subject:
    """As `add`; answers that were given stay with it."""
    me.must(MAKE, where(subject.unit))
    await _check(db, me, spec)
    for name, value in asdict(spec).items():
        setattr(subject, name, value)
    await _note(db, me, "edit", subject)
    return subject


async def retire(db: AsyncSession, me: Me, subject: Subject, now: datetime) -> None:
    """Not rated any more; what was said stays."""
    me.must(MAKE, where(subject.unit))
    subject.gone_at = now
    await _note(db, me, "retire", subject)


async def rotate(db: AsyncSession, me: Me, subject: Subject) -> None:
    """Make every printed code of it worthless. Raises Conflict after 65,535 rotations."""
    me.must(MAKE, where(subject.unit))
    if subject.rotation >= MOST_ROTATIONS:
        raise Conflict("这里的码换过太多次，没法再换了")
    subject.rotation += 1
    await _note(db, me, "rotate", subject)


async def _check(db: AsyncSession, me: Me, spec: SubjectSpec) -> None:
    me.must(MAKE, where(spec.unit))
    if not 0 < len(spec.name.strip()) <= MOST_NAME:
        raise Invalid(f"写上名字，{MOST_NAME} 个字以内")
    if await db.get(Form, spec.form_id) is None:
        raise NotFound("没有这张表，先做好表再加")


async def _note(db: AsyncSession, me: Me, deed: str, subject: Subject) -> None:
    record(db, me, f"evaluations.{deed}_subject", thing("evaluations_subject", subject.id))
    await board.changed(db)
    await db.flush()
