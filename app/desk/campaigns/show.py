"""What the pages of campaigns show, put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns import report
from app.campus.campaigns.access import may_write
from app.campus.campaigns.deliver import due_at
from app.campus.campaigns.models import Campaign, Stage
from app.campus.campaigns.reasons import say
from app.campus.campaigns.rules import STAGES, say_left
from app.campus.people.me import Me
from app.campus.people.models import Follower, Person
from app.campus.people.roster_columns import LABELS
from app.campus.places import House, campus
from app.desk.campaigns.words import TO, TONES, WAY_HELP, WAYS, reached, said
from app.desk.views.grants import ROLES
from app.kit import clock

PAGE, MOST_TAGS = 25, 60
FIRST = 2**31 - 1  # beyond every number
DID = {
    "send": "", "confirm": "核对过了。", "back": "改回草稿了。", "pause": "停住了，没发的等着。",
    "resume": "接着发了。", "cancel": "不发了，已经发出去的收不回来。", "resend": "补发写好了。",
    "trial": "发给你了，看看手机。",
}  # fmt: skip
TONE = {
    "delivered": "green", "sent": "lime", "waiting": "secondary", "sending": "secondary",
    "kept": "azure", "merged": "azure", "cancelled": "secondary",
}  # fmt: skip


async def listed(db: AsyncSession, me: Me, before: int) -> dict[str, Any]:
    """A page of the list: those that `me` may write to."""
    query = select(Campaign).order_by(Campaign.id.desc())
    rows: list[Campaign] = []
    older = 0
    while len(rows) <= PAGE:
        found = (await db.scalars(query.where(Campaign.id < (before or FIRST)).limit(100))).all()
        if not found:
            break
        rows += [one for one in found if await may_write(db, me, one.audience) or _own(me, one)]
        before = found[-1].id
    if len(rows) > PAGE:
        older, rows = rows[PAGE - 1].id, rows[:PAGE]
    places, names = await campus.within(db), await _names(db, rows)
    return {
        "rows": [
            {"one": one, "whom": said(one.audience, places) if one.audience else "还没选",
             "stage": STAGES[one.stage], "tone": TONES[one.stage], "reached": reached(one),
             "by": names.get(one.made_by or 0, ""), "way": WAYS.get(one.way, one.way),
             "age": clock.say_age(one.started_at or one.made_at, clock.now())}
            for one in rows
        ],
        "older": older,
    }  # fmt: skip


def _own(me: Me, one: Campaign) -> bool:
    return one.stage == Stage.DRAFT and one.made_by == me.person_id


async def _names(db: AsyncSession, rows: Sequence[Campaign]) -> dict[int, str]:
    ids = {id for one in rows for id in (one.made_by, one.confirmed_by) if id is not None}
    found = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


async def head(db: AsyncSession, me: Me, one: Campaign, query: Mapping[str, str]) -> dict[str, Any]:
    """What stands above a campaign, whatever its stage."""
    names, now = await _names(db, [one]), clock.now()
    held = due_at(one, max(now, one.starts_at or now))
    return {
        "did": DID.get(query.get("did", ""), ""), "by": names.get(one.made_by or 0, "服务自动"),
        "checked_by": names.get(one.confirmed_by or 0, ""), "mine": one.made_by == me.person_id,
        "whom": said(one.audience, await campus.within(db)), "way": WAYS.get(one.way, one.way),
        "stage": one.stage, "stage_said": STAGES[one.stage], "tone": TONES[one.stage],
        "starts": _moment(one.starts_at), "held": _moment(held) if held > now else "",
        "later": one.starts_at is not None and one.starts_at > now,
        "began": _moment(one.started_at), "ended": _moment(one.ended_at),
    }  # fmt: skip


def _moment(at: Any) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%-m月%-d日 %H:%M}" if at else ""


async def running(db: AsyncSession, one: Campaign, now: Any) -> dict[str, Any]:
    """Figures of a campaign that has started. One whose last delivery is over counts as done,
    though the sweep has not come by yet."""
    figures = await report.figures(db, one, now)
    stage = one.stage
    if stage == Stage.RUNNING and not figures.progress.left:
        stage = Stage.DONE
    left = figures.progress.seconds
    return {
        "figures": figures, "progress": figures.progress, "stage": stage,
        "stage_said": STAGES[stage], "tone": TONES[stage],
        "left": say_left(left) if left and stage == Stage.RUNNING else "",
        "outcomes": [
            {"key": f"{state}:{reason}" if reason else state, "said": say(state, reason),
             "count": count, "tone": TONE.get(state, "red")}
            for state, reason, count in figures.outcomes
        ],
        "held": _moment(due_at(one, now)) if due_at(one, now) > now else "",
    }  # fmt: skip


async def results(db: AsyncSession, one: Campaign, query: Mapping[str, str]) -> dict[str, Any]:
    """The people of a report, a page of them, and earlier campaigns of the kind."""
    q, outcome = query.get("q", "")[:40], query.get("outcome", "")[:60]
    after = query.get("after", "")
    found = await report.people(
        db, one.id, outcome=outcome, q=q, size=report.PAGE + 1,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else 0,
    )  # fmt: skip
    people = found[: report.PAGE]
    return {
        "people": [(person, _moment(person.at)) for person in people], "q": q, "outcome": outcome,
        "next": people[-1].id if len(found) > len(people) else 0, "from_top": not after,
        "earlier": [
            {"one": before, "reached": reached(before), "began": _moment(before.started_at)}
            for before in await report.earlier(db, one)
        ],
    }  # fmt: skip


def cells(person: report.Told) -> dict[str, Any]:
    """A row of the spreadsheet."""
    at = person.at and person.at.astimezone(clock.SHANGHAI)
    return {
        "name": person.name or "没绑学号的关注者", "number": person.number,
        "college": person.college, "room": person.room, "said": person.said,
        "at": f"{at:%Y-%m-%d %H:%M:%S}" if at else "",
    }  # fmt: skip


async def choices(db: AsyncSession, houses: Sequence[House], whole: bool) -> dict[str, Any]:
    """What the form has to choose from; `whole`: not their buildings alone."""
    by_campus: dict[str, list[House]] = {}
    for house in houses:
        by_campus.setdefault(house.campus, []).append(house)
    found: dict[str, Any] = {
        "campuses": by_campus, "ways": WAYS, "way_help": WAY_HELP,
        "tos": TO if whole else {"places": TO["places"]}, "roles": {}, "tags": (), "colleges": (),
        "grades": (), "kinds": {},
    }  # fmt: skip
    if not whole:
        return found
    here = Person.gone_at.is_(None)
    columns = {"colleges": Person.college, "grades": Person.grade}
    for name, column in columns.items():
        wanted = select(column).where(here, column != "").distinct().order_by(column)
        found[name] = list(await db.scalars(wanted))
    tag = func.unnest(Follower.tags).label("tag")
    tags = select(tag).where(Follower.left_at.is_(None)).distinct().order_by(tag).limit(MOST_TAGS)
    return found | {"roles": ROLES, "kinds": LABELS, "tags": list(await db.scalars(tags))}
