"""Schemes: written, tried on past months, taken into use from a month on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.ledger import Amount, FactKind
from app.campus.people.me import Me
from app.campus.permission import Where
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.assess.language import KnownFact
from app.services.assess.language import Scheme as Read
from app.services.assess.models import Run, Scheme, Team, Version
from app.services.assess.reach import WRITE
from app.services.assess.reading import read
from app.services.assess.rules import month_of, say_month

LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Book:
    """A version as it is counted by: what it says, and the kinds of facts that it knows."""

    id: int
    number: int
    scheme: Read
    kinds: Mapping[str, KnownFact]


def known(services: Mapping[str, Any]) -> dict[str, KnownFact]:
    """Every kind of fact that the services declare, by name."""
    kinds: Iterable[FactKind] = (kind for one in services.values() for kind in one.facts)
    return {kind.name: KnownFact(kind.name, kind.title, kind.amount, kind.private)
            for kind in kinds}  # fmt: skip


def kept(kinds: Mapping[str, KnownFact]) -> dict[str, list[Any]]:
    """`kinds` as a version keeps them."""
    return {kind.name: [kind.title, str(kind.amount), kind.private] for kind in kinds.values()}


def book(version: Version) -> Book:
    """The version, read."""
    kinds = {name: KnownFact(name, title, Amount(amount), private)
             for name, (title, amount, private) in version.kinds.items()}  # fmt: skip
    return Book(version.id, version.number, _read(version.text, tuple(kinds.values())), kinds)


@lru_cache(maxsize=64)
def _read(text: str, kinds: tuple[KnownFact, ...]) -> Read:
    return read(text, kinds)


async def used(db: AsyncSession, scheme_id: int | None, month: date) -> Book | None:
    """The version that counts for `month`; None where none is in use by then."""
    query = (
        select(Version)
        .where(Version.scheme_id == scheme_id, Version.used_from <= month)
        .order_by(Version.used_from.desc())
        .limit(1)
    )
    version = await db.scalar(query)
    return None if version is None else book(version)


async def add(db: AsyncSession, me: Me, name: str, unit: str | None) -> Scheme:
    """A new scheme without a version. Raises Invalid, Forbidden, Conflict."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"给方案起个名字，{LONGEST_NAME} 个字以内")
    me.must(WRITE, Where(unit=unit))
    new = insert(Scheme).values(name=name, unit=unit).on_conflict_do_nothing().returning(Scheme)
    if (made := await db.scalar(new)) is None:
        raise Conflict("已经有叫这个名字的方案了")
    record(db, me, "assess.scheme", f"assess_schemes:{made.id}", after={"name": name})
    return made


async def write(
    db: AsyncSession, me: Me, scheme: Scheme, text: str, *, kinds: Mapping[str, KnownFact],
    now: datetime,
) -> Version:  # fmt: skip
    """A new version of `scheme`, in no use yet. Raises Unreadable with the lines, Forbidden."""
    must_write(me, scheme)
    text = text.replace("\r\n", "\n").replace("\0", "")
    read(text, kinds.values())
    last = select(func.coalesce(func.max(Version.number), 0) + 1)
    new = insert(Version).values(
        scheme_id=scheme.id, number=last.where(Version.scheme_id == scheme.id).scalar_subquery(),
        text=text, kinds=kept(kinds), by_id=me.person_id, at=now,
    )  # fmt: skip
    made: Version | None = await db.scalar(new.on_conflict_do_nothing().returning(Version))
    if made is None:
        raise Conflict("同事刚存了一版，刷新看一眼再存")
    record(db, me, "assess.write", f"assess_schemes:{scheme.id}", after={"version": made.number})
    return made


async def use(
    db: AsyncSession,
    me: Me,
    scheme: Scheme,
    version: Version,
    *,
    month: date,
    now: datetime,
) -> None:
    """Count by `version` from `month` (its first day) on, in place of those before it.

    Raises Conflict for one that was not tried, and for a month that has begun to be counted;
    Invalid for a month that is over; Forbidden.
    """
    must_write(me, scheme)
    if version.tried_at is None:
        raise Conflict("先在过去的月份上试算一遍，再启用")
    if month < month_of(now.date()):
        raise Invalid(f"{say_month(month)}已经过去了，从这个月或以后启用")
    begun = exists(
        select(Run.id).join(Team).where(Team.scheme_id == scheme.id, Run.month >= month)
    )  # fmt: skip
    before = update(Version).where(Version.scheme_id == scheme.id, Version.used_from >= month)
    await db.execute(before.where(Version.id != version.id, ~begun).values(used_from=None))
    set_ = update(Version).where(Version.id == version.id, Version.tried_at.is_not(None), ~begun)
    if await db.scalar(set_.values(used_from=month).returning(Version.id)) is None:
        raise Conflict(f"{say_month(month)}已经开始算了，从下个月启用")
    record(db, me, "assess.use", f"assess_schemes:{scheme.id}",
           after={"version": version.number, "from": month})  # fmt: skip


def must_write(me: Me, scheme: Scheme) -> None:
    """Raise Forbidden unless they write schemes of its unit."""
    if not me.may(WRITE, Where(unit=scheme.unit)):
        raise Forbidden("这个方案不归你写，找管那边的同事")


async def get(db: AsyncSession, scheme_id: int) -> Scheme:
    """Raises NotFound."""
    if (found := await db.get(Scheme, scheme_id)) is None:
        raise NotFound("没有这个方案")
    return found


async def version(db: AsyncSession, scheme: Scheme, number: int) -> Version:
    """A version by its number. Raises NotFound."""
    query = select(Version).where(Version.scheme_id == scheme.id, Version.number == number)
    if (found := await db.scalar(query)) is None:
        raise NotFound("没有这一版")
    return found
