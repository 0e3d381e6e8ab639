"""The client of a meter gateway.

    GET {url}/meters?building=3号楼&room=501        Authorization: Bearer <gateway_token>, if set

    200 {"meters": [{
          "circuit": "lighting" | "air_conditioning",
          "state": "正常" | "欠费" | "负载关断",
          "balance_fen": 840, "price_fen": 55,                       fen; fen for one kWh
          "read_at": "2026-10-10T06:00:00+08:00",                    with a time zone
          "days": [{"date": "2026-10-09", "wh": 6100}],              optional, ≤ 366
          "topups": [{"at": "…", "fen": 5000, "balance_after_fen": 6130,
                      "channel": "微信充值", "by": "…"}]}]}            optional, ≤ 200
    404: the gateway knows no such room

Anything else, more than 1 MiB, or no whole answer within the timeout counts as a failure.
"""

import asyncio
from datetime import datetime, timedelta

import httpx
import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Room
from app.kit.errors import Invalid
from app.services.electricity.breaker import Breaker
from app.services.electricity.models import Meter
from app.services.electricity.readings import Reading, record
from app.services.electricity.settings import Settings

MOST_BYTES = 1024 * 1024
AT_ONCE = 4  # each question holds a database connection while it waits
log = structlog.get_logger()


class Meters(BaseModel):
    """What a gateway answers for one room."""

    meters: list[Reading]


class Gateway:
    """A `MeterSource` over HTTP. What it learns goes to the tables; `asked_at` is its cache."""

    def __init__(self, settings: Settings, breaker: Breaker | None = None) -> None:
        self.cache, self.timeout = timedelta(seconds=settings.cache), settings.timeout
        self.breaker = breaker or Breaker(settings.failures, settings.rest)
        self._waiting = 0
        token = settings.gateway_token.get_secret_value()
        self.http = httpx.AsyncClient(
            base_url=str(settings.gateway_url),
            headers={"authorization": f"Bearer {token}"} if token else {},
            timeout=settings.timeout,
        )

    async def bring(self, db: AsyncSession, room: Room, now: datetime) -> bool:
        asked_at = await db.scalar(select(func.max(Meter.asked_at)).where(Meter.room_id == room.id))
        if asked_at is not None and timedelta(0) <= now - asked_at < self.cache:
            return True
        if self._waiting >= AT_ONCE or not self.breaker.may_call():
            return False
        try:
            self._waiting += 1
            readings = await self.fetch(room.building.name, room.number)
            await record(db, [(room.id, reading) for reading in readings], now)
        except (httpx.HTTPError, TimeoutError, ValidationError, Invalid) as error:
            self.breaker.failed()
            log.warning("meter_gateway_failed", error=type(error).__name__)
            return False
        finally:
            self._waiting -= 1
        self.breaker.went_well()
        await db.execute(update(Meter).where(Meter.room_id == room.id).values(asked_at=now))
        return True

    async def fetch(self, building: str, room: str) -> list[Reading]:
        """The room's meters; none if the gateway does not know the room.

        Raises httpx.HTTPError, TimeoutError or ValidationError.
        """
        # httpx counts its timeout anew for every chunk: a dripping answer needs a limit as a whole.
        async with (
            asyncio.timeout(self.timeout),
            self.http.stream(
                "GET", "meters", params={"building": building, "room": room}
            ) as response,
        ):
            if response.status_code == 404:
                return []
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError("more than 1 MiB")
            return Meters.model_validate_json(bytes(body)).meters

    async def close(self) -> None:
        await self.http.aclose()
