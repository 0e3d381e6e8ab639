"""A believable campus: two campuses, 27 dormitories with some 4,000 rooms, three bathhouses.

Two teaching buildings; nine areas of three dormitories each, for whom people find a person.
"""

from datetime import date, time

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import DayKind, calendar
from app.campus.calendar.models import Hours, Period, Term
from app.campus.places import Area, Building, BuildingKind, Room, campus
from app.campus.places.beds import put_up

SOUTH, NORTH = "南校区", "北校区"
DORMITORIES = 27
SOUTH_DORMITORIES = 18
FLOORS = 6
AREA = 3  # dormitories that one person answers for
LECTURE_ROOMS = 12  # on each floor of a teaching building


def rooms_per_floor(number: int) -> int:
    """22 to 29 doors on a floor: buildings of different years differ."""
    return 22 + number * 5 % 8


async def fill(db: AsyncSession) -> None:
    """Places, terms, vacations and working hours, on empty tables."""
    areas = [Area(name=f"{n}–{n + 2}号楼片区") for n in range(1, DORMITORIES + 1, AREA)]
    db.add_all(areas)
    await db.flush()
    for at, building in enumerate(_buildings()):
        building.area_id = areas[at // AREA].id if at < DORMITORIES else None
        db.add(building)
        await db.flush()
        if rooms := _rooms(building):
            await db.execute(insert(Room), rooms)
    await put_up(db)
    await campus.changed(db)
    _days(db)
    await calendar.changed(db)


def _days(db: AsyncSession) -> None:
    for first, last, name in _vacations():
        db.add(Period(first=first, last=last, kind=DayKind.VACATION, name=name))
    db.add_all(Term(name=name, first=first, weeks=weeks) for name, first, weeks in _terms())
    for starts, ends in ((time(8), time(12)), (time(14, 30), time(18))):
        db.add(Hours(kind=DayKind.WORKDAY, starts=starts, ends=ends))


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
    halls = [("一教", SOUTH), ("二教", NORTH)]
    return [
        *dorms,
        *(Building(name=name, campus=at, kind=BuildingKind.BATHHOUSE) for name, at in baths),
        *(Building(name=name, campus=at, kind=BuildingKind.TEACHING) for name, at in halls),
    ]


def _rooms(building: Building) -> list[dict[str, object]]:
    if building.kind == BuildingKind.TEACHING:
        return [{"building_id": building.id, "number": "大厅", "floor": 1, "beds": 0}, *(
            {"building_id": building.id, "number": f"{floor}{door:02}", "floor": floor, "beds": 0}
            for floor in range(1, FLOORS) for door in range(1, LECTURE_ROOMS + 1)
        )]  # fmt: skip
    if building.kind != BuildingKind.DORMITORY:
        return []
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


def _terms() -> list[tuple[str, date, int]]:
    return [
        ("2025–2026 学年第二学期", date(2026, 3, 2), 19),
        ("2026–2027 学年第一学期", date(2026, 8, 31), 20),
        ("2026–2027 学年第二学期", date(2027, 3, 8), 18),
    ]


def _vacations() -> list[tuple[date, date, str]]:
    return [
        (date(2026, 1, 17), date(2026, 2, 28), "寒假"),
        (date(2026, 7, 11), date(2026, 8, 30), "暑假"),
        (date(2027, 1, 23), date(2027, 3, 6), "寒假"),
        (date(2027, 7, 10), date(2027, 8, 29), "暑假"),
    ]
