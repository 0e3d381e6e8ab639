"""Words → bathhouses. All from memory."""

import re
from datetime import datetime

from app.campus.calendar import Calendar, calendar
from app.kit.answers import Say
from app.kit.chat import Chat
from app.kit.errors import NotFound
from app.services.bath.houses import Bathhouse, Baths, baths
from app.services.bath.rules import Sex
from app.services.bath.settings import settings
from app.services.bath.words import answer

chat = Chat(baths=baths, calendar=calendar)
SEX = re.compile(r"(男|女)(?:生|士|浴室|部|的)?")


@chat.say("洗浴", "洗澡", "浴室", "澡堂", "浴池")
def all_houses(baths: Baths, calendar: Calendar, now: datetime) -> Say:
    if not baths:
        raise NotFound("还没有浴室的资料，后勤录好就能查")
    return answer(baths, None, now, calendar, settings.stale)


@chat.match(r"(?:洗浴|洗澡|浴室|澡堂|浴池)\s*(?P<what>\S.*)")
def one_house(what: str, baths: Baths, calendar: Calendar, now: datetime) -> Say:
    """「洗浴 南苑」, 「洗澡 女」, 「浴室 南苑 男」. Raises NotFound that names what there is."""
    found = _asked(what, baths)
    if found is None:
        names = "、".join(house.short for house in baths)
        raise NotFound(f"没有「{what}」这个浴室，有：{names}" if names else "还没有浴室的资料")
    return answer(*found, now, calendar, settings.stale)


@chat.match(r"(?P<what>\S.{0,9}?)\s*(?:浴室|澡堂|洗浴|洗澡)\s*(?P<sex>男|女)?(?:生|士)?")
def house_first(what: str, sex: str, baths: Baths, calendar: Calendar, now: datetime) -> Say | None:
    """「南苑浴室 女」, 「女浴室」; passes on what names no house, such as 「怎么去浴室」."""
    found = _asked(f"{what} {sex}", baths)
    return answer(*found, now, calendar, settings.stale) if found else None


def _asked(what: str, baths: Baths) -> tuple[list[Bathhouse], Sex | None] | None:
    """Houses and sex that the words name; None if something is left that names neither."""
    sexes = {Sex(found) for found in SEX.findall(what)}
    name = SEX.sub("", what).removesuffix("浴室").strip()
    houses = [house for house in baths if not name or house.short == name or name in house.name]
    sex = next(iter(sexes)) if len(sexes) == 1 else None
    houses = [house for house in houses if sex is None or house.side(sex)]
    return (houses, sex) if houses else None
