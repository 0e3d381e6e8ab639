"""What 「我的」 shows of one's electricity: only what needs doing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Integer, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.campus.calendar import calendar
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.electricity import charts, rules
from app.services.electricity.chat import settings
from app.services.electricity.models import DayUse, Meter
from app.services.electricity.rooms import Figures, supply, uses
from app.services.electricity.rules import Level

_TODAY = cast(func.timezone("Asia/Shanghai", bindparam("now", type_=DateTime(timezone=True))), Date)
_FIRST = cast(Meter.read_at, Date) - (rules.WINDOW + 1)
_DAYS = (
    select(func.json_agg(aggregate_order_by(
        func.json_build_array(DayUse.date, DayUse.wh), DayUse.date
    )))
    .where(DayUse.meter_id == Meter.id, DayUse.date >= _FIRST, DayUse.date < _TODAY)
    .correlate(Meter)
    .scalar_subquery()
)  # fmt: skip
# [[circuit, state, fen, fen for one kWh, read at, [[date, Wh], …] or None], …] or None: from the
# tables alone, for 「我的」 does not wait for meters.
METERS = (
    select(func.json_agg(func.json_build_array(
        Meter.circuit, Meter.state, Meter.balance_fen, Meter.price_fen, Meter.read_at, _DAYS
    )))
    .where(Meter.room_id == bindparam("room_id", type_=Integer))
    .scalar_subquery()
)  # fmt: skip


async def rows(database: Database, found: list[list[Any]] | None, now: datetime) -> list[Row]:
    """A row for each circuit of the person's room that runs low or is off."""
    known = await calendar.get(database)
    supplies = []
    for circuit, state, balance, price, read_at, days in found or []:
        meter = Figures(circuit, state, balance, price, datetime.fromisoformat(read_at))
        used = [(date.fromisoformat(day), wh) for day, wh in days or []]
        supplies.append(supply(meter, uses(used, known), [], settings.limits))
    low = sorted(
        (one for one in supplies if one.level is not Level.FINE), key=lambda one: one.urgency
    )
    return [
        Row("bolt", title, "/h5/electricity", sub, badge=1)
        for title, sub in (charts.forecast(one, now) for one in low)
    ]


mine = Mine(METERS, rows)
