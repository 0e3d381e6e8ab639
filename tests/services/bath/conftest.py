"""南苑 for both, 北苑 for women only; open 14:00–22:00 on workdays, over midnight on weekends."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Any

import pytest

from app.campus.calendar import DayKind
from app.campus.places import Building, BuildingKind
from app.kit.clock import SHANGHAI
from app.kit.db import Base, Database
from app.services.bath.models import Counter, House, Load, Opening
from app.services.bath.rules import Sex, Water

THURSDAY = datetime(2026, 10, 15, 19, 30, tzinfo=SHANGHAI)  # an ordinary workday
Add = Callable[..., Awaitable[None]]


@pytest.fixture
async def houses(database: Database) -> dict[str, int]:
    """Their ids by name."""
    ids = {}
    async with database.session() as db:
        for name, men, women in (("南苑浴室", 80, 90), ("北苑浴室", 0, 60)):
            building = Building(name=name, campus="南校区", kind=BuildingKind.BATHHOUSE)
            db.add(building)
            await db.flush()
            house = House(
                building_id=building.id, name=name, rooms=9, men_heads=men, women_heads=women
            )
            db.add(house)
            await db.flush()
            ids[name] = house.id
            hours = {DayKind.WORKDAY: (time(14), time(22)), DayKind.WEEKEND: (time(12), time(1))}
            db.add_all(
                Opening(house_id=house.id, sex=sex, day_kind=kind, opens=opens, closes=closes)
                for sex in Sex
                for kind, (opens, closes) in hours.items()
            )
    return ids


@pytest.fixture
def add(database: Database) -> Add:
    """`await add(rows…)`."""

    async def write(*rows: Base) -> None:
        async with database.session() as db:
            db.add_all(rows)

    return write


def counter(house: int, sex: Sex = Sex.MEN, **changes: Any) -> Counter:
    """23 free of 60, hot, at 19:28."""
    at = THURSDAY.replace(minute=28)
    values = {"free": 23, "total": 60, "water": Water.HOT, "at": at, **changes}
    return Counter(house_id=house, sex=sex, **values)


def load(house: int, kind: DayKind, shares: dict[int, float], sex: Sex = Sex.MEN) -> list[Load]:
    return [
        Load(house_id=house, sex=sex, day_kind=kind, hour=hour, share=share)
        for hour, share in shares.items()
    ]
