"""A team of ten of the 维修中心 with facts of three months: two locked, one open to objections."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.campus.people.cards import keyed
from app.campus.people.demo import CARD
from app.campus.people.me import Me
from app.campus.people.models import Person, PersonKind
from app.campus.permission import Grant, Right, Role
from app.kit import clock
from app.services.assess import objections, payroll, steps
from app.services.assess.example import KINDS, NAME, TEXT
from app.services.assess.models import Mark, Note, Run, Scheme, Stay, Team, Version
from app.services.assess.rules import begins, month_before, month_of, next_month
from app.services.assess.schemes import kept

UNIT, TEAM, OTHER = "维修中心", "维修一班", "维修二班"
# Numbers of the first ten; whoever is not on the roster yet is put there.
CREW = {
    "6001": "王建国", "6101": "孙强", "6102": "吴亮", "6103": "李伟", "6104": "何平",
    "6105": "刘洋", "6106": "张海", "6107": "马超", "6108": "郭志远", "6109": "陈立",
}  # fmt: skip
LEADER, CHIEF, HEAD = ("6003", "赵敏"), ("6110", "沈涛"), ("6005", "吴主任")
SHOWN = "6001"
BASE, BONUS = 320_000, 1_500_000  # fen
NOTES = (
    (2, "迟到早退", -200, 6, "早上晚到 25 分钟，没有说"),
    (4, "着装工牌", -100, 12, "上门没戴工牌"),
    (0, "好人好事", 300, 17, "捡到学生的钱包，当天还了"),
    (5, "夜间应急", 800, 9, "半夜抢修 7号楼 爆管"),
    (8, "制度执行", -300, 20, "领料没登记"),
)  # fmt: skip


async def fill(db: AsyncSession) -> None:
    """On a campus that has its people."""
    now = clock.now()
    dice = random.Random(7)  # noqa: S311 the same demo every time is the point
    people = [await _somebody(db, number, name) for number, name in CREW.items()]
    leader, chief, head = [await _somebody(db, *one) for one in (LEADER, CHIEF, HEAD)]
    await _rights(db, leader, chief, head, now)
    team, other = await _teams(db, leader, chief, now)
    months = _months(now.date())
    _stays(db, team, people, months[0])
    for month in [*months, month_of(now.date())]:
        for at, person in enumerate(people):
            rows = list(_facts(dice, person, at, month, now))
            if rows:
                await db.execute(insert(Fact), rows)
        _marks(db, dice, (team, other), people, month=month, now=now)
    await db.flush()
    boss = Me(0, None, person_id=head, name=HEAD[1], rights=(Right(Role.HEAD, unit=UNIT),))
    lead = Me(0, None, person_id=leader, name=LEADER[1], rights=(Right(Role.LEADER),))
    for month in months[:-1]:
        run = await _counted(db, lead, team, month)
        await _locked(db, boss, lead, run, begins(next_month(month)) + timedelta(days=5, hours=9))
    await _open(db, lead, await _counted(db, lead, team, months[-1]), people[0], now)


async def _somebody(db: AsyncSession, number: str, name: str) -> int:
    person = await db.scalar(select(Person).where(Person.number == number))
    if person is None:
        person = Person(number=number, name=name, kind=PersonKind.STAFF,
                        secret=keyed(number, CARD))  # fmt: skip
        db.add(person)
        await db.flush()
    return person.id


async def _rights(db: AsyncSession, leader: int, chief: int, head: int, now: datetime) -> None:
    had = set(await db.scalars(select(Grant.person_id).where(Grant.role == Role.LEADER)))
    db.add_all(Grant(person_id=one, role=Role.LEADER, at=now)
               for one in (leader, chief) if one not in had)  # fmt: skip
    db.add(Grant(person_id=head, role=Role.HEAD, unit=UNIT, at=now))


async def _teams(db: AsyncSession, leader: int, chief: int, now: datetime) -> tuple[Team, Team]:
    scheme = Scheme(name=NAME, unit=UNIT)
    db.add(scheme)
    await db.flush()
    db.add(Version(scheme_id=scheme.id, number=1, text=TEXT, kinds=kept(KINDS), at=now,
                   tried_at=now, used_from=_months(now.date())[0]))  # fmt: skip
    team = Team(name=TEAM, unit=UNIT, leader_id=leader, scheme_id=scheme.id)
    other = Team(name=OTHER, unit=UNIT, leader_id=chief, scheme_id=scheme.id)
    db.add_all([team, other])
    await db.flush()
    return team, other


def _months(today: date) -> list[date]:
    last = month_before(month_of(today))
    return [month_before(month_before(last)), month_before(last), last]


def _stays(db: AsyncSession, team: Team, people: list[int], since: date) -> None:
    db.add_all(
        Stay(team_id=team.id, person_id=person, since=since, base_fen=BASE + 10_000 * at)
        for at, person in enumerate(people)
    )


def _facts(
    dice: random.Random, person: int, at: int, month: date, now: datetime
) -> Iterator[dict[str, Any]]:
    """Some fifty orders of a month, a few of them late, back again, or rated badly."""
    days = (next_month(month) - month).days
    for n in range(56 - 2 * at + dice.randrange(8)):
        when = begins(month) + timedelta(days=dice.randrange(days), hours=dice.randrange(8, 18))
        if when >= now:
            continue
        number = f"{when:%y%m%d}-{dice.randrange(10, 99)}"
        source = f"assess-demo:{person}:{month:%y%m}:{n}"
        late = dice.randrange(20, 1500) if dice.random() < 0.02 + at / 200 else 0
        minutes = dice.choice((60, 80, 90, 90, 100, 180))
        amounts = [("finished", 100), ("standard_minutes", minutes), ("on_time", int(not late)),
                   ("minutes", minutes + dice.randrange(-10, 15))]  # fmt: skip
        amounts += [("late", late)] if late else []
        amounts += [("rework", 1)] if dice.random() < 0.012 else []
        words = f"晚了 {late // 60} 小时" if late >= 60 else f"晚了 {late} 分钟"
        said = {"on_time": words if late else "", "late": words, "rework": "又坏了"}
        for kind, amount in amounts:
            data = {"number": number, "words": said.get(kind, "")}
            yield {"person_id": person, "team": TEAM, "kind": f"repairs.{kind}", "amount": amount,
                   "at": when, "source": source, "data": data}  # fmt: skip
        if dice.random() < 0.4:
            stars = dice.choice((5, 5, 5, 5, 4, 4, 3, 2 if at > 5 else 5))
            yield {"person_id": person, "team": TEAM, "kind": "repairs.stars", "amount": stars,
                   "at": when, "source": f"{source}:rating", "data": {}}  # fmt: skip


def _marks(
    db: AsyncSession, dice: random.Random, teams: tuple[Team, Team], people: list[int], *,
    month: date, now: datetime,
) -> None:  # fmt: skip
    team, other = teams
    now = min(now, begins(next_month(month)))
    of = {"month": month, "team_id": team.id, "at": now}
    for item in ("服务态度", "现场整洁"):
        db.add_all(Mark(**of, item=item, person_id=person, points=dice.randrange(70, 100) * 10)
                   for person in people)  # fmt: skip
    db.add(Mark(**of, item="班组互评", from_team_id=other.id, points=850))
    db.add(Mark(**of, item="部门评价", from_unit="公寓中心", points=900))
    for at, item, points, day, why in NOTES:
        if begins(month.replace(day=day)) < now:
            db.add(Note(person_id=people[at], item=item, points=points, day=month.replace(day=day),
                        why=why, at=now))  # fmt: skip


async def _counted(db: AsyncSession, lead: Me, team: Team, month: date) -> Run:
    """Counted on the second of the month after."""
    at = begins(next_month(month)) + timedelta(days=1, hours=9)
    run = await steps.start(db, lead, team, month, at)
    await steps.count(db, run, at)
    return await steps.get(db, run)


async def _locked(db: AsyncSession, boss: Me, lead: Me, run: Run, at: datetime) -> None:
    await steps.publish(db, lead, run.id, at - timedelta(days=4))
    await steps.close(db, run.id, at)
    await payroll.set_bonus(db, boss, run.id, BONUS)
    await payroll.approve(db, boss, run.id, BONUS, at)
    await steps.lock(db, boss, run.id, at)


async def _open(db: AsyncSession, lead: Me, run: Run, person: int, now: datetime) -> None:
    await steps.publish(db, lead, run.id, now)
    me = Me(0, None, person_id=person, name=CREW[SHOWN])
    await objections.ask(db, me, run.id, item="超时", now=now,
                         words="那单是等三角阀，料 3 号才到，改期的时候班长知道")  # fmt: skip
