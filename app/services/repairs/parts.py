"""What part somebody has in an order, and finding one that they may see."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.permission import Right, Role, Where
from app.kit.errors import Forbidden, NotFound
from app.services.repairs.models import Assignment, Follow, Kind, Order, Worker
from app.services.repairs.rules import OPEN, Part, Who

NOT_YOURS = "这张单不归你，这一步你做不了"
NO_ORDER = "没有这张单，核对一下单号"
WATCHERS = (Role.SUPERVISOR, Role.HEAD)


async def parts(db: AsyncSession, me: Me, order: Order) -> set[Who]:
    """Every part that `me` has in `order`; none for a stranger. One query, indexed."""
    if me.person_id is None:
        return set()
    helping = exists().where(
        Assignment.order_id == order.id, Assignment.worker_id == me.person_id,
        Assignment.leads.is_(False), Assignment.state.in_([Part.ACCEPTED, Part.DONE]),
    )  # fmt: skip
    following = exists().where(Follow.order_id == order.id, Follow.person_id == me.person_id)
    mine = (Worker.person_id == me.person_id) & Worker.gone_at.is_(None)
    query = (
        select(Kind.team, Kind.trade, Worker.trades, Worker.contractor, helping, following)
        .outerjoin(Worker, mine)
        .where(Kind.id == order.kind_id)
    )
    team, trade, trades, contractor, helps, follows = (await db.execute(query)).one()
    where = Where(order.area_id, order.building_id, team or None)
    has = by_rights(me, where)
    has |= {Who.REPORTER} if me.person_id == order.reporter_id else set()
    has |= {Who.WORKER} if me.person_id == order.worker_id else set()
    has |= {Who.HELPER} if helps else set()
    has |= {Who.FOLLOWER} if follows else set()
    if contractor and contractor == order.contractor and me.has(Role.CONTRACTOR):
        has.add(Who.CONTRACTOR)
    if trade in (trades or ()) and order.state in OPEN and _crew(me.rights, where):
        has.add(Who.CREW)
    return has


def by_rights(me: Me, where: Where) -> set[Who]:
    """The parts that roles give at a place. A leader's `unit` is the team of the fault's kind."""
    has: set[Who] = set()
    if _reach(me.rights, where, Role.LEADER, Role.OPERATOR, Role.ADMINISTRATOR):
        has.add(Who.DISPATCHER)
    if _reach(me.rights, where, Role.KEEPER):
        has.add(Who.KEEPER)
    if _reach(me.rights, where, *WATCHERS):
        has.add(Who.WATCHER)
    return has


def _crew(rights: tuple[Right, ...], where: Where) -> bool:
    return _reach(rights, where, Role.WORKER, Role.CONTRACTOR)


def _reach(rights: tuple[Right, ...], where: Where, *roles: Role) -> bool:
    return any(right.role in roles and right.reaches(where) for right in rights)


async def may_see(db: AsyncSession, me: Me, order: Order) -> bool:
    """Whether `me` has any part in it."""
    return bool(await parts(db, me, order))


async def find(db: AsyncSession, me: Me, number: str) -> Order:
    """The order with that number. Raises NotFound, for strangers as for numbers that are none."""
    order = await db.scalar(select(Order).where(Order.number == number.strip()))
    if order is None or not await may_see(db, me, order):
        raise NotFound(NO_ORDER)
    return order


async def must(db: AsyncSession, me: Me, order: Order, *allowed: Who) -> set[Who]:
    """The parts of `me`. Raises NotFound for a stranger, Forbidden for who has none of these."""
    mine = await parts(db, me, order)
    if not mine & set(allowed):
        raise Forbidden(NOT_YOURS) if mine else NotFound(NO_ORDER)
    return mine
