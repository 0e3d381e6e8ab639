"""Who may choose, as a spreadsheet: one row for each student, with the pool or without.

Without it, the pool is the one that goes with their college and sex.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.binding import tidy
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import MOST_ERRORS, Column
from app.services.rooms import pools
from app.services.rooms.models import Eligible, Pool


@dataclass(frozen=True, slots=True)
class Somebody:
    id: int
    number: str
    name: str
    sex: str
    college: str


@dataclass
class People:
    """Reads rows cell by cell: 学号, 姓名 (only to be sure), 池."""

    roster: Mapping[str, Somebody]
    pools: Sequence[Pool]
    found: dict[int, int | None] = field(default_factory=dict)  # person → pool
    _one: Somebody | None = None

    @property
    def columns(self) -> list[Column]:
        return [
            Column("学号", "number", self.number),
            Column("姓名", "name", self.name, required=False),
            Column("池", "pool", self.pool, required=False),
        ]

    def number(self, cell: str) -> str:
        """A student's or admission number that is on the roster, once in the file."""
        self._one = None
        number = tidy(cell.removesuffix(".0"))
        if (one := self.roster.get(number)) is None:
            raise ValueError(f"名册里没有「{number[:20]}」")
        if one.id in self.found:
            raise ValueError(f"{one.number} {one.name}在上面写过一次，一个人只能在一个池")
        self.found[one.id] = None
        self._one = one
        return number

    def name(self, cell: str) -> str:
        if self._one and "".join(cell.split()) != self._one.name:
            raise ValueError(f"名册上 {self._one.number} 是{self._one.name}，不是「{cell[:10]}」")
        return cell

    def pool(self, cell: str) -> str:
        name = " ".join(cell.split())
        if (pool := next((pool for pool in self.pools if pool.name == name), None)) is None:
            raise ValueError(f"没有「{name[:20]}」这个池，先导入床位")
        if self._one:
            if why := _unfit(self._one, pool):
                raise ValueError(why)
            self.found[self._one.id] = pool.id
        return name

    def sort(self) -> list[str]:
        """Give those without a pool the one that goes with them; the lines of who has none."""
        wrong = []
        people = {one.id: one for one in self.roster.values()}
        for id in [id for id, pool in self.found.items() if pool is None]:
            fit = [pool for pool in self.pools if _goes_with(people[id], pool)]
            own = [pool for pool in fit if pool.college] or fit
            if len(own) == 1:
                self.found[id] = own[0].id
            else:
                one, why = people[id], "有几个池都合适" if own else "没有合适的池"
                wrong.append(f"{one.number} {one.name}：{why}，在「池」里写明白")
        return wrong


def _unfit(one: Somebody, pool: Pool) -> str:
    if pool.sex and pool.sex != one.sex:
        sex = f"是{one.sex}生" if one.sex else "在名册里没写性别"
        return f"{one.number} {one.name}{sex}，「{pool.name}」只住{pool.sex}生"
    return ""


def _goes_with(one: Somebody, pool: Pool) -> bool:
    """Pools for special needs or a level take nobody by themselves: the roster knows neither."""
    return (
        not _unfit(one, pool)
        and pool.college in ("", one.college)
        and not pool.needs
        and not pool.level
    )


async def roster(db: AsyncSession) -> dict[str, Somebody]:
    """Everybody who has a number and has not left, by it."""
    query = select(Person.id, Person.number, Person.name, Person.sex, Person.college)
    there = query.where(Person.number.is_not(None), Person.gone_at.is_(None))
    return {
        number: Somebody(id, number, name, sex, college)
        for id, number, name, sex, college in await db.execute(there)
        if number
    }


async def load(db: AsyncSession, me: Me, round_id: int, data: bytes, name: str) -> str:
    """Let the file's students choose. Who is in another pool moves, unless they have a bed.

    Raises Invalid with a line per error.
    """
    query = select(Pool).where(Pool.round_id == round_id).order_by(Pool.id)
    there = (await db.scalars(query)).all()
    reader = People(await roster(db), there)
    await asyncio.to_thread(sheets.read, data, name, reader.columns)
    if wrong := reader.sort():
        rest = [f"还有 {len(wrong) - MOST_ERRORS} 位"] if len(wrong) > MOST_ERRORS else []
        raise Invalid("\n".join(wrong[:MOST_ERRORS] + rest))
    sure = {person: pool for person, pool in reader.found.items() if pool is not None}
    before = await _before(db, round_id)
    await pools.admit(db, me, round_id, sure)
    return say(sure, before, {pool.id: pool.name for pool in there})


async def _before(db: AsyncSession, round_id: int) -> dict[int, int]:
    query = select(Eligible.person_id, Eligible.pool_id).where(Eligible.round_id == round_id)
    return {person: int(pool) for person, pool in await db.execute(query)}


def say(now: Mapping[int, int], before: Mapping[int, int], names: Mapping[int, str]) -> str:
    """「计算机学院 女 本科：120 人，新加 118 人，从别的池来 2 人」, a line for each pool."""
    lines = []
    for pool, name in names.items():
        here = [person for person, into in now.items() if into == pool]
        moved = sum(before.get(person, pool) != pool for person in here)
        new = sum(person not in before for person in here)
        if here:
            more = f"，从别的池来 {moved} 人" if moved else ""
            lines.append(f"{name}：{len(here)} 人，新加 {new} 人{more}")
    return "\n".join(lines) or "表里一个人也没有"


COLUMNS = People({}, ()).columns


def template() -> bytes:
    """One student with the pool, one without."""
    rows = [
        {"number": "26990001", "name": "周子墨", "pool": "计算机学院 男 本科"},
        {"number": "26990002", "name": "", "pool": ""},
    ]
    return sheets.write(COLUMNS, rows)
