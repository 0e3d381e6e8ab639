"""Which beds are in which pool, as a spreadsheet: one row for a room, or for some of its beds.

Everything that a row could be wrong in is known before the file is read, so that each error
stands beside its cell.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.places import Bed as Stand
from app.campus.places import Campus, campus, parse_room
from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.rooms import pools
from app.services.rooms.models import Bed, Pool

ANY_SEX = "不限"
LONGEST = 40


@dataclass
class Wanted:
    """A pool as the file writes it: its beds, and what may be new of it."""

    beds: list[int] = field(default_factory=list)
    sex: str | None = None
    college: str = ""
    level: str = ""
    needs: str = ""


@dataclass
class Beds:
    """Reads rows cell by cell, in the order of `columns`: 房间, 床, 池 and what the pool is."""

    campus: Campus
    stands: Mapping[int, Mapping[str, int]]  # room → label → bed
    inside: Mapping[int, str]  # bed → the pool that it is in already
    mine: frozenset[int] | None = None  # buildings that may be changed; None: all
    wanted: dict[str, Wanted] = field(default_factory=dict)
    _seen: dict[int, str] = field(default_factory=dict)
    _room: int = 0
    _beds: list[int] = field(default_factory=list)
    _pool: Wanted = field(default_factory=Wanted)

    @property
    def columns(self) -> list[Column]:
        return [
            Column("房间", "room", self.room),
            Column("床", "beds", self.labels, required=False),
            Column("池", "pool", self.pool),
            Column("性别", "sex", self.sex, required=False),
            Column("学院", "college", self.word("college"), required=False),
            Column("层次", "level", self.word("level"), required=False),
            Column("需要", "needs", self.word("needs"), required=False),
        ]

    def room(self, cell: str) -> str:
        """「3号楼 501」; all of its beds, unless 「床」 says which."""
        self._beds = []
        door = find(self.campus, cell)
        house = self.campus.house_of(door)
        if self.mine is not None and (house is None or house.id not in self.mine):
            raise ValueError("这栋楼不归你管")
        self._room = door
        self._beds = sorted(self.stands.get(door, {}).values())
        if not self._beds:
            raise ValueError("这间没有床，先在「房间」里写上床位数")
        return cell

    def labels(self, cell: str) -> str:
        """「1号床、3号床」, or 「1、3」."""
        here = self.stands.get(self._room, {})
        found = []
        for word in cell.replace("，", "、").replace(",", "、").split("、"):
            label = word.strip().removesuffix(".0")
            label = f"{label}号床" if label.isdecimal() else label
            if label not in here:
                raise ValueError(f"这间没有「{label[:10]}」，只有{'、'.join(here)}")
            found.append(here[label])
        self._beds = found
        return cell

    def pool(self, cell: str) -> str:
        name = short(cell)
        for bed in self._beds:
            if bed in self._seen:
                raise ValueError(f"{self._said(bed)}在上面写过一次，放在「{self._seen[bed]}」")
            self._seen[bed] = name
            if self.inside.get(bed, name) != name:
                raise ValueError(f"{self._said(bed)}已经在「{self.inside[bed]}」里，先从那边拿出来")
        self._pool = self.wanted.setdefault(name, Wanted())
        self._pool.beds += [bed for bed in self._beds if bed not in self.inside]
        return name

    def sex(self, cell: str) -> str:
        if cell not in ("男", "女", ANY_SEX):
            raise ValueError("只能写「男」「女」或「不限」")
        value = "" if cell == ANY_SEX else cell
        if self._pool.sex not in (None, value):
            raise ValueError("同一个池上面写的是另一种")
        self._pool.sex = value
        return value

    def word(self, name: str) -> Any:
        def parse(cell: str) -> str:
            value = short(cell)
            if getattr(self._pool, name) not in ("", value):
                raise ValueError("同一个池上面写的是另一个")
            setattr(self._pool, name, value)
            return value

        return parse

    def _said(self, bed: int) -> str:
        here = self.stands[self._room]
        return next(label for label, id in here.items() if id == bed)


def short(cell: str) -> str:
    """A name without blanks around and inside. Raises ValueError if it is long."""
    name = " ".join(cell.split())
    if len(name) > LONGEST:
        raise ValueError(f"超过 {LONGEST} 个字，写短一点")
    return name


def find(places: Campus, text: str) -> int:
    """The room that `text` names: 「3号楼 501」. Raises ValueError in Chinese."""
    house, _, number = text.strip().rpartition(" ")
    house, number = parse_room(text) or (house.strip(), number.upper())
    if (door := places.find(house, number)) is None:
        raise ValueError(f"没有「{text[:20]}」这间，写成「3号楼 501」这样")
    return door.id


async def stands(db: AsyncSession) -> dict[int, dict[str, int]]:
    """Every bed that stands now: room → label → id, labels in their order."""
    found: dict[int, dict[str, int]] = {}
    query = select(Stand.room_id, Stand.label, Stand.id).where(Stand.gone_at.is_(None))
    for room, label, id in await db.execute(query.order_by(Stand.room_id, Stand.label)):
        found.setdefault(room, {})[label] = id
    return found


async def load(
    db: AsyncSession, me: Me, round_id: int, *, mine: frozenset[int] | None, data: bytes, name: str
) -> str:
    """Put the file's beds into pools, new ones among them. Raises Invalid with a line per error."""
    query = select(Bed.bed_id, Pool.name).join(Pool, Pool.id == Bed.pool_id)
    inside = {
        bed: str(pool) for bed, pool in await db.execute(query.where(Bed.round_id == round_id))
    }
    reader = Beds(await campus.within(db), await stands(db), inside, mine)
    await asyncio.to_thread(sheets.read, data, name, reader.columns)
    pools_now = await db.scalars(select(Pool).where(Pool.round_id == round_id))
    known = {pool.name: pool for pool in pools_now}
    wrong = _wrong(reader.wanted, known)
    if mine is not None:
        new = (name for name in reader.wanted if name not in known)
        wrong += [f"没有「{name}」这个池，找管全部的同事先加上" for name in new]
    if wrong:
        raise Invalid("\n".join(wrong))
    lines = []
    for pool, wanted in reader.wanted.items():
        found = known.get(pool) or await _new(db, me, round_id, pool, wanted)
        added = await pools.add_beds(db, me, found.id, wanted.beds) if wanted.beds else 0
        lines.append(f"{pool}：{'新的池，' if pool not in known else ''}加 {added} 张床")
    return "\n".join(lines) or "表里一间房也没有"


