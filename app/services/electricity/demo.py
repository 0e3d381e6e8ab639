"""Meters of every dormitory room: 30 days of use that follow season, weekend and holidays."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, DateTime, Integer, String, bindparam, select, text
from sqlalchemy import Date as DateType
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, DayKind, calendar
from app.campus.places import Building, BuildingKind, Room
from app.kit import clock
from app.services.electricity.rules import Circuit, State

DAYS = 30
PRICE_FEN = 55
SHOWN = ("3号楼", "501")  # the room that README, tests and screenshots ask for
SHOWN_HWH = {  # hundreds of Wh
    Circuit.AIR: (62, 58, 65, 71, 40, 59, 57, 55, 63, 56, 59, 39, 68, 61),
    Circuit.LIGHTING: (41, 39, 40, 43, 36, 38, 42, 40, 41, 39, 37, 40, 42, 40),
}
SHOWN_FEN = {Circuit.AIR: 840, Circuit.LIGHTING: 4620}
# (days ago, time, fen, balance after, channel), as a student's semester looks
SHOWN_PAID = (
    (12, time(19, 42), 5000, 6130, "微信充值"),
    (28, time(12, 8), 3000, 3475, "校园卡充值"),
    (41, time(0, 0), 1100, 1325, "学校补贴 20 度"),
)
# What a room's air conditioner uses in a month beside its most, January first.
SEASON = (0.9, 0.7, 0.3, 0.15, 0.3, 0.8, 1.0, 1.0, 0.8, 0.45, 0.55, 0.85)

METERS = text(
    "INSERT INTO electricity_meters (room_id, circuit, state, balance_fen, price_fen, read_at) "
    "SELECT *, :price, CAST(:read_at AS timestamptz) FROM unnest(:room, :circuit, :state, :fen) "
    "RETURNING id"
).bindparams(
    bindparam("room", type_=ARRAY(Integer)), bindparam("circuit", type_=ARRAY(String)),
    bindparam("state", type_=ARRAY(String)), bindparam("fen", type_=ARRAY(Integer)),
)  # fmt: skip
USES = text(
    "INSERT INTO electricity_days (meter_id, date, wh) SELECT * FROM unnest(:meter, :date, :wh)"
).bindparams(
    bindparam("meter", type_=ARRAY(Integer)), bindparam("date", type_=ARRAY(DateType)),
    bindparam("wh", type_=ARRAY(Integer)),
)  # fmt: skip
TOPUPS = text(
    "INSERT INTO electricity_topups (meter_id, at, fen, balance_after_fen, channel, by) "
    "SELECT *, '' FROM unnest(:meter, :at, :fen, :after, :channel)"
).bindparams(
    bindparam("meter", type_=ARRAY(Integer)), bindparam("at", type_=ARRAY(DateTime(timezone=True))),
    bindparam("fen", type_=ARRAY(Integer)), bindparam("after", type_=ARRAY(Integer)),
    bindparam("channel", type_=ARRAY(String)),
)  # fmt: skip


async def fill(db: AsyncSession) -> None:
    """Some 8,000 meters with their days and top-ups, in one statement per building and table."""
    dice = random.Random(501)  # noqa: S311 the same demo every time is the point
    read_at = _last_reading(clock.now())
    dates = [read_at.date() - timedelta(days=back) for back in range(DAYS, 0, -1)]
    known = await calendar.within(db)
    factors = {date: _factors(date, known) for date in dates}
    for building, rooms in groupby(await _rooms(db), key=lambda room: room[0]):
        meters = [
            _meter(dice, building, number, room_id, circuit)
            for _, number, room_id in rooms
            for circuit in Circuit
        ]
        await _insert(db, dice, meters, read_at, factors)


def _last_reading(now: datetime) -> datetime:
    """The latest 6:00 that is past."""
    today = datetime.combine(now.date(), time(6), clock.SHANGHAI)
    return today if today <= now else today - timedelta(days=1)


async def _rooms(db: AsyncSession) -> Sequence[tuple[str, str, int]]:
    query = (
        select(Building.name, Room.number, Room.id)
        .join(Room.building)
        .where(Building.kind == BuildingKind.DORMITORY)
        .order_by(Building.id, Room.id)
    )
    return [(building, number, id) for building, number, id in await db.execute(query)]


def _factors(date: date, known: Calendar) -> dict[Circuit, float]:
    """How much a day uses beside the most: season, who is away."""
    day, tomorrow = known.day(date), known.day(date + timedelta(days=1))
    there = 1.0
    if day.kind in (DayKind.HOLIDAY, DayKind.VACATION):
        there = 0.07
    elif tomorrow.kind is DayKind.HOLIDAY:
        there = 0.6
    elif day.kind is DayKind.WEEKEND:
        there = 0.85
    return {Circuit.AIR: there * SEASON[date.month - 1], Circuit.LIGHTING: there}


def _meter(
    dice: random.Random, building: str, number: str, room_id: int, circuit: Circuit
) -> dict[str, Any]:
    """A meter with `most` Wh a day; of a hundred one owes, and one has been cut off by its load."""
    shown = (building, number) == SHOWN
    most = dice.gauss(8500, 1800) if circuit is Circuit.AIR else dice.gauss(2600, 500)
    fate, balance = dice.random(), int(dice.triangular(150, 12_000, 3000))
    state = State.NORMAL
    if not shown and fate < 0.012:
        state, balance = State.ARREARS, -dice.randrange(5, 400)
    elif not shown and fate > 0.993:
        state = State.OVERLOAD
    return {
        "room": room_id,
        "circuit": circuit,
        "state": state,
        "fen": SHOWN_FEN[circuit] if shown else balance,
        "most": max(most, 400),
        "shown": shown,
    }


async def _insert(
    db: AsyncSession,
    dice: random.Random,
    meters: list[dict[str, Any]],
    read_at: datetime,
    factors: dict[date, dict[Circuit, float]],
) -> None:
    columns = {name: [m[name] for m in meters] for name in ("room", "circuit", "state", "fen")}
    ids = list(await db.scalars(METERS, {**columns, "price": PRICE_FEN, "read_at": read_at}))
    use = [_wh(dice, meter, list(factors.values())) for meter in meters]
    days = {
        "meter": [id for id in ids for _ in factors],
        "date": list(factors) * len(ids),
        "wh": [wh for figures in use for wh in figures],
    }
    await db.execute(USES, days)
    paid = [row for id, m in zip(ids, meters, strict=True) for row in _paid(dice, id, m, read_at)]
    names = ("meter", "at", "fen", "after", "channel")
    await db.execute(
        TOPUPS, {n: list(c) for n, c in zip(names, zip(*paid, strict=True), strict=True)}
    )


def _wh(
    dice: random.Random, meter: dict[str, Any], factors: list[dict[Circuit, float]]
) -> list[int]:
    circuit = meter["circuit"]
    days = [int(meter["most"] * f[circuit] * dice.uniform(0.75, 1.2)) for f in factors]
    if meter["shown"]:
        usual = SHOWN_HWH[circuit]
        days = [
            usual[(at - DAYS) % len(usual)] * 100 // (14 if factor[Circuit.LIGHTING] < 0.1 else 1)
            for at, factor in enumerate(factors)
        ]
    if meter["state"] is not State.NORMAL:
        days[-1] = 0
    return days


def _paid(
    dice: random.Random, meter_id: int, meter: dict[str, Any], read_at: datetime
) -> list[tuple[int, datetime, int, int, str]]:
    """One to three top-ups; the room that is shown has the ones of the pictures."""
    if meter["shown"] and meter["circuit"] is Circuit.AIR:
        chosen: Sequence[tuple[int, time, int, int, str]] = SHOWN_PAID
    else:
        chosen = [
            (
                dice.randrange(8 + 20 * nth, 25 + 20 * nth),
                time(dice.randrange(8, 23), dice.randrange(60)),
                fen := dice.choice((2000, 3000, 5000, 5000, 10000)),
                fen + dice.randrange(50, 2500),
                dice.choice(("微信充值", "微信充值", "校园卡充值")),
            )
            for nth in range(dice.randrange(1, 4))
        ]
    return [
        (meter_id, datetime.combine(read_at.date() - timedelta(days=ago), at, clock.SHANGHAI),
         fen, after, channel)
        for ago, at, fen, after, channel in chosen
    ]  # fmt: skip
