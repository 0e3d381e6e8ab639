"""「请人来评」: whoever is on a list of numbers is asked, by notice, to rate one thing."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.binding import tidy
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.services.evaluations import forms, inviting
from app.services.evaluations.actions import MAKE, where
from app.services.evaluations.desk_draft import moment_of, typed_moment
from app.services.evaluations.desk_page import HOME, MOST_FIELDS, Page, number, typed, within
from app.services.evaluations.models import Form, Subject
from app.services.evaluations.results import UNIT

TIME = timedelta(days=7)
MOST_SUBJECTS, FEW = 500, 5
_BETWEEN = re.compile(r"[\s,，、;；]+")


class Inviting(Page):
    """The page of a form where people are asked."""

    @route("/{id:int}/invite", methods=["GET", "POST"], name="evaluations-invite")
    async def invite(self, request: Request) -> Response:
        """A list of numbers, until when, and on which occasion."""
        db, me = request.state.session, me_of(request)
        form = await forms.find(db, request.path_params["id"])
        subjects = await _subjects(db, me, form)
        if request.method == "GET":
            until = typed_moment(clock.now() + TIME)
            return self._shown(request, (form, subjects), {"until": until})
        sent = typed(await request.form(max_files=0, max_fields=MOST_FIELDS))

        async def ask(db: AsyncSession, me: Me, _: FormData) -> str:
            count = await _ask(db, me, sent, {one.id: one for one in subjects})
            return f"{HOME}/{form.id}?did=invited{'' if count else '-none'}"

        async def again(code: int, sentence: str) -> Response:
            await db.refresh(form)
            of = form, await _subjects(db, me, form)
            return self._shown(request, of, sent, code, sentence)

        return await self.once_only(request, ask, again)

    def _shown(
        self, request: Request, of: tuple[Form, Sequence[Subject]], fields: Mapping[str, str],
        code: int = 200, error: str = "",
    ) -> Response:  # fmt: skip
        return self.show(request, "invite.html", code, form=of[0], subjects=of[1], fields=fields,
                         error=error, most=inviting.MOST)  # fmt: skip


async def _subjects(db: AsyncSession, me: Me, form: Form) -> list[Subject]:
    """What of the form `me` may ask people to rate. Raises Forbidden for nothing of it."""
    query = select(Subject).join(Form, Form.id == Subject.form_id)
    query = query.where(Subject.form_id == form.id, Subject.gone_at.is_(None))
    if (mine := within(me, MAKE)) is not None:
        query = query.where(UNIT.in_(mine))
    query = query.order_by(Subject.position, Subject.id).limit(MOST_SUBJECTS)
    found = list(await db.scalars(query))
    if not found:
        me.must(MAKE, where(form.unit))
    return found


async def _ask(
    db: AsyncSession, me: Me, sent: Mapping[str, str], subjects: Mapping[int, Subject]
) -> int:
    """Ask those who were typed; how many are newly asked. Raises Invalid, NotFound, Conflict."""
    subject = subjects.get(number(sent.get("subject")) or 0)
    if subject is None:
        raise NotFound("选一样要评的")
    until = moment_of(sent.get("until", ""))
    if until is None:
        raise Invalid("写上几点前评完")
    numbers = {tidy(part) for part in _BETWEEN.split(sent.get("numbers", "")) if part}
    if not 0 < len(numbers) <= inviting.MOST:
        raise Invalid(f"写 1 到 {inviting.MOST} 个学号或工号，更多的用群发")
    query = select(Person.number, Person.id).where(Person.number.in_(numbers))
    people = dict((await db.execute(query)).all())
    if missing := sorted(numbers - people.keys()):
        more = f"等 {len(missing)} 个" if len(missing) > FEW else ""
        raise Invalid(f"名册里没有 {'、'.join(missing[:FEW])}{more}，去掉再请")
    occasion = sent.get("occasion", "").strip()[:40] or f"{clock.now():%Y-%m-%d %H:%M}"
    return await inviting.invite(db, me, subject, people.values(), occasion, until, clock.now())
