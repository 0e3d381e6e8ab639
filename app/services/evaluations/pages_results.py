"""What all have said, live, for whoever has answered, where the form says so."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.campus.people.me import Bound
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Forbidden, NotFound
from app.kit.pages import render
from app.services.evaluations import answering, occasions
from app.services.evaluations.codes import PATH, find_subject
from app.services.evaluations.pages_form import Code
from app.services.evaluations.rules import MIN_SHOWN, Phase, phase
from app.services.evaluations.tally import SAME_ROW, tally
from app.services.evaluations.words import SAYS

pages = APIRouter()


@pages.get("/{code}/results")
async def results(request: Request, db: Db, me: Bound, code: Code) -> Response:
    """For each question how often each answer was given.

    Raises NotFound where the form shows nothing, Forbidden before one has answered.
    """
    now = clock.now()
    subject = await find_subject(db, code, request.client.host if request.client else "")
    occasion = await occasions.find(db, me, subject, now)
    form = occasion.form
    if not form.live:
        raise NotFound("这张表的结果不公开")
    over = phase(form.stage, form.opens_at, form.closes_at, now) is Phase.OVER
    if not (occasion.used or over):
        raise Forbidden("先说说你的，再看大家的")
    counted = await tally(db, form.id, occasion.questions, subject_id=subject.id)
    return render(
        request, "evaluations/results.html", occasion=occasion, tally=counted, tab=SAME_ROW,
        page=f"{PATH}{code}", says=SAYS, coming=await answering.sealed_count(db, form.id),
        enough=counted.count >= MIN_SHOWN or not form.anonymous, least=MIN_SHOWN,
    )  # fmt: skip
