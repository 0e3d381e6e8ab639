"""Three bathhouses with 124 shower rooms and 816 heads, as a semester's evening looks."""

import random
from datetime import datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import DayKind
from app.campus.places import Building, BuildingKind
from app.kit import clock
from app.services.bath.houses import baths
from app.services.bath.models import Counter, House, Load, Opening, Shutdown
from app.services.bath.rules import Sex, Water

# name: rooms, men's heads, women's heads
HOUSES = {"南苑浴室": (52, 168, 176), "东苑浴室": (40, 128, 136), "北苑浴室": (32, 96, 112)}
LATE, EARLY, SHORT = (time(14), time(22, 30)), (time(12), time(22, 30)), (time(16), time(20))
HOURS = {
    DayKind.WORKDAY: LATE,
    DayKind.WEEKEND: EARLY,
    DayKind.HOLIDAY: (time(14), time(21)),
    DayKind.VACATION: SHORT,
}
# Percent taken at each hour from noon to 22:00, workday and other days.
EVENING = (12, 15, 18, 22, 34, 55, 58, 66, 82, 91, 64)
LEISURE = (30, 38, 45, 52, 60, 66, 57, 62, 70, 74, 50)


async def fill(db: AsyncSession) -> None:
    """Houses on the demo campus's bathhouses, hours, two closures, figures of a minute ago."""
    dice = random.Random(816)  # noqa: S311 the same demo every time is the point
    now = clock.now()
    query = select(Building).where(Building.kind == BuildingKind.BATHHOUSE)
    for building in await db.scalars(query.order_by(Building.id)):
        if building.name not in HOUSES:
            continue
        rooms, men, women = HOUSES[building.name]
        house = House(
            building_id=building.id,
            name=building.name,
            rooms=rooms,
            men_heads=men,
            women_heads=women,
        )
        db.add(house)
        await db.flush()
        for sex, heads in ((Sex.MEN, men), (Sex.WOMEN, women)):
            await _side(db, dice, {"house_id": house.id, "sex": sex}, heads, now)
        db.add_all(_closures(house, now))
    await baths.changed(db)


async def _side(
    db: AsyncSession, dice: random.Random, key: dict[str, object], heads: int, now: datetime
) -> None:
    hours = [{**key, "day_kind": k, "opens": a, "closes": b} for k, (a, b) in HOURS.items()]
    await db.execute(insert(Opening), hours)
    bias = dice.randrange(-8, 9)
    shares = {
        (kind, hour): min(max(share + bias, 3), 97)
        for kind in HOURS
        for hour, share in enumerate(EVENING if kind is DayKind.WORKDAY else LEISURE, start=12)
    }
    loads = [
        {**key, "day_kind": kind, "hour": hour, "share": share}
        for (kind, hour), share in shares.items()
    ]
    await db.execute(insert(Load), loads)
    working = heads - dice.randrange(0, 5)
    free = working - working * shares.get((DayKind.WORKDAY, now.hour), 40) // 100
    water = Water.WARM if dice.random() < 0.15 else Water.HOT
    at = now - timedelta(minutes=1)
    await db.execute(insert(Counter).values(**key, free=free, total=working, water=water, at=at))


def _closures(house: House, now: datetime) -> list[Shutdown]:
    """One that holds today, one to come."""

    def moment(days: int, hour: int) -> datetime:
        return datetime.combine(now.date() + timedelta(days=days), time(hour), clock.SHANGHAI)

    if house.name == "东苑浴室":
        return [
            Shutdown(house_id=house.id, sex=Sex.WOMEN, starts=moment(-1, 21), ends=moment(1, 14),
                     reason="换热水泵"),
        ]  # fmt: skip
    if house.name == "北苑浴室":
        return [
            Shutdown(house_id=house.id, sex=None, starts=moment(3, 8), ends=moment(4, 12),
                     reason="检修锅炉"),
        ]  # fmt: skip
    return []
