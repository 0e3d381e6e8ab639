"""Telling those who live in a room that its money runs out: once, until it is topped up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.people.models import Person
from app.campus.places import Building, Room
from app.services.electricity.models import Meter
from app.services.electricity.notices import LOW
from app.services.electricity.rules import Circuit, say_yuan
from app.services.electricity.settings import Settings

LIMIT = Settings().low_fen
NEWS = timedelta(days=2)  # an older reading, from a spreadsheet, is no news


async def tell_low(db: AsyncSession, moved: Collection[int], now: datetime) -> None:
    """Tell `LOW` of those meters (ids, with new figures) that have come under the limit.

    One statement decides who crossed it, so that two readings at once tell it once.
    """
    under = Meter.balance_fen < LIMIT
    crossed = (
        update(Meter)
        .where(Meter.id.in_(moved), under == Meter.warned_at.is_(None))
        .values(warned_at=case((under, now)))
        .returning(Meter.room_id, Meter.circuit, Meter.balance_fen, Meter.read_at, Meter.warned_at)
    )
    for meter in sorted(await db.execute(crossed)) if moved else ():
        if meter.warned_at is not None and now - meter.read_at < NEWS:
            await _tell(db, meter, now)


async def _tell(db: AsyncSession, meter: Row[*tuple[Any, ...]], now: datetime) -> None:
    query = (
        select(Building.name, Room.number, Person.id)
        .join(Room, Room.building_id == Building.id)
        .join(Person, Person.room_id == Room.id)
        .where(
            Room.id == meter.room_id, Person.gone_at.is_(None),
            or_(Person.valid_until.is_(None), Person.valid_until >= now.date()),
        )
    )  # fmt: skip
    found = (await db.execute(query)).all()
    if not found:
        return
    building, number, _ = found[0]
    await notify(
        db, LOW, to=[person for _, _, person in found], at=now,
        room=f"{building} {number}", circuit=Circuit(meter.circuit).label,
        balance=max(meter.balance_fen, 0), read_at=meter.read_at, advice=_advice(meter.balance_fen),
    )  # fmt: skip


def _advice(fen: int) -> str:
    if fen < 0:
        return f"欠 {say_yuan(-fen)} 元，充值后来电"
    return "用完了，充值后来电" if fen == 0 else f"不到 {LIMIT // 100} 元，早点充值"
