"""What is alice's among evaluations, for the matrix of routes and people."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.evaluations import forms
from app.services.evaluations.forms import Spec
from app.services.evaluations.models import Answer, Form, Invitation, Subject
from tests.people import UNIT, Somebody
from tests.services.evaluations.made import DINER

WORDS = "只有她这样说过"


async def answer_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """What she said of a table, with her name."""
    form, subject = await _subject(db)
    now = clock.now()
    answer = Answer(
        form_id=form.id, version=1, subject_id=subject.id, anonymous=False, day=now.date(), at=now,
        person_id=people["alice"].person_id, given={"words": WORDS}, stars=None, words=WORDS,
    )  # fmt: skip
    db.add(answer)
    await db.flush()
    return {"number": answer.id}


async def invitation_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """She is asked to rate it."""
    _, subject = await _subject(db)
    now, alice = clock.now(), people["alice"].person_id
    asked = Invitation(subject_id=subject.id, person_id=alice, occasion="lunch", at=now,
                       until=now + timedelta(days=1))  # fmt: skip
    db.add(asked)
    await db.flush()
    return {"id": asked.id}


async def _subject(db: AsyncSession) -> tuple[Form, Subject]:
    form = await forms.create(db, None, Spec(title="这顿饭怎么样", unit=UNIT), DINER, clock.now())
    await forms.open_form(db, None, form, clock.now())
    subject = Subject(name="二食堂 3 号桌", kind="window", unit=UNIT, form_id=form.id)
    db.add(subject)
    await db.flush()
    return form, subject
