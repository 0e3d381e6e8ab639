"""What 「我的」 says of choosing a bed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Integer, bindparam, func, select

from app.campus.places import Bed as Stand
from app.campus.places import Building, Room
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.rooms import words
from app.services.rooms.models import Bed, Eligible, Round
from app.services.rooms.rules import RoundKind, Stage, phase

_NOW = bindparam("now", type_=DateTime(timezone=True))
_BED = (
    select(Building.name + " " + Room.number + "，" + Stand.label)
    .select_from(Bed)
    .join(Stand, Stand.id == Bed.bed_id)
    .join(Room, Room.id == Bed.room_id)
    .join(Building, Building.id == Room.building_id)
    .where(Bed.round_id == Round.id, Bed.person_id == Eligible.person_id, Bed.state == "taken")
    .correlate(Round, Eligible)
    .scalar_subquery()
)
# [[round, kind, stage, opens, closes, bed or None], …] or None: rounds that are not past.
ROUNDS = (
    select(func.json_agg(func.json_build_array(
        Round.id, Round.kind, Round.stage, Round.opens_at, Round.closes_at, _BED
    )))
    .select_from(Eligible)
    .join(Round, Round.id == Eligible.round_id)
    .where(
        Eligible.person_id == bindparam("person_id", type_=Integer),
        Eligible.withdrawn_at.is_(None),
        Round.stage.in_((Stage.READY, Stage.CLOSED)),
        Round.closes_at > _NOW - func.make_interval(0, 0, 0, 30),
    )
    .scalar_subquery()
)  # fmt: skip


async def rows(database: Database, found: list[list[Any]] | None, now: datetime) -> list[Row]:
    """A row for each round that is to come, runs, or gave them a bed; not for past rehearsals."""
    shown = []
    for id, kind, stage, opens, closes, bed in found or []:
        opens_at, closes_at = datetime.fromisoformat(opens), datetime.fromisoformat(closes)
        when = phase(stage, opens_at, closes_at, now)
        if when == "over" and (bed is None or kind == RoundKind.REHEARSAL):
            continue
        title = words.KINDS[RoundKind(kind)]
        if bed:
            shown.append(Row("bed", bed, f"/h5/rooms/{id}/mine", title))
        elif when == "soon":
            said = f"{words.opening(opens_at)} 开选"
            shown.append(Row("bed", title, f"/h5/rooms/{id}", said))
        else:
            said = f"正在选，{words.moment(closes_at, now)} 结束"
            shown.append(Row("bed", title, f"/h5/rooms/{id}", said, badge=1))
    return shown


mine = Mine(ROUNDS, rows)
