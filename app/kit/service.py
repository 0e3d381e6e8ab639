"""A campus service, as `main` mounts it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from procrastinate import Blueprint
from sqlalchemy import ScalarSelect
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from app.kit.chat import Chat
from app.kit.db import Database

Import = Callable[[AsyncSession, bytes, str], Awaitable[str]]
Demo = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a service adds to somebody else's page: icon name, words, and where it leads."""

    icon: str
    title: str
    href: str
    sub: str = ""
    badge: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Mine:
    """What 「我的」 shows of a service to one person.

    `query` finds one value, all that `rows` needs; it may use `:person_id`, `:room_id` (NULL for
    who lives nowhere) and `:now`. It is asked together with everybody else's, in one statement.
    `rows` says it: async (database, value, now) -> rows; `database` is for `Cached` values.
    """

    query: ScalarSelect[Any]
    rows: Callable[[Database, Any, datetime], Awaitable[list[Row]]]


# What `weihouqin <service> <name> …` does: async (db, words) -> what to print. A CampusError is
# printed too, and the command fails.
Command = Callable[[AsyncSession, list[str]], Awaitable[str]]
# async (place, me, database) -> rows: what `me`, or somebody unknown (None), can do at a place
# whose code was scanned. Both are nouns of the campus: a `Place` of its doors, and a `Me`.
Here = Callable[[Any, Any, Database], Awaitable[list[Row]]]
# async (db, **data): acts on an event of another service; may be called twice for one.
Listener = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """`title` is what users call it. All parts are optional.

    chat   words → answers
    pages  H5 routes, mounted at `/h5/<folder>`
    api    routes for machines (counters, meters), mounted at `/api/<folder>`
    live   makes, from the application's state, a bare ASGI app at `/live/<folder>/…`, past all that
           pages need: what thousands ask for in one second; it looks after who may come itself
    commands by name, for the command line
    jobs   timed and deferred work
    desk   what operators see of it: views for the desk, in order
    mine   what 「我的」 shows of it to one person
    here   what can be done at a place whose code was scanned
    notices what it may tell people; `main` finds them in the service's `notices.py`
    events what it does when another service tells an event, by the event's name
    facts  the kinds of facts that it counts in the score ledger
    measures the numbers that it counts; `main` finds them in the service's `measures.py`
    load   takes a file (bytes, name) into the tables, answers one sentence of what it did
    demo   fills believable sample data; runs once, on an empty campus
    words  what to list under 「菜单」: the words that open this service; default: `title`
    icon   its picture in lists, by its name in `h5/icons.html`
    order  where it stands in lists and in the menu, lowest first
    help   how to ask it, in Chinese; `main` takes the docstring of the service's package
    """

    title: str
    chat: Chat | None = None
    pages: APIRouter | None = None
    api: APIRouter | None = None
    live: Callable[[Any], ASGIApp] | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    jobs: Blueprint | None = None
    desk: tuple[Any, ...] = ()
    mine: Mine | None = None
    here: Here | None = None
    notices: tuple[Any, ...] = ()
    events: Mapping[str, Listener] = field(default_factory=dict)
    facts: tuple[Any, ...] = ()
    measures: tuple[Any, ...] = ()
    load: Import | None = None
    demo: Demo | None = None
    words: str = ""
    icon: str = "grid"
    order: int = 50
    help: str = ""

    @property
    def listed(self) -> bool:
        """Whether 「菜单」 shows it: it can be asked, by words that one can be told."""
        return self.chat is not None and bool(self.words or self.chat.words)
