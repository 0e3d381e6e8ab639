"""What 「我的」 shows: what is going on for a person, and the way to everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.exc import DBAPIError

from app.campus.people.me import Me
from app.kit.db import Database
from app.kit.errors import reference
from app.kit.service import Row, Service
from app.services.mine.head import HEAD, Head

log = structlog.get_logger()
Questions = tuple[tuple[str, ScalarSelect[Any]], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A service in the grid; `badge` counts what it wants to be looked at."""

    icon: str
    title: str
    href: str
    badge: int


@dataclass(frozen=True, slots=True)
class Board:
    """`missing`: titles of services that failed; the page stands without them."""

    head: Head | None
    rows: list[Row]
    tiles: list[Tile]
    missing: tuple[str, ...] = ()


async def gather(
    database: Database, services: Mapping[str, Service], me: Me, now: datetime
) -> Board:
    """Rows of all services for `me` (unbound: nobody's); a tile for each listed with pages."""
    bound = me.person_id is not None
    asked = {name: one.mine for name, one in services.items() if one.mine and bound}
    values = {"person_id": me.person_id, "room_id": me.room_id, "now": now}
    queries = tuple((name, mine.query) for name, mine in asked.items())
    found = await _find(database, (("", HEAD), *queries), values) if bound else {}
    rows: dict[str, list[Row]] = {}
    for name, mine in asked.items():
        if name in found:
            try:
                rows[name] = await mine.rows(database, found[name], now)
            except Exception as error:
                _failed(name, error)
    tiles = [
        Tile(one.icon, one.title, f"/h5/{name}", sum(row.badge for row in rows.get(name, ())))
        for name, one in services.items()
        if one.pages and one.listed and name != "mine"
    ]
    missing = tuple(services[name].title for name in asked if name not in rows)
    head = Head.read(found[""]) if bound else None
    return Board(head, [row for theirs in rows.values() for row in theirs], tiles, missing)


async def _find(
    database: Database, questions: Questions, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to each question by its name, without those that fail.

    One statement; only if that fails are they asked one by one, to tell whose fault it is.
    """
    try:
        row = await database.row(_together(questions), **values)
        return dict(zip((name for name, _ in questions), row or (), strict=True))
    except DBAPIError as error:
        log.warning("mine_asked_apart", error=type(error.orig).__name__)
    found: dict[str, Any] = {}
    for name, query in questions:
        try:
            row = await database.row(select(query), **values)
        except DBAPIError as error:
            if not name:
                raise  # whose page it is must be known
            _failed(name, error)
        else:
            found[name] = row[0] if row else None
    return found


@lru_cache(maxsize=8)
def _together(questions: Questions) -> Select[Any]:
    """Built once: building costs as much as asking."""
    return select(*(query.label(f"q{at}") for at, (_, query) in enumerate(questions)))


def _failed(name: str, error: Exception) -> None:
    log.exception("mine_failed", service=name, reference=reference(), exc_info=error)
