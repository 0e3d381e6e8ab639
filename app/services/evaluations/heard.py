"""What is done with an answer: the head replies, makes a case of it, and tells what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.events import publish
from app.campus.notify import notify
from app.campus.people.me import Me
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.evaluations.actions import READ, REPLY, where
from app.services.evaluations.forms import questions_of
from app.services.evaluations.keeping import pair
from app.services.evaluations.limits import MOST_REPLY
from app.services.evaluations.models import Answer, Form, Subject
from app.services.evaluations.notices import REPLIED
from app.services.evaluations.rules import Question
from app.services.evaluations.seal import hash_receipt

SOURCE = "evaluations:"
GONE = "没有这一条，可能是发给别的单位的"
NO_RECEIPT = "没有这个回执码：看看有没有抄错；刚评完的，过十分钟再来看"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer with what it is of, and the questions it answers."""

    answer: Answer
    subject: Subject
    form: Form
    questions: tuple[Question, ...]

    @property
    def unit(self) -> str:
        return self.subject.unit or self.form.unit


async def find(db: AsyncSession, me: Me, answer_id: int) -> Heard:
    """An answer for who may read those of its unit. Raises NotFound, also for another unit's."""
    heard = await _whole(db, await db.get(Answer, answer_id))
    if heard is None or not me.may(READ, where(heard.unit)):
        raise NotFound(GONE)
    return heard


async def find_own(db: AsyncSession, me: Me, answer_id: int) -> Heard:
    """A named answer of `me`. Raises NotFound."""
    mine = select(Answer).where(Answer.id == answer_id, Answer.person_id == me.person_id)
    heard = await _whole(db, await db.scalar(mine) if me.person_id is not None else None)
    if heard is None:
        raise NotFound("没有这份评价，可能是匿名的，或者是别人的")
    return heard


async def by_receipt(db: AsyncSession, code: str) -> Heard | None:
    """The anonymous answer whose receipt `code` is, for whoever has the code."""
    hashed = hash_receipt(code)
    if hashed is None:
        return None
    return await _whole(db, await db.scalar(select(Answer).where(Answer.receipt == hashed)))


async def _whole(db: AsyncSession, answer: Answer | None) -> Heard | None:
    known = await pair(db, answer.subject_id) if answer is not None else None
    if answer is None or known is None:
        return None
    subject, _ = known
    form = await db.get_one(Form, answer.form_id)
    return Heard(answer, subject, form, await questions_of(db, form, answer.version))


async def reply(db: AsyncSession, me: Me, answer: Answer, words: str, now: datetime) -> None:
    """Tell who answered what was done, once: by notice, or under the receipt.

    Raises Invalid (no words), Forbidden, NotFound, Conflict (told already).
    """
    heard = await find(db, me, answer.id)
    me.must(REPLY, where(heard.unit))
    said = words.replace("\0", "").strip()
    if not 0 < len(said) <= MOST_REPLY:
        raise Invalid(f"写一句怎么办的，{MOST_REPLY} 个字以内")
    if not await _tell(db, heard, said, me.person_id, now):
        raise Conflict("已经有人回过了，刷新看看")
    record(db, me, "evaluations.reply", thing("evaluations_answer", answer.id))
    await db.refresh(answer)


async def _tell(db: AsyncSession, heard: Heard, words: str, by: int | None, now: datetime) -> bool:
    """Write the reply and tell it; False if there is one."""
    first = update(Answer).where(Answer.id == heard.answer.id, Answer.reply == "")
    said = first.values(reply=words, replied_at=now, replied_by=by).returning(Answer.id)
    if await db.scalar(said) is None:
        return False
    await _notify(db, heard, words, now)
    return True


async def _notify(db: AsyncSession, heard: Heard, words: str, now: datetime) -> None:
    """Only who gave their name hears of it; the others read it with their receipt."""
    if heard.answer.person_id is not None:
        await notify(
            db, REPLIED, to=[heard.answer.person_id], what=heard.subject.name, reply=words,
            when=now, answer=heard.answer.id,
        )  # fmt: skip


async def complain(db: AsyncSession, me: Me, answer: Answer, now: datetime) -> None:
    """Make a case of it, with a deadline and somebody who owns it. Raises Conflict if it is one."""
    heard = await find(db, me, answer.id)
    me.must(REPLY, where(heard.unit))
    first = update(Answer).where(Answer.id == answer.id, Answer.complained_at.is_(None))
    if await db.scalar(first.values(complained_at=now).returning(Answer.id)) is None:
        raise Conflict("已经转成投诉了")
    stars = f"{answer.stars} 星。" if answer.stars is not None else ""
    await publish(
        db, "complaint", unit=heard.unit, words=f"{stars}{answer.words}".strip(),
        person_id=answer.person_id, source=f"{SOURCE}{answer.id}", subject=heard.subject.name,
    )  # fmt: skip
    record(db, me, "evaluations.complain", thing("evaluations_answer", answer.id))
    await db.refresh(answer)


async def answered(db: AsyncSession, source: str, words: str, **_: object) -> None:
    """A case that came from an answer was answered: tell who gave it, after what they were told
    before. Heard twice, told once."""
    id, said = source.removeprefix(SOURCE), words.strip()[:MOST_REPLY]
    if not source.startswith(SOURCE) or not id.isdecimal() or not said:
        return
    heard = await _whole(db, await db.get(Answer, int(id)))
    if heard is None:
        return
    more = update(Answer).where(Answer.id == int(id), func.strpos(Answer.reply, said) == 0)
    both = func.ltrim(func.concat(Answer.reply, "\n", said), "\n")
    told = more.values(reply=both, replied_at=clock.now()).returning(Answer.id)
    if await db.scalar(told) is not None:
        await _notify(db, heard, said, clock.now())
