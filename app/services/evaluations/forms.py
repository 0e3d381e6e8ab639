"""Making forms: the desk's verbs. Every change of the questions is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.evaluations import questions as wording
from app.services.evaluations.actions import MAKE, where
from app.services.evaluations.board import board
from app.services.evaluations.models import (
    Answer,
    Form,
    FormKind,
    Quota,
    Sealed,
    Subject,
    SubjectKind,
    Version,
)
from app.services.evaluations.rules import LOW, Period, Question, Stage

MOST_TITLE, MOST_ABOUT = 40, 500
FIELDS = (
    "title", "about", "thanks", "kind", "unit", "anonymous", "period", "opens_at", "closes_at",
    "low", "most", "live", "listed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spec:
    """A form as somebody filled it in, see `Form`; `colleges`: the most answers of each."""

    title: str
    about: str = ""
    thanks: str = ""
    kind: FormKind = FormKind.RATING
    unit: str = ""
    anonymous: bool = False
    period: Period = Period.ONCE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    low: int = LOW
    most: int | None = None
    live: bool = False
    listed: bool = True
    colleges: Mapping[str, int] = field(default_factory=dict)


async def create(
    db: AsyncSession, me: Me | None, spec: Spec, questions: list[dict[str, Any]], now: datetime
) -> Form:
    """A draft of version 1; a survey with its one subject. `me` None: the demo.

    Raises Invalid with what is wrong, Forbidden for another unit's.
    """
    good = _good(spec)
    if me is not None:
        me.must(MAKE, where(good.unit))
    read = wording.read(questions)
    form = Form(**_fields(good), changed_at=now, made_by=me.person_id if me else None)
    db.add(form)
    await db.flush()
    db.add(Version(form_id=form.id, version=1, questions=wording.plain(read), at=now))
    if form.kind == FormKind.SURVEY:
        db.add(Subject(name=form.title, kind=SubjectKind.SURVEY, unit=form.unit, form_id=form.id))
    await _set_quotas(db, form, good)
    record(db, me, "evaluations.create", thing("evaluations_form", form.id))
    await db.flush()
    return form


async def change(  # noqa: PLR0917 - as `create`, and which
    db: AsyncSession, me: Me, form: Form, spec: Spec, questions: list[dict[str, Any]], now: datetime
) -> Form:
    """What was filled in, and a new version if the questions are others.

    Raises as `create`; Conflict if it would become anonymous, or cease to be, after answers.
    """
    good, read = _good(spec), wording.read(questions)
    me.must(MAKE, where(form.unit))
    me.must(MAKE, where(good.unit))
    if good.anonymous != form.anonymous and await _answered(db, form):
        raise Conflict("已经有人答了，实名、匿名不能再改，另做一张")
    if good.kind != form.kind:
        raise Conflict("评价和问卷不能互换，另做一张")
    before = await questions_of(db, form)
    for name, value in _fields(good).items():
        setattr(form, name, value)
    form.changed_at = now
    if before != read:
        form.version += 1
        kept = wording.plain(read)
        db.add(Version(form_id=form.id, version=form.version, questions=kept, at=now))
    if form.kind == FormKind.SURVEY:
        subject = await db.scalar(select(Subject).where(Subject.form_id == form.id))
        if subject is not None:
            subject.name, subject.unit = form.title, form.unit
    await _set_quotas(db, form, good)
    record(db, me, "evaluations.change", thing("evaluations_form", form.id),
           after={"version": form.version})  # fmt: skip
    await board.changed(db)
    await db.flush()
    return form


async def open_form(db: AsyncSession, me: Me | None, form: Form, now: datetime) -> None:
    """From now on (or from its `opens_at`) it can be answered. Raises Conflict once it is over."""
    if form.closes_at is not None and form.closes_at <= now:
        raise Conflict("截止时间已经过了，往后改再开")
    await _to(db, me, form, Stage.OPEN, now)


async def close_form(db: AsyncSession, me: Me | None, form: Form, now: datetime) -> None:
    """Nobody can answer it any more."""
    await _to(db, me, form, Stage.CLOSED, now)


async def _to(db: AsyncSession, me: Me | None, form: Form, stage: Stage, now: datetime) -> None:
    if me is not None:
        me.must(MAKE, where(form.unit))
    before, form.stage, form.changed_at = form.stage, stage, now
    record(db, me, f"evaluations.{stage}", thing("evaluations_form", form.id),
           before={"stage": before}, after={"stage": stage})  # fmt: skip
    await board.changed(db)
    await db.flush()


async def find(db: AsyncSession, form_id: int) -> Form:
    """Raises NotFound."""
    if (form := await db.get(Form, form_id)) is None:
        raise NotFound("没有这张表，回列表里再选")
    return form


async def questions_of(
    db: AsyncSession, form: Form, version: int | None = None
) -> tuple[Question, ...]:
    """The questions of a version, the newest unless said. Raises NotFound."""
    kept = await db.get(Version, (form.id, version or form.version))
    if kept is None:
        raise NotFound("没有这一版，刷新一下再填")
    return wording.read(kept.questions)


async def _answered(db: AsyncSession, form: Form) -> bool:
    for table in (Answer, Sealed):
        if await db.scalar(select(func.count()).where(table.form_id == form.id)):
            return True
    return False


def _fields(spec: Spec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in FIELDS}


def _good(spec: Spec) -> Spec:
    """The same, if it can be so. Raises Invalid."""
    if not 0 < len(spec.title.strip()) <= MOST_TITLE:
        raise Invalid(f"写上标题，{MOST_TITLE} 个字以内")
    if max(len(spec.about), len(spec.thanks)) > MOST_ABOUT:
        raise Invalid(f"说明和答完的话，各 {MOST_ABOUT} 个字以内")
    if spec.opens_at and spec.closes_at and spec.opens_at >= spec.closes_at:
        raise Invalid("截止要晚于开始")
    if not 0 <= spec.low <= 4:
        raise Invalid("低分提醒选 0 到 4 星，0 就是不提醒")
    most = [spec.most] if spec.most is not None else []
    if any(not 0 < number < 2**31 for number in (*most, *spec.colleges.values())):
        raise Invalid("名额填 1 以上的数，不限就空着")
    if spec.anonymous and spec.period is Period.OCCASION:
        raise Invalid("一对一的邀请看得出是谁，这种表只能实名")
    return spec


async def _set_quotas(db: AsyncSession, form: Form, spec: Spec) -> None:
    """What was taken stays taken. Raises Conflict for fewer than were taken."""
    wanted = {**({"": spec.most} if spec.most is not None else {}), **spec.colleges}
    held = {quota.college: quota for quota in await db.scalars(
        select(Quota).where(Quota.form_id == form.id).with_for_update())}  # fmt: skip
    for college, most in wanted.items():
        quota = held.get(college)
        if quota is not None and quota.taken > most:
            who = college or "全部"
            raise Conflict(f"{who}已经答了 {quota.taken} 份，名额不能少于这个数")
        new = insert(Quota).values(form_id=form.id, college=college, most=most)
        known = new.on_conflict_do_update(
            index_elements=["form_id", "college"], set_={"most": most}
        )
        await db.execute(known)
    gone = [college for college in held if college not in wanted]
    await db.execute(delete(Quota).where(Quota.form_id == form.id, Quota.college.in_(gone)))
