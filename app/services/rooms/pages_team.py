"""Friends who want one room: by a code that one tells, or by a number that is asked."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.kit.db import Db
from app.kit.limits import attempt
from app.services.rooms import reading, team_views, teams
from app.services.rooms.pages_base import AtRound, Id, Seat, back, page

pages = APIRouter()
Number = Annotated[str, Form(max_length=20)]
Code = Annotated[str, Form(max_length=12)]
TeamId = Annotated[Id | None, Form()]
GUESSES = 20  # codes and numbers that one person may try in ten minutes


async def guess(request: Request, seat: Seat) -> None:
    """Count a try at somebody's code or number. Raises TooMany."""
    await attempt(
        request.app.state.database, f"rooms:guess:{seat.person_id}", seat.now, most=GUESSES,
        within=timedelta(minutes=10), sentence="试得太多了，过 10 分钟再来",
    )  # fmt: skip


@pages.get("/{id}/team")
async def team(request: Request, seat: AtRound, db: Db) -> Response:
    """My team, who asked me into theirs, and the ways to make or join one.

    Who was asked is not listed before they agree: one could learn whose number is whose.
    """
    round_id, person_id = seat.round.id, seat.person_id
    return page(
        request, "team", seat, team=await team_views.team_of(db, round_id, person_id),
        invitations=await team_views.invitations(db, round_id, person_id),
        mine=await reading.my_state(db, round_id, person_id, seat.now), me=person_id,
    )  # fmt: skip


@pages.post("/{id}/team/make")
async def make(request: Request, seat: AtRound, db: Db) -> Response:
    """A team of mine, with a code to tell."""
    made = await teams.make(db, seat.round.id, seat.person_id, seat.now)
    return back(request, seat, "/team", f"队伍建好了，口令 {made.code}")


@pages.post("/{id}/team/join")
async def join(request: Request, seat: AtRound, db: Db, code: Code = "") -> Response:
    """Into the team with this code."""
    if not code.strip():
        return back(request, seat, "/team", "写上同学告诉你的口令")
    await guess(request, seat)
    await teams.join(db, seat.person_id, code.strip().upper(), seat.now)
    return back(request, seat, "/team", "进队了")


@pages.post("/{id}/team/ask")
async def ask(request: Request, seat: AtRound, db: Db, number: Number = "") -> Response:
    """Ask whoever has this number; the answer is the same whether or not somebody has."""
    if not number.strip():
        return back(request, seat, "/team", "写上同学的录取号")
    await guess(request, seat)
    if await team_views.team_of(db, seat.round.id, seat.person_id) is None:
        await teams.make(db, seat.round.id, seat.person_id, seat.now)
    await teams.ask(db, seat.round.id, seat.person_id, number.strip(), seat.now)
    return back(request, seat, "/team", "问过了，对方同意就进队")


@pages.post("/{id}/team/agree")
async def agree(request: Request, seat: AtRound, db: Db, team: TeamId = None) -> Response:
    """Yes to who asked me."""
    if team is None:
        return back(request, seat, "/team")
    await teams.agree(db, team, seat.person_id, seat.now)
    return back(request, seat, "/team", "进队了")


@pages.post("/{id}/team/refuse")
async def refuse(request: Request, seat: AtRound, db: Db, team: TeamId = None) -> Response:
    """No to who asked me; they are not told."""
    if team is not None:
        await teams.refuse(db, team, seat.person_id)
    return back(request, seat, "/team", "没去，对方不会收到消息")


@pages.post("/{id}/team/leave")
async def leave(request: Request, seat: AtRound, db: Db) -> Response:
    """Out of my team."""
    await teams.leave(db, seat.round.id, seat.person_id, seat.now)
    return back(request, seat, "/team", "退出来了")


@pages.post("/{id}/team/hand")
async def hand(
    request: Request, seat: AtRound, db: Db, person: Annotated[Id | None, Form()] = None
) -> Response:
    """Somebody else of the team leads."""
    if person is None:
        return back(request, seat, "/team")
    await teams.hand_over(db, seat.round.id, seat.person_id, person)
    return back(request, seat, "/team", "队长换好了")
