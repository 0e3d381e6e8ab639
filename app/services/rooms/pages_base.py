"""What every page of a round begins with: the round, who looks, and whether it is their turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import psycopg
import structlog
from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from app.campus.people.me import Bound
from app.campus.places import Building
from app.kit import clock
from app.kit.errors import Forbidden, NotFound, Unavailable
from app.kit.pages import redirect, render
from app.services.rooms import rules, shown, words
from app.services.rooms.engine import Engine, choosing
from app.services.rooms.engine.gate import Place
from app.services.rooms.plan import RoomAt, RoundView
from app.services.rooms.view import RoomCount, View

log = structlog.get_logger()
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
GONE = "没有这一轮选房，可能是链接旧了"
NOT_YOURS = "这一轮选房里没有你的名字，觉得不对就给宿管中心打个电话"
MAP = "https://apis.map.qq.com/uri/v1/marker"
AWAY = "网络开了小差，过几秒再点一次，不会选重"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody before a round: `pool_id` theirs, `place` where they stand in the queue."""

    engine: Engine
    view: View
    person_id: int
    pool_id: int
    place: Place
    now: datetime

    @property
    def round(self) -> RoundView:
        return self.view.round

    @property
    def phase(self) -> str:
        found = self.round
        return rules.phase(found.stage, found.opens_at, found.closes_at, self.now)

    @property
    def home(self) -> str:
        """The round's page."""
        return f"/h5/rooms/{self.round.id}"

    def room(self, room_id: int) -> RoomCount:
        """A room of their pool. Raises NotFound."""
        if (found := self.view.room(self.pool_id, room_id)) is None:
            raise NotFound("这间不在你能选的范围里，换一间看看")
        return found

    def room_of(self, bed_id: int) -> int | None:
        """The room of a bed, if their pool has any there."""
        position = self.view.plan.index.get(bed_id)
        return None if position is None else self.view.plan.beds[position].room.id

    def labels(self, room: RoomAt | None) -> dict[int, str]:
        """What stands on each bed of a room, by its number."""
        beds = self.view.plan.beds
        return {beds[n].id: beds[n].label for n in room.beds} if room else {}


async def seat(request: Request, me: Bound, id: Id) -> Seat:
    """FastAPI dependency. From memory, but for a number in the queue that is given once.

    Raises NotFound for a round that is not made public, Forbidden for whom it is not meant.
    """
    engine = choosing(request.app.state.database)
    view = await engine.view(id)
    if view is None or view.round.stage == rules.Stage.DRAFT:
        raise NotFound(GONE)
    person_id = me.person_id or 0
    try:
        place = await engine.gate(id).place(person_id, view.round.version)
    except psycopg.Error as error:
        log.warning("rooms_queue_away", error=type(error).__name__)
        raise Unavailable(AWAY) from None
    if place.pool_id is None:
        raise Forbidden(NOT_YOURS)
    return Seat(engine, view, person_id, place.pool_id, place, clock.now())


AtRound = Annotated[Seat, Depends(seat)]


def page(request: Request, template: str, seat: Seat, **context: Any) -> Response:
    """A page of the round; templates see `seat`, `round`, `phase`, `words`, `shown`.

    Not kept by the browser: Back must show what is theirs now, scripts or not.
    """
    response = render(
        request, f"rooms/{template}.html", seat=seat, round=seat.round, phase=seat.phase,
        words=words, shown=shown, **context,
    )  # fmt: skip
    response.headers["cache-control"] = "no-store"
    return response


def waits(request: Request, seat: Seat) -> Response:
    """It is not their turn yet: where they stand; asked again by itself."""
    return page(request, "queue", seat, place=seat.place)


def back(request: Request, seat: Seat, path: str = "", toast: str = "") -> Response:
    """After a form: to `path` of the round."""
    return redirect(request, f"{seat.home}{path}", toast)


def map_link(house: Building | None) -> str:
    """The way there, on Tencent's map; empty where nobody wrote down the place."""
    if house is None or house.latitude is None or house.longitude is None:
        return ""
    marker = f"coord:{house.latitude},{house.longitude};title:{house.name};addr:{house.campus}"
    return f"{MAP}?{urlencode({'marker': marker, 'referer': 'weihouqin'})}"
