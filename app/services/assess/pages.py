"""The phone: one's own points and months, and what leaders and heads do."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.pages import redirect, render
from app.services.assess import marks, objections, views
from app.services.assess import words as say
from app.services.assess.explaining import say as points
from app.services.assess.forms import Form
from app.services.assess.reach import APPROVE, LEAD, SEE
from app.services.assess.rules import Step, Verdict, say_month

HOME = "/h5/assess"
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
own = APIRouter()


def helpers(me: Me) -> dict[str, Any]:
    """What every template of ours uses."""
    return {"me": me, "HOME": HOME, "say": say, "points": points, "say_month": say_month,
            "Step": Step, "Verdict": Verdict}  # fmt: skip


async def index(request: Request, db: Db, me: Bound) -> Response:
    """This month as it stands, past months, and for who leads or heads their teams."""
    now = clock.now()
    teams = await views.teams_of(db, me) if me.may_somewhere(SEE) else []
    runs = await views.runs_of(db, teams)
    month, until = marks.window(now)
    rates = month is not None and (me.may_somewhere(LEAD) or me.may_somewhere(APPROVE))
    return render(
        request, "assess/index.html", standing=await views.standing(db, me, now), teams=teams,
        months=await views.months(db, me), runs=runs, waiting=await views.waiting(db, runs),
        rates=month if rates else None, until=until, by_id={team.id: team for team in teams},
        **helpers(me),
    )  # fmt: skip


@own.get("/{id}")
async def month(request: Request, db: Db, me: Bound, id: Id) -> Response:
    """A month of theirs, item by item."""
    found = await views.own(db, me, id)
    now = clock.now()
    open_ = found.run.step == Step.OPEN and found.run.until is not None and now < found.run.until
    return render(request, "assess/month.html", it=found, open=open_, **helpers(me))


@own.post("/{id}/object")
async def object_(request: Request, db: Db, me: Bound, form: Form, id: Id) -> Response:
    """They say what is wrong."""
    await views.own(db, me, id)

    async def ask() -> str:
        item, words = form.text("item", 40), form.text("words", objections.LONGEST)
        await objections.ask(db, me, id, item=item, words=words, now=form.now)
        return "提上去了，有答复会响"

    if not form.text("words"):
        return redirect(request, f"{HOME}/{id}", "写一句哪里不对")
    try:
        return await form.once(db, f"{HOME}/{id}", ask)
    except Invalid as refusal:
        return redirect(request, f"{HOME}/{id}", str(refusal))
