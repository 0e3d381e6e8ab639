"""The questionnaire: what freshmen say of themselves to whoever may live with them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import Invalid
from app.services.rooms.models import Habit
from app.services.rooms.rules import HABITS


async def answer(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, person_id: int, answers: Mapping[str, str], home: str, shown: bool,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what they say; questions may be left out. `home`: their province, or empty.

    Raises Invalid for an answer that is none of the choices.
    """
    questions = {question.key: question for question in HABITS}
    for key, choice in answers.items():
        if key not in questions or choice not in questions[key].choices:
            raise Invalid("选一个列出来的答案")
    if len(home) > 12:
        raise Invalid("家乡写到省就行")
    new = insert(Habit).values(
        person_id=person_id, answers=dict(answers), home=home.strip(), shown=shown, at=now
    )
    same = {name: new.excluded[name] for name in ("answers", "home", "shown", "at")}
    await db.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=same))


async def mine(db: AsyncSession, person_id: int) -> Habit | None:
    """What they said; None before they do."""
    return await db.get(Habit, person_id)
