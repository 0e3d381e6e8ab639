"""Asking people to rate something: a notice, and a line under 「评价」."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.people.me import Me
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.evaluations.actions import MAKE, where
from app.services.evaluations.models import Form, Invitation, Subject
from app.services.evaluations.notices import INVITED
from app.services.evaluations.rules import Stage

TIME = timedelta(days=7)  # that a served person has
MOST = 5000  # at once; more are asked by a campaign


async def invite(  # noqa: PLR0917 - whom, to what, until when
    db: AsyncSession, me: Me | None, subject: Subject, people: Iterable[int], occasion: str,
    until: datetime, now: datetime,
) -> int:  # fmt: skip
    """Ask `people` (ids) to rate `subject` on `occasion`, each once; how many are newly asked.

    Raises Conflict for a form that is not open, Invalid for a time that is past or too many.
    """
    form = await db.get_one(Form, subject.form_id)
    if me is not None:
        me.must(MAKE, where(subject.unit or form.unit))
    asked = sorted(set(people))
    if form.stage != Stage.OPEN or subject.gone_at is not None:
        raise Conflict("先把这张表开了再邀请")
    if until <= now or len(asked) > MOST:
        raise Invalid(f"截止选今后的时间；一次最多 {MOST} 人，再多用群发")
    if not asked:
        return 0
    rows = [{"subject_id": subject.id, "person_id": person, "occasion": occasion[:80],
             "at": now, "until": until} for person in asked]  # fmt: skip
    new = insert(Invitation).values(rows).on_conflict_do_nothing()
    made = (await db.execute(new.returning(Invitation.id, Invitation.person_id))).all()
    for id, person in made:
        await notify(
            db, INVITED, to=[person], what=subject.name, title=form.title, until=until,
            invitation=id,
        )  # fmt: skip
    more = update(Form).where(Form.id == form.id)
    await db.execute(more.values(invited=Form.invited + len(made)))
    return len(made)


async def find(db: AsyncSession, me: Me, invitation_id: int) -> Subject:
    """What `me` was asked to rate. Raises NotFound, also for somebody else's."""
    theirs = (
        select(Subject)
        .join(Invitation, Invitation.subject_id == Subject.id)
        .where(Invitation.id == invitation_id, Invitation.person_id == me.person_id)
    )
    if (subject := await db.scalar(theirs)) is None:
        raise NotFound("没有这个邀请，可能是发给别人的")
    return subject


async def served(db: AsyncSession, subject: str, person_id: int, source: str, **_: object) -> None:
    """Another service has served somebody: ask them, if there is a subject of this name for it.

    `subject`: its `source` (`bath`, `events:17`), `source` of the event: the occasion.
    """
    rated = select(Subject).join(Form, Form.id == Subject.form_id)
    found = await db.scalar(
        rated.where(Subject.source == subject, Subject.gone_at.is_(None), Form.stage == Stage.OPEN)
    )
    if found is not None:
        now = clock.now()
        await invite(db, None, found, [person_id], source, now + TIME, now)
