"""The people of the demo campus: some 20,000, and those who hold the sandbox's phones.

Everybody of CAST binds with the last six 「123456」.
"""

import random
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person, PersonKind
from app.campus.people.roster import store
from app.campus.permission.models import Grant
from app.campus.permission.rules import Role
from app.campus.places import Area, Building, BuildingKind, Room, campus
from app.kit import clock

CARD = "123456"
HOME, ROOM, UNIT = "3号楼", "501", "饮食中心"
SHOWN = "20240136"
# By number: name, kind, sex, and the role they were given.
CAST: dict[str, tuple[str, PersonKind, str, Role | None]] = {
    SHOWN: ("林晓雨", PersonKind.STUDENT, "女", None),
    "26990001": ("周子墨", PersonKind.FRESHMAN, "男", None),
    "6001": ("王建国", PersonKind.STAFF, "男", Role.WORKER),
    "6002": ("李桂芳", PersonKind.STAFF, "女", Role.KEEPER),
    "6003": ("赵敏", PersonKind.STAFF, "女", Role.LEADER),
    "6004": ("周主任", PersonKind.STAFF, "男", Role.HEAD),
    "9000": ("何静", PersonKind.STAFF, "女", Role.ADMINISTRATOR),
    "9001": ("陈悦", PersonKind.STAFF, "女", Role.OPERATOR),
}
FRESHMEN, TEACHERS, STAFF = 400, 1200, 300
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "子梓一雨思佳文嘉欣宇浩明晨怡静雪婷志强建国春华秋月海洋天成永安家乐书琪瑞泽可心若兰"
COLLEGES = ("能源学院", "安全学院", "机械学院", "电气学院", "计算机学院", "土木学院", "测绘学院",
            "工商管理学院", "文法学院", "外国语学院")  # fmt: skip


async def fill(db: AsyncSession) -> None:
    """Roster and roles, on a campus that has its rooms."""
    dice = random.Random(20240136)  # noqa: S311 the same demo every time is the point
    rows = [*_cast(await _home(db)), *_students(dice, await _beds(db)), *_others(dice)]
    await store(db, rows, clock.now())
    await _grant(db)


async def _home(db: AsyncSession) -> int | None:
    query = select(Room.id).join(Room.building)
    return await db.scalar(query.where(Building.name == HOME, Room.number == ROOM))


async def _beds(db: AsyncSession) -> list[tuple[str, int, int]]:
    """(building, room id, how many of its beds are for generated people) of each dormitory room."""
    query = (
        select(Building.name, Room.id, Room.number, Room.beds)
        .join(Room.building)
        .where(Building.kind == BuildingKind.DORMITORY)
        .order_by(Building.id, Room.id)
    )
    return [
        (building, id, beds - ((building, number) == (HOME, ROOM)))
        for building, id, number, beds in await db.execute(query)
    ]


def _cast(home: int | None) -> Iterator[dict[str, Any]]:
    for number, (name, kind, sex, _) in CAST.items():
        row: dict[str, Any] = {
            "number": number,
            "name": name,
            "kind": kind,
            "sex": sex,
            "card": CARD,
        }
        if number == SHOWN:
            row |= {"college": "能源学院", "grade": "2024", "class_name": "能源2401",
                    "room": home, "valid_until": date(2028, 7, 1)}  # fmt: skip
        yield row


def _students(dice: random.Random, beds: list[tuple[str, int, int]]) -> Iterator[dict[str, Any]]:
    serial = count(1001)
    for building, room, places in beds:
        year, college = dice.randrange(2023, 2027), dice.choice(COLLEGES)
        sex = "女" if sum(map(int, filter(str.isdecimal, building))) % 2 else "男"
        for _ in range(places):
            yield _somebody(
                dice, f"{year}{next(serial):05}", PersonKind.STUDENT, sex=sex, college=college,
                grade=str(year), class_name=f"{college[:2]}{year % 100}{dice.randrange(1, 9):02}",
                room=room, valid_until=date(year + 4, 7, 1),
            )  # fmt: skip


def _others(dice: random.Random) -> Iterator[dict[str, Any]]:
    for n in range(2, FRESHMEN + 2):
        yield _somebody(dice, f"2699{n:04}", PersonKind.FRESHMAN, grade="2026")
    for n in range(TEACHERS):
        yield _somebody(dice, f"1{n:05}", PersonKind.TEACHER, college=dice.choice(COLLEGES))
    for n in range(STAFF):
        yield _somebody(dice, f"61{n:03}", PersonKind.STAFF)


def _somebody(dice: random.Random, number: str, kind: PersonKind, **more: Any) -> dict[str, Any]:
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
    return {"number": number, "name": name, "kind": kind, "sex": dice.choice("男女"),
            "card": f"{dice.randrange(1_000_000):06}", **more}  # fmt: skip


async def _grant(db: AsyncSession) -> None:
    """Worker and leader of the area of 3号楼, its keeper, the head of the canteens, the desk."""
    home = await db.scalar(select(Building).where(Building.name == HOME))
    query = select(Person.number, Person.id).where(Person.number.in_(CAST))
    ids = dict((await db.execute(query)).all())
    for number, (_, _, _, role) in CAST.items():
        if role is not None:
            db.add(Grant(person_id=ids[number], role=role, at=clock.now(), **_limit(role, home)))
    staff = select(Person.id).where(Person.number.startswith("61", autoescape=True))
    found = await db.scalars(staff.order_by(Person.number))
    areas = (await db.scalars(select(Area).order_by(Area.id))).all()
    for area, person_id in zip(areas, found, strict=False):
        area.person_id = ids["6001"] if home and home.area_id == area.id else person_id
    await campus.changed(db)


def _limit(role: Role, home: Building | None) -> dict[str, Any]:
    if role is Role.HEAD:
        return {"unit": UNIT}
    if home is None or role in (Role.OPERATOR, Role.ADMINISTRATOR):
        return {}
    return {"building_id": home.id} if role is Role.KEEPER else {"area_id": home.area_id}