def _wrong(wanted: Mapping[str, Wanted], known: Mapping[str, Pool]) -> list[str]:
    """What of pools does not go with what they are, or is missing for a new one."""
    found = []
    for name, pool in wanted.items():
        if name not in known and pool.sex is None:
            found.append(f"「{name}」是新的池，写上性别：男、女或不限")
        elif name in known and pool.sex not in (None, known[name].sex):
            found.append(f"「{name}」已经有了，住的是{known[name].sex or '男女不限'}")
    return found


async def _new(db: AsyncSession, me: Me, round_id: int, name: str, wanted: Wanted) -> Pool:
    return await pools.add_pool(
        db, me, round_id, name, wanted.sex or "", college=wanted.college, level=wanted.level,
        needs=wanted.needs,
    )  # fmt: skip


COLUMNS = Beds(Campus(()), {}, {}).columns


def template() -> bytes:
    """Two rooms in a pool, and one with some of its beds."""
    names = [column.name for column in COLUMNS]
    rows = [
        ("3号楼 501", "", "计算机学院 女 本科", "女", "计算机学院", "本科", ""),
        ("3号楼 502", "", "计算机学院 女 本科", "", "", "", ""),
        ("3号楼 101", "1、2", "一楼无障碍 女", "女", "", "", "行动不便"),
    ]
    return sheets.write(COLUMNS, [dict(zip(names, row, strict=True)) for row in rows])
