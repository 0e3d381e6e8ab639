"""A list of places as people keep it in a spreadsheet: read, checked, not yet written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.campus.places.models import BuildingKind
from app.campus.places.rules import floor_of
from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column

KINDS = {
    BuildingKind.DORMITORY: ("宿舍", "公寓", "宿舍楼", "学生公寓"),
    BuildingKind.BATHHOUSE: ("浴室", "澡堂"),
    BuildingKind.TEACHING: ("教学", "教学楼"),
    BuildingKind.OTHER: ("其他", "其它"),
}
MOST_BEDS = 20


def _name(cell: str) -> str:
    if len(cell) > 30:
        raise ValueError("超过 30 个字，写短一点")
    return " ".join(cell.split())


def _number(cell: str) -> str:
    return _name(cell.removesuffix(".0")).upper()  # a spreadsheet may keep 501 as 501.0


def _kind(cell: str) -> BuildingKind:
    for kind, words in KINDS.items():
        if cell in words:
            return kind
    raise ValueError("只能写「宿舍」「浴室」「教学」或「其他」")


def _whole(least: int, most: int) -> Any:
    def parse(cell: str) -> int:
        try:
            number = int(cell.removesuffix(".0").removesuffix("层"))
        except ValueError:
            raise ValueError(f"要写整数，「{cell[:10]}」不是") from None
        if not least <= number <= most:
            raise ValueError(f"要在 {least} 到 {most} 之间")
        return number

    return parse


def _degrees(most: float) -> Any:
    def parse(cell: str) -> float:
        try:
            number = float(cell)
        except ValueError:
            raise ValueError(f"要写数字，像 35.19，「{cell[:10]}」不是") from None
        if not -most <= number <= most:  # refuses nan, too
            raise ValueError(f"要在 -{most:g} 到 {most:g} 之间")
        return number

    return parse


COLUMNS = (
    Column("校区", "campus", _name),
    Column("楼", "building", _name),
    Column("类型", "kind", _kind, required=False),
    Column("片区", "area", _name, required=False),
    Column("负责人工号", "person", lambda cell: cell.removesuffix(".0"), required=False),
    Column("楼层", "floor", _whole(-5, 99), required=False),
    Column("房间", "number", _number, required=False),
    Column("床位数", "beds", _whole(0, MOST_BEDS), required=False),
    Column("纬度", "latitude", _degrees(90), required=False),
    Column("经度", "longitude", _degrees(180), required=False),
)
OF_BUILDING = ("campus", "kind", "area", "latitude", "longitude")
_TITLES = {column.name: column.title for column in COLUMNS}


@dataclass
class Listed:
    """One building of a list: what is said of it (absent: nothing is), and its rooms by number.

    Each room is (floor, beds); beds None where the cell is empty.
    """

    said: dict[str, Any] = field(default_factory=dict)
    rooms: dict[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass
class Draft:
    """A list that agrees with itself: buildings by name, and the person's number of each area."""

    buildings: dict[str, Listed]
    areas: dict[str, str | None]


def read(data: bytes, filename: str) -> Draft:
    """What the file says. Raises Invalid with all that is wrong: cells by row, doubts by name."""
    rows = sheets.read(data, filename, COLUMNS)
    if not rows:
        raise Invalid("表里一行也没有，什么都没动")
    return draft(rows)


def draft(rows: Sequence[dict[str, Any]]) -> Draft:
    """`rows` (as `COLUMNS` read them) put together; contradictions raise Invalid."""
    buildings: dict[str, Listed] = {}
    areas: dict[str, str | None] = {}
    errors: dict[str, None] = {}  # in order, each once
    for row in rows:
        building = buildings.setdefault(row["building"], Listed())
        for wrong in (*_of_building(building, row), *_of_room(building, row), *_area(areas, row)):
            errors[wrong] = None
    if errors:
        raise Invalid("\n".join(_few(list(errors))))
    return Draft(buildings, areas)


def _few(errors: list[str]) -> list[str]:
    left = len(errors) - sheets.MOST_ERRORS
    return [*errors[: sheets.MOST_ERRORS], *([f"还有 {left} 处"] if left > 0 else [])]


def _of_building(building: Listed, row: dict[str, Any]) -> list[str]:
    wrong = []
    for name in OF_BUILDING:
        if row[name] is None:
            continue
        if building.said.setdefault(name, row[name]) != row[name]:
            wrong.append(f"「{row['building']}」的「{_TITLES[name]}」前后写得不一样")
    return wrong


def _of_room(building: Listed, row: dict[str, Any]) -> list[str]:
    if (number := row["number"]) is None:
        return [f"「{row['building']}」写了床位数，没写房间"] if row["beds"] else []
    name = f"{row['building']} {number}"
    if number in building.rooms:
        return [f"「{name}」写了两行"]
    floor = row["floor"] if row["floor"] is not None else floor_of(number)
    if floor is None:
        return [f"「{name}」没写楼层"]
    building.rooms[number] = (floor, row["beds"])
    return []


def _area(areas: dict[str, str | None], row: dict[str, Any]) -> list[str]:
    area, person = row["area"], row["person"]
    if area is None:
        return [f"「{row['building']}」写了负责人，没写片区"] if person else []
    if person and (areas.get(area) or person) != person:
        return [f"片区「{area}」写了两个负责人：{areas[area]} 和 {person}"]
    areas[area] = areas.get(area) or person
    return []
