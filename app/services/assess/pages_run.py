"""The phone of leaders and heads: a team's month end from start to lock."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.pages import render
from app.services.assess import objections, payroll, steps, views
from app.services.assess.forms import Form
from app.services.assess.pages import HOME, Id, helpers
from app.services.assess.reach import SEE, heads, leads, runs

pages = APIRouter()
Staff = Annotated[Me, Depends(needs(SEE))]
HOW_MANY = "写上加几分或减几分，比如 2 或 -1.5"


@pages.get("/team/{id}")
async def run(request: Request, db: Db, me: Staff, id: Id) -> Response:
    """Everybody's points, what waits for a decision, and the next step."""
    found, team = await steps.seen(db, me, id)
    return render(
        request, "assess/run.html", it=await views.whole(db, found, team), runs=runs(me, team),
        heads=heads(me, team), **helpers(me),
    )  # fmt: skip


@pages.get("/team/{id}/who/{number}")
async def person(request: Request, db: Db, me: Staff, id: Id, number: Id) -> Response:
    """One person's month, item by item, and a correction."""
    found, team = await steps.seen(db, me, id)
    it = await views.month_of_person(db, found, number)
    return render(
        request, "assess/person.html", it=it, leads=leads(me, team),
        may=number != me.person_id, **helpers(me),
    )  # fmt: skip


@pages.post("/team/{id}/who/{number}")
async def correct(db: Db, me: Staff, form: Form, id: Id, number: Id) -> Response:
    """Add points to somebody's, with the reason."""

    async def act() -> str:
        await objections.correct(
            db, me, id, person_id=number, item=form.text("item", 40), now=form.now,
            points=form.hundredths("points", HOW_MANY), reason=form.text("words"),
        )  # fmt: skip
        return "改好了，他会收到"

    return await form.once(db, f"{HOME}/team/{id}/who/{number}", act)


@pages.post("/team/{id}/publish")
async def publish(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """Show everybody theirs."""

    async def act() -> str:
        await steps.publish(db, me, id, form.now)
        return "公布了，大家都会收到"

    return await form.once(db, f"{HOME}/team/{id}", act)


@pages.post("/team/{id}/bonus")
async def bonus(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """How much there is to share; the page then shows who gets what."""

    async def act() -> str:
        fen = form.hundredths("yuan", "奖金写成 12000 或 12000.50 这样")
        await payroll.set_bonus(db, me, id, fen)
        return "算好了，看看再批"

    return await form.once(db, f"{HOME}/team/{id}", act)


@pages.post("/team/{id}/approve")
async def approve(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """The head agrees with what the page shows."""

    async def act() -> str:
        await payroll.approve(db, me, id, form.number("seen", "刷新一下再批"), form.now)
        return "批了，锁定以后大家看得到工资"

    return await form.once(db, f"{HOME}/team/{id}", act)


@pages.post("/team/{id}/{step}")
async def last(db: Db, me: Staff, form: Form, id: Id, step: str) -> Response:
    """Lock it, or take the approval back."""

    async def act() -> str:
        if step == "lock":
            await steps.lock(db, me, id, form.now)
            return "锁定了，以后都不再改"
        if step == "back":
            await steps.back(db, me, id, form.text("words", 200))
            return "退回了，改完再批"
        raise Invalid("没有这一步")

    return await form.once(db, f"{HOME}/team/{id}", act)


@pages.post("/objections/{id}")
async def decide(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """Grant an objection with points, or refuse it with a reason."""
    run_id = await objections.run_of(db, id)

    async def act() -> str:
        granted = form.text("verdict") == "granted"
        given = form.hundredths("points", HOW_MANY) if granted else 0
        await objections.decide(db, me, id, granted=granted, points=given, now=form.now,
                                answer=form.text("words"))  # fmt: skip
        return "答复了，他会收到"

    return await form.once(db, f"{HOME}/team/{run_id}", act)
