"""A believable campus: two campuses, 27 dormitories with some 4,000 rooms, three bathhouses."""

from datetime import date

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import DayKind, calendar
from app.campus.calendar.models import Period
from app.campus.places import Building, BuildingKind, Room

SOUTH, NORTH = "南校区", "北校区"
DORMITORIES = 27
SOUTH_DORMITORIES = 18
FLOORS = 6


def rooms_per_floor(number: int) -> int:
    """22 to 29 doors on a floor: buildings of different years differ."""
    return 22 + number * 5 % 8


async def fill(db: AsyncSession) -> None:
    """Places and vacations, on empty tables."""
    for building in _buildings():
        db.add(building)
        await db.flush()
        if building.kind == BuildingKind.DORMITORY:
            await db.execute(insert(Room), _rooms(building))
    for first, last, name in _vacations():
        db.add(Period(first=first, last=last, kind=DayKind.VACATION, name=name))
    await calendar.changed(db)


def _buildings() -> list[Building]:
    dorms = [
        Building(
            name=f"{n}号楼",
            campus=SOUTH if n <= SOUTH_DORMITORIES else NORTH,
            kind=BuildingKind.DORMITORY,
            latitude=(35.190 if n <= SOUTH_DORMITORIES else 35.232) + n % 6 * 0.0006,
            longitude=113.265 + n // 6 * 0.0007,
        )
        for n in range(1, DORMITORIES + 1)
    ]
    baths = [("南苑浴室", SOUTH), ("东苑浴室", SOUTH), ("北苑浴室", NORTH)]
    return dorms + [
        Building(name=name, campus=campus, kind=BuildingKind.BATHHOUSE) for name, campus in baths
    ]


def _rooms(building: Building) -> list[dict[str, object]]:
    number = int(building.name.removesuffix("号楼"))
    return [
        {
            "building_id": building.id,
            "number": f"{floor}{door:02}",
            "floor": floor,
            "beds": 6 if number % 3 == 0 else 4,
        }
        for floor in range(1, FLOORS + 1)
        for door in range(1, rooms_per_floor(number) + 1)
    ]


def _vacations() -> list[tuple[date, date, str]]:
    return [
        (date(2026, 1, 17), date(2026, 2, 28), "寒假"),
        (date(2026, 7, 11), date(2026, 8, 30), "暑假"),
        (date(2027, 1, 23), date(2027, 3, 6), "寒假"),
        (date(2027, 7, 10), date(2027, 8, 29), "暑假"),
    ]
