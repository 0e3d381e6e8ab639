"""A team of ten with a leader and a head, a scheme in use since January, and facts of October."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import count
from app.campus.people.lookup import person_of
from app.campus.people.me import Me
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.assess import steps
from app.services.assess.example import KINDS
from app.services.assess.models import Outcome, Run, Scheme, Stay, Team, Version
from app.services.assess.schemes import kept
from tests.people import Somebody

UNIT, TEAM, OTHER = "维修中心", "维修一班", "维修二班"
OCTOBER, JANUARY = date(2026, 10, 1), date(2026, 1, 1)
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=SHANGHAI)  # a Monday
MEN = [f"m{n}" for n in range(1, 11)]
TEXT = """\
部分 工时 权重 60%
单量 = 合计(repairs.finished) * 2
部分 质量 权重 40%
按时 = 50 * 合计(repairs.on_time) / 次数(repairs.on_time) 没有就 40
超时 = -5 * 次数(repairs.late)
满意 = 6 * 平均(repairs.stars) 没有就 20
态度 = 打分(0 到 10) 没有就 5
互相 = 互评(0 到 10) 没有就 5
部门 = 部门评(0 到 10) 没有就 5
部分 纪律
迟到 = 记录(-5 到 0)
"""


@dataclass
class Crew:
    """Who there is by name; `leader` leads the first team, `chief` the second, `boss` heads."""

    database: Database
    who: dict[str, str]
    ids: dict[str, int]
    team_id: int
    other_id: int
    scheme_id: int
    version_id: int

    async def me(self, db: AsyncSession, name: str) -> Me:
        return await person_of(db, self.who[name], NOW)

    async def team(self, db: AsyncSession, *, other: bool = False) -> Team:
        return await db.get_one(Team, self.other_id if other else self.team_id)

    async def fact(
        self, db: AsyncSession, name: str, kind: str, amount: int, *, at: datetime,
        source: str = "", **data: Any,
    ) -> None:  # fmt: skip
        source = source or f"test:{name}:{kind}:{at.isoformat()}"
        await count(db, kind, amount, source=source, at=at, person_id=self.ids[name], team=TEAM,
                    **data)  # fmt: skip

    async def counted(self, db: AsyncSession, month: date = OCTOBER, at: datetime = NOW) -> int:
        """A run that was started and counted; its id."""
        team, leader = await self.team(db), await self.me(db, "leader")
        run = await steps.start(db, leader, team, month, at)
        await steps.count(db, run, at)
        return run

    async def opened(self, db: AsyncSession, month: date = OCTOBER, at: datetime = NOW) -> int:
        run = await self.counted(db, month, at)
        await steps.publish(db, await self.me(db, "leader"), run, at)
        return run

    async def decided(self, db: AsyncSession) -> int:
        run = await self.opened(db)
        await self.over(db, run)
        return run

    async def over(self, db: AsyncSession, run: int) -> bool:
        """The time for objections passes."""
        await db.execute(update(Run).where(Run.id == run).values(until=NOW))
        return await steps.close(db, run, NOW)

    async def outcome(self, db: AsyncSession, run: int, name: str) -> Outcome:
        query = select(Outcome).where(Outcome.run_id == run, Outcome.person_id == self.ids[name])
        return (await db.scalars(query.execution_options(populate_existing=True))).one()


def october(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
async def crew(database: Database, people: dict[str, Somebody]) -> Crew:
    """Ten men, of whom the nth has mended 10 + n orders, m1 one of them twelve hours late."""
    who = {name: somebody.who for name, somebody in people.items()}
    ids = {name: one.person_id for name, one in people.items() if one.person_id}
    async with database.session() as db:
        for name in (*MEN, "chief", "boss"):
            ids[name], who[name] = await _somebody(db, name), f"o-{name}"
        db.add(Grant(person_id=ids["chief"], role=Role.LEADER, at=NOW))
        db.add(Grant(person_id=ids["boss"], role=Role.HEAD, unit=UNIT, at=NOW))
        scheme = Scheme(name="测试方案", unit=UNIT)
        db.add(scheme)
        await db.flush()
        version = Version(scheme_id=scheme.id, number=1, text=TEXT, kinds=kept(KINDS), at=NOW,
                          tried_at=NOW, used_from=JANUARY)  # fmt: skip
        team = Team(name=TEAM, unit=UNIT, leader_id=ids["leader"], scheme_id=scheme.id)
        other = Team(name=OTHER, unit="水电中心", leader_id=ids["chief"], scheme_id=scheme.id)
        db.add_all([version, team, other])
        await db.flush()
        db.add_all(Stay(team_id=team.id, person_id=ids[name], since=JANUARY, base_fen=300_000)
                   for name in MEN)  # fmt: skip
        found = Crew(database, who, ids, team.id, other.id, scheme.id, version.id)
        await _month(db, found)
    return found


async def _month(db: AsyncSession, crew: Crew) -> None:
    for n, name in enumerate(MEN, start=1):
        for order in range(10 + n):
            at = october(1) + timedelta(hours=order)
            source = f"repairs:{n}-{order}"
            await crew.fact(db, name, "repairs.finished", 100, at=at, source=source)
            late = n == order == 1
            await crew.fact(db, name, "repairs.on_time", int(not late), at=at, source=source)
    await crew.fact(db, "m1", "repairs.late", 725, at=october(2), source="repairs:1-1",
                    number="261002-17", words="晚了 12 小时")  # fmt: skip
    await crew.fact(db, "m1", "repairs.stars", 4, at=october(3), source="repairs:rating:1")


async def _somebody(db: AsyncSession, name: str) -> int:
    person = Person(number=f"9{name.upper()}", name=name, kind=PersonKind.STAFF)
    db.add_all([person, Follower(who=f"o-{name}", joined_at=NOW)])
    await db.flush()
    db.add(Binding(who=f"o-{name}", person_id=person.id, at=NOW))
    return person.id
