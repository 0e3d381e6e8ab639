"""What the services offer at a place whose code was scanned."""

from collections.abc import Mapping

import structlog

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.errors import reference
from app.kit.service import Row, Service

log = structlog.get_logger()


async def offers(
    database: Database, services: Mapping[str, Service], place: Place, me: Me | None
) -> tuple[list[Row], tuple[str, ...]]:
    """Rows of all services at `place` for `me`, and the titles of those that failed."""
    rows: list[Row] = []
    missing: list[str] = []
    for name, service in services.items():
        try:
            rows += await service.here(place, me, database) if service.here else []
        except Exception as error:
            log.exception("here_failed", service=name, reference=reference(), exc_info=error)
            missing.append(service.title)
    return rows, tuple(missing)
