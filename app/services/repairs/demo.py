"""Repairs on the demo campus: who mends, on which shifts, with what, and some weeks of orders."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.cards import keyed
from app.campus.people.demo import CARD
from app.campus.people.models import Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Area
from app.kit import clock
from app.services.repairs.demo_orders import fill_orders
from app.services.repairs.kinds import COLD, NET, PLUMBING, POWER, TEAMS, WOOD, fill_kinds
from app.services.repairs.models import Leave, Phrase, Shift, Stock, StockMove, Worker
from app.services.repairs.rules import Answer, Move

# By number: name, trades, areas by their place (None: everywhere), firm, since, phone.
Crew = dict[str, tuple[str, tuple[str, ...], tuple[int, ...] | None, str, int, str]]
CREW: Crew = {
    "6001": ("王建国", (PLUMBING, POWER), (0, 1), "", 2008, "138 0391 0021"),
    "6101": ("孙强", (POWER,), (2, 3), "", 2015, "138 0391 0022"),
    "6102": ("吴亮", (POWER, PLUMBING), (0, 1), "", 2012, "138 0391 0023"),
    "6103": ("李伟", (PLUMBING,), (0, 4, 5), "", 2010, "138 0391 0024"),
    "6104": ("何平", (WOOD,), None, "", 2006, "138 0391 0025"),
    "6105": ("刘洋", (COLD,), None, "", 2018, "138 0391 0026"),
    "6106": ("张海", (NET,), None, "", 2019, "138 0391 0027"),
    "6107": ("马超", (COLD, POWER), None, "", 2016, "138 0391 0028"),
    "6108": ("郭志远", (PLUMBING, POWER), (6, 7, 8), "", 2014, "138 0391 0029"),
    "6201": ("丁海生", (COLD,), None, "宏达制冷", 2020, "138 0391 0031"),
    "6202": ("方立新", (PLUMBING, WOOD), None, "长青维修", 2021, "138 0391 0032"),
}  # fmt: skip
HEAD, HEAD_NAME = "6009", "吕正华"  # of all the teams that mend
# Name, unit, price in fen, how many, when to warn.
STOCK = (
    ("LED 灯管 18W", "根", 1280, 64, 20), ("三角阀", "个", 1350, 22, 10),
    ("水龙头", "个", 2600, 17, 10), ("编织软管 40cm", "根", 850, 40, 15),
    ("马桶水箱配件", "套", 3200, 9, 6), ("五孔插座", "个", 1150, 31, 10),
    ("空气开关 32A", "个", 2450, 8, 5), ("门锁锁芯", "个", 4200, 4, 5),
    ("合页", "副", 600, 38, 10), ("床板", "块", 6800, 6, 4), ("纱窗网", "米", 900, 25, 10),
    ("网线水晶头", "个", 80, 120, 30), ("空调遥控器", "个", 2300, 3, 4),
    ("淋浴花洒", "个", 2700, 14, 6), ("生料带", "卷", 200, 55, 20),
)  # fmt: skip
PHRASES = (
    (Move.REJECT, "这是个人物品，后勤修不了，可以问一下卖家"),
    (Move.REJECT, "这里还在质保期，已经转给施工方，他们会联系你"),
    (Move.PROMISE, "要换新设备，已经下单，到货就装"),
    (Move.PROMISE, "要重新布线，等放假集中做"),
    (Move.RETURN, "这一类要有证的师傅来"), (Move.WAIT, "配件在路上"),
    (Move.REWORK, "又坏了，和上次一样"), ("", "明天一早带工具过来"),
)  # fmt: skip
FIRST, LAST = -21, 14  # days around today with shifts
OPENS, CLOSES = 8, 17


async def fill(db: AsyncSession) -> None:
    """On a campus that has its people."""
    now = clock.now()
    await fill_kinds(db)
    crew = await _crew(db, now)
    await _shelves(db, now)
    db.add_all(
        Phrase(what=what, words=words, position=at) for at, (what, words) in enumerate(PHRASES)
    )
    _shifts(db, crew, now)
    await db.flush()
    await fill_orders(db, crew, now)


async def _crew(db: AsyncSession, now: datetime) -> dict[str, int]:
    """The workers' ids by number; those who are not on the roster yet are put there.

    The leader who has an area is joined by a head of all the teams.
    """
    areas = list(await db.scalars(select(Area.id).order_by(Area.id)))
    people = await _people(db)
    held = select(Grant.person_id, Grant.area_id, Grant.role).where(
        Grant.person_id.in_([person.id for person in people.values()])
    )
    given = {tuple(row) for row in await db.execute(held)}
    for number, (_, trades, places, firm, since, phone) in CREW.items():
        person, role = people[number], Role.CONTRACTOR if firm else Role.WORKER
        person.phone = phone
        theirs = [None] if places is None else [areas[at] for at in places if at < len(areas)]
        db.add_all(Grant(person_id=person.id, role=role, area_id=area, at=now)
                   for area in theirs if (person.id, area, role) not in given)  # fmt: skip
        db.add(Worker(person_id=person.id, trades=list(trades), team=TEAMS[trades[0]],
                      contractor=firm, since=since))  # fmt: skip
    db.add_all(Grant(person_id=people[HEAD].id, role=Role.HEAD, unit=team, at=now)
               for team in dict.fromkeys(TEAMS.values()))  # fmt: skip
    return {number: people[number].id for number in CREW}


async def _people(db: AsyncSession) -> dict[str, Person]:
    """The workers and their head, by number."""
    wanted = {number: (name, firm) for number, (name, _, _, firm, _, _) in CREW.items()}
    wanted[HEAD] = (HEAD_NAME, "")
    query = select(Person).where(Person.number.in_(wanted))
    found = {person.number or "": person for person in await db.scalars(query)}
    for number, (name, firm) in wanted.items():
        if number not in found:
            kind = PersonKind.CONTRACTOR if firm else PersonKind.STAFF
            found[number] = Person(number=number, name=name, kind=kind, secret=keyed(number, CARD))
            db.add(found[number])
    await db.flush()
    return found


async def _shelves(db: AsyncSession, now: datetime) -> None:
    """What lies in stock, and when it came in."""
    items = [
        Stock(name=name, unit=unit, fen=fen, quantity=quantity, low=low,
              warned_at=now if quantity <= low else None)
        for name, unit, fen, quantity, low in STOCK
    ]  # fmt: skip
    db.add_all(items)
    await db.flush()
    db.add_all(
        StockMove(stock_id=item.id, change=item.quantity, why="进货",
                  at=now - timedelta(days=30, hours=at))
        for at, item in enumerate(items)
    )  # fmt: skip


def _shifts(db: AsyncSession, crew: dict[str, int], now: datetime) -> None:
    """Day shifts with two days off a week; today whoever is not on leave is on for twelve hours."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    today = (hour - timedelta(hours=4), hour + timedelta(hours=8))
    away = crew["6108"]
    for at, person in enumerate(crew.values()):
        if person != away:
            db.add(Shift(person_id=person, starts_at=today[0], ends_at=today[1]))
        for n in range(FIRST, LAST):
            day = hour + timedelta(days=n)
            starts, ends = day.replace(hour=OPENS), day.replace(hour=CLOSES)
            if (day.toordinal() + at) % 7 < 5 and (ends <= today[0] or starts >= today[1]):
                db.add(Shift(person_id=person, starts_at=starts, ends_at=ends))
    day = hour.replace(hour=0)
    db.add_all([
        Leave(person_id=away, starts_at=day, ends_at=day + timedelta(days=2), reason="孩子开家长会",
              state=Answer.GRANTED),
        Leave(person_id=crew["6103"], starts_at=day + timedelta(days=2),
              ends_at=day + timedelta(days=3), reason="体检", state=Answer.ASKED),
    ])  # fmt: skip
