"""The phone of leaders and heads: marks for members, notes, marks for other teams."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.permission import Where
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid, NotFound
from app.kit.pages import render
from app.services.assess import marks, steps, teams, views
from app.services.assess.explaining import number as plain
from app.services.assess.forms import Form
from app.services.assess.language import Given, Item
from app.services.assess.models import Team
from app.services.assess.pages import HOME, Id, helpers
from app.services.assess.pages_run import Staff
from app.services.assess.reach import APPROVE, RATE, leads, must_see, runs
from app.services.assess.rules import month_before, month_of, read_month

pages = APIRouter()
Rater = Annotated[Me, Depends(needs(RATE))]
MARK = "分数写成 8 或 8.5 这样"


@pages.get("/crew/{id}")
async def crew(request: Request, db: Db, me: Staff, id: Id, month: str = "") -> Response:
    """Members with the leader's marks, and what was noted, of this month or the one before."""
    team, now = await teams.get(db, id), clock.now()
    must_see(me, team)
    this = month_of(now.date())
    chosen = read_month(month) if month else this
    if chosen not in (this, month_before(this)):
        raise NotFound("只能看这个月和上个月的，更早的已经定了")
    people = await teams.during(db, team, chosen)
    given = await marks.given(db, chosen, team_id=team.id)
    return render(
        request, "assess/crew.html", team=team, month=chosen, before=month_before(this), this=this,
        people=people, items=await marks.items(db, team, chosen, Given.LEADER),
        noted=await marks.items(db, team, chosen, Given.NOTED), plain=plain,
        given={(m.person_id, m.item): m.points for m in given if m.person_id},
        notes=await marks.notes(db, [one.id for one in people], chosen),
        names={one.id: one.name for one in people}, runs=runs(me, team),
        done={run.month: run for run in await views.runs_of(db, [team])}, **helpers(me),
    )  # fmt: skip


@pages.post("/crew/{id}/start")
async def start(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """Have the month before counted."""
    team = await teams.get(db, id)

    async def act() -> str:
        month = month_before(month_of(form.now.date()))
        return f"{await steps.start(db, me, team, month, form.now)} 开始算了，一会儿就好"

    return await form.once(db, HOME + "/team/{}", act)


@pages.post("/crew/{id}/mark")
async def mark(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """All marks of the page that were filled in: fields `m-<person>-<place of the item>`."""
    team, month = await teams.get(db, id), _month(form.text("month"))

    async def act() -> str:
        items = await marks.items(db, team, month, Given.LEADER)
        written = [(name, value) for name, value in form.form.multi_items() if name[:2] == "m-"]
        for name, value in written[:400]:
            if str(value).strip():
                person, item = _named(name, items)
                await marks.mark_member(
                    db, me, team, person_id=person, item=item.name, month=month, now=form.now,
                    points=form.hundredths(name, MARK),
                )  # fmt: skip
        return "记下了"

    return await form.once(db, f"{HOME}/crew/{id}?month={month:%Y-%m}", act)


@pages.post("/crew/{id}/note")
async def note(db: Db, me: Staff, form: Form, id: Id) -> Response:
    """Something that happened."""
    team, day = await teams.get(db, id), form.day("day")

    async def act() -> str:
        await marks.note(
            db, me, team, person_id=form.number("person", "选一下是谁"), item=form.text("item", 40),
            day=day, points=form.hundredths("points", MARK), why=form.text("words"), now=form.now,
        )  # fmt: skip
        return "记下了，他看得到"

    return await form.once(db, f"{HOME}/crew/{id}?month={day:%Y-%m}", act)


@pages.post("/crew/{id}/note/{number}")
async def withdraw(db: Db, me: Staff, form: Form, id: Id, number: Id) -> Response:
    """A note that was wrong."""
    team = await teams.get(db, id)

    async def act() -> str:
        await marks.withdraw(db, me, team, number, form.now)
        return "撤了，不算分"

    return await form.once(db, f"{HOME}/crew/{id}", act)


@pages.get("/rate")
async def rate(request: Request, db: Db, me: Rater) -> Response:
    """Other teams to mark, in the window: as a team's leader, as a unit's head."""
    now = clock.now()
    month, until = marks.window(now)
    rows = await _to_rate(db, me, month) if month else []
    return render(request, "assess/rate.html", month=month, until=until, rows=rows, plain=plain,
                  **helpers(me))  # fmt: skip


@pages.post("/rate")
async def rated(db: Db, me: Rater, form: Form) -> Response:
    """One team's marks by one of mine: fields `by` and `p-<place of the item>`."""
    team = await teams.get(db, form.number("team"))
    by, given = await _by(db, me, form.text("by", 60))

    async def act() -> str:
        month, _ = marks.window(form.now)
        for at, item in enumerate(await marks.items(db, team, month, given) if month else []):
            if form.text(f"p-{at}"):
                await marks.mark_team(db, me, team, by=by, item=item.name, now=form.now,
                                      points=form.hundredths(f"p-{at}", MARK))  # fmt: skip
        return f"给{team.name}打好了"

    return await form.once(db, f"{HOME}/rate", act)


async def _to_rate(
    db: AsyncSession, me: Me, month: date
) -> list[tuple[Team, str, str, list[Item], dict[str, int]]]:
    """(team, my key, my name, items, marks given) for each that I may mark."""
    every = list(await db.scalars(select(Team).where(Team.gone_at.is_(None)).order_by(Team.name)))
    mine = [(f"t{team.id}", team.name, team) for team in every if leads(me, team)]
    heads = [(f"u{unit}", unit, unit) for unit in _headed(me)]
    found = []
    for team in every:
        for given, sources in ((Given.TEAMS, mine), (Given.UNITS, heads)):
            for key, name, by in sources:
                items = await marks.items(db, team, month, given)
                own = by.id == team.id if isinstance(by, Team) else by == team.unit
                if items and not own:
                    source = ({"from_team_id": by.id} if isinstance(by, Team)
                              else {"from_unit": str(by)})  # fmt: skip
                    had = await marks.given(db, month, team_id=team.id, **source)
                    found.append((team, key, name, items, {m.item: m.points for m in had}))
    return found


def _headed(me: Me) -> list[str]:
    """The units that `me` heads by name; who heads all of them speaks for none."""
    return sorted({right.unit for right in me.rights if right.unit and right.role in APPROVE.roles})


async def _by(db: AsyncSession, me: Me, key: str) -> tuple[Team | str, Given]:
    if key[:1] == "u" and me.may(APPROVE, Where(unit=key[1:])):
        return key[1:], Given.UNITS
    if key[:1] == "t" and key[1:].isascii() and key[1:].isdecimal() and len(key) < 10:
        return await teams.get(db, int(key[1:])), Given.TEAMS
    raise Invalid("选一下替谁打分")


def _month(words: str) -> date:
    if (found := read_month(words)) is None:
        raise Invalid("月份不对，刷新一下")
    return found


def _named(name: str, items: list[Item]) -> tuple[int, Item]:
    """The person and the item of a field's name. Raises Invalid."""
    parts = name.split("-")
    if len(parts) == 3 and all(p.isascii() and p.isdecimal() and len(p) < 10 for p in parts[1:]):
        person, at = int(parts[1]), int(parts[2])
        if at < len(items):
            return person, items[at]
    raise Invalid("方案刚换了，刷新一下再打")
