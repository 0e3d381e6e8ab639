"""What 「我的」 shows: what is going on for a person, and the way to everything else."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import reference
from app.kit.service import Row, Service

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tile:
    """A service in the grid; `badge` counts what it wants to be looked at."""

    icon: str
    title: str
    href: str
    badge: int


@dataclass(frozen=True, slots=True)
class Board:
    rows: list[Row]
    tiles: list[Tile]
    missing: tuple[str, ...] = ()


async def gather(db: AsyncSession, services: Mapping[str, Service], person_id: int | None) -> Board:
    """Rows of all services for a person (None: nobody's); a tile for each listed with pages.

    A service that fails is named in `missing`, and the page stands without it.
    """
    rows: list[Row] = []
    tiles: list[Tile] = []
    missing: list[str] = []
    for name, service in services.items():
        mine: list[Row] = []
        if service.mine and person_id is not None:
            try:
                async with db.begin_nested():
                    mine = await service.mine(db, person_id)
            except Exception as error:
                log.exception("mine_failed", service=name, reference=reference(), exc_info=error)
                missing.append(service.title)
        rows += mine
        if service.pages and service.listed and name != "mine":
            badge = sum(row.badge for row in mine)
            tiles.append(Tile(service.icon, service.title, f"/h5/{name}", badge))
    return Board(rows, tiles, tuple(missing))
