"""Who would answer words, and why: for the desk's «try it». Nothing is kept of it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.gateway.router import MENU_WORDS, Router
from app.gateway.unanswered import unanswered
from app.kit.answers import Parts, Say
from app.kit.chat import Ask, Place, Route
from app.kit.db import Database
from app.kit.errors import CampusError

log = structlog.get_logger()
ACCOUNT = "微后勤"
PATIENCE = 5.0  # seconds for one handler; a follower would have been told later
BROKEN = "这条没答上来，日志里有原因"


class How(StrEnum):
    """By what a handler is reached."""

    ACCOUNT = "account"
    FIRST = "first"
    WORD = "word"
    EARLY = "early"
    PATTERN = "pattern"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who was asked, or would have been: service folder and title.

    `parts` is what it said, None where it passed on or was not asked any more; `asked` tells
    these apart. `fault` is the kind of an error, empty where it ran well.
    """

    service: str
    title: str
    how: How
    asked: bool = False
    parts: Parts | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """All candidates in order; `winner` is the one that answers."""

    candidates: tuple[Candidate, ...]
    winner: Candidate


class _Undo(Exception):
    """Ends the trial's transaction without keeping it."""


async def explain(router: Router, ask: Ask, database: Database) -> Explained:
    """What the account would say to `ask`. Handlers that write are undone."""
    if (own := _own(router, ask)) is not None:
        return Explained((own,), own)
    found: list[Candidate] = []
    try:
        async with database.session() as db:
            for route, groups in router.candidates(ask):
                one = _candidate(router, route)
                if not any(before.parts for before in found):
                    said = router.try_one(route, groups, ask, database, db)
                    one = await _listen(one, said, db)
                found.append(one)
            raise _Undo
    except _Undo:
        pass
    nobody = Candidate("", "", How.NOBODY, True, (router.unknown(ask),))
    winner = next((one for one in found if one.parts), nobody)
    return Explained(tuple(found), winner)


def claimed(router: Router) -> dict[str, str]:
    """Every word that is answered exactly, and the service's title; "" for the account itself."""
    titles = {
        word: router.services[router.owner[route]].title for word, route in router.words.items()
    }
    return titles | dict.fromkeys(MENU_WORDS, "")


def install(app: FastAPI) -> None:
    """Lend the desk what it may not import: `app.state.explain`, `.claimed` and `.unanswered`."""
    state = app.state
    state.explain = lambda ask: explain(state.router, ask, state.database)
    state.claimed = claimed(state.router)
    state.unanswered = unanswered


async def _listen(one: Candidate, said: Awaitable[Parts | None], db: AsyncSession) -> Candidate:
    """`one` with what it says; a refusal is an answer, an error the end of the search."""
    try:
        async with asyncio.timeout(PATIENCE), db.begin_nested():
            return replace(one, asked=True, parts=await said)
    except CampusError as refusal:
        return replace(one, asked=True, parts=(Say(str(refusal)),))
    except Exception as error:
        log.exception("trial_failed", service=one.service, exc_info=error)
        fault = type(error).__name__
        return replace(one, asked=True, parts=(Say(BROKEN),), fault=fault)


def _own(router: Router, ask: Ask) -> Candidate | None:
    """The account's own words, which come before everything."""
    said = router.menu() if ask.text in MENU_WORDS else router.help(ask.text)
    return Candidate("", ACCOUNT, How.ACCOUNT, True, (said,)) if said else None


def _candidate(router: Router, route: Route) -> Candidate:
    name = router.owner[route]
    if route.pattern is None:
        how = How.WORD
    else:
        how = {Place.FIRST: How.FIRST, Place.EARLY: How.EARLY}.get(route.place, How.PATTERN)
    return Candidate(name, router.services[name].title, how)
