"""Whom a campaign is for: a small JSON in, one SELECT of (person_id, who) out.

    {"all": true}                                       everybody who follows
    {"tags": ["…"]}                                     who follows and has one of these tags
    {"colleges": […], "grades": […], "kinds": […]}      people on the roster, by all that is given
    {"buildings": [ids], "rooms": [ids]}                who lives there
    {"roles": ["keeper"]}                               who was given one of these roles
    {"numbers": ["20240136"]}                           these student or staff numbers
    {"same": 7}                                         whom campaign 7 was for
    {"same": 7, "reasons": ["system"]}                  … and whom it missed for these reasons

One kind at a time. `who` is None for people without a phone: the message waits in their inbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy import Text as SqlText
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify.models import Delivery, Message, State
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission.models import Grant
from app.campus.permission.rules import ROSTER, Role
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import Invalid

Audience = Mapping[str, Any]
Recipients = Select[int | None, str | None]
MOST_NUMBERS = 20_000
EXAMPLES = 10
_KINDS: tuple[frozenset[str], ...] = (
    frozenset({"all"}),
    frozenset({"tags"}),
    frozenset({"colleges", "grades", "kinds"}),
    frozenset({"buildings", "rooms"}),
    frozenset({"roles"}),
    frozenset({"numbers"}),
    frozenset({"same", "reasons"}),
)
_WORDS = frozenset({"tags", "colleges", "grades", "kinds", "roles", "numbers", "reasons"})
_IDS = frozenset({"buildings", "rooms"})
_ONLY: Mapping[str, frozenset[str]] = {
    "kinds": frozenset(PersonKind), "roles": frozenset(Role) - ROSTER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """`phones` get it on WeChat, `others` have no phone bound: only their inbox has it."""

    phones: int
    others: int

    @property
    def all(self) -> int:
        return self.phones + self.others


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody of an audience; `number` and what follows are empty for an unbound follower."""

    name: str
    number: str
    college: str
    room: str
    phone: bool


def tidy(raw: Audience) -> dict[str, Any]:
    """`raw` without what is empty or twice. Raises Invalid if it says nobody, or is no audience."""
    found = {key: _value(key, value) for key, value in raw.items() if value}
    if not found:
        raise Invalid("先选发给谁")
    if not any(found.keys() <= kind for kind in _KINDS) or found.keys() == {"reasons"}:
        raise Invalid("发给谁一次只按一种选")
    return found


def _value(key: str, value: Any) -> Any:
    if key == "all" and value is True:
        return True
    if key == "same" and type(value) is int:
        return value
    if key in _WORDS | _IDS and isinstance(value, list | tuple):
        kind = int if key in _IDS else str
        only = _ONLY.get(key)
        if all(type(item) is kind and (only is None or item in only) for item in value):
            if len(value) > MOST_NUMBERS:
                raise Invalid(f"名单一次最多 {MOST_NUMBERS} 个号，分几次发")
            return list(dict.fromkeys(value))
    raise Invalid("发给谁没看懂，重新选一遍")


def recipients(audience: Audience) -> Recipients:
    """The people of a tidy `audience`, each once, as (person_id, who); at least one is there."""
    if "same" in audience:
        return _same(audience["same"], audience.get("reasons", ()))
    if "all" in audience or "tags" in audience:
        following = (
            select(Binding.person_id, Follower.who)
            .select_from(Follower)
            .outerjoin(Binding, Binding.who == Follower.who)
            .where(Follower.left_at.is_(None))
        )
        tags = audience.get("tags")
        wanted = following.where(Follower.tags.overlap(tags)) if tags else following
        return cast("Recipients", wanted)
    people = (
        select(Person.id.label("person_id"), Follower.who)
        .select_from(Person)
        .outerjoin(Binding, Binding.person_id == Person.id)
        .outerjoin(Follower, and_(Follower.who == Binding.who, Follower.left_at.is_(None)))
        .where(Person.gone_at.is_(None), _valid(), _wanted(audience))
    )
    return cast("Recipients", people)


def _valid() -> ColumnElement[bool]:
    return or_(Person.valid_until.is_(None), Person.valid_until >= clock.now().date())


def _wanted(audience: Audience) -> ColumnElement[bool]:
    if "numbers" in audience:
        # One array: a parameter for each of 20,000 numbers is more than a statement takes well.
        listed = func.unnest(_texts(audience["numbers"]))
        return Person.number.in_(select(listed))
    if "roles" in audience:
        return Person.id.in_(select(Grant.person_id).where(Grant.role.in_(audience["roles"])))
    if "buildings" in audience or "rooms" in audience:
        inside = Room.building_id.in_(audience.get("buildings", ()))
        there = select(Room.id).where(inside | Room.id.in_(audience.get("rooms", ())))
        return Person.room_id.in_(there)
    columns = {"colleges": Person.college, "grades": Person.grade, "kinds": Person.kind}
    return and_(*(column.in_(audience[key]) for key, column in columns.items() if key in audience))


def _texts(words: Sequence[str]) -> ColumnElement[Any]:
    return bindparam(None, list(words), ARRAY(SqlText))


def _same(campaign_id: int, reasons: Sequence[str]) -> Recipients:
    """Whoever the campaign was for, on the phone that is theirs now."""
    owner = select(Binding.person_id).where(Binding.who == Delivery.who).scalar_subquery()
    was = (
        select(func.coalesce(Delivery.person_id, owner).label("person_id"), Delivery.who)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.campaign_id == campaign_id)
    )
    if reasons:
        was = was.where(Delivery.state == State.FAILED, Delivery.reason.in_(reasons))
    told = was.subquery()
    theirs = case((told.c.person_id.is_(None), told.c.who), else_=Binding.who)
    now = (
        select(told.c.person_id, Follower.who)
        .select_from(told)
        .outerjoin(Binding, Binding.person_id == told.c.person_id)
        .outerjoin(Follower, and_(Follower.who == theirs, Follower.left_at.is_(None)))
        .where(or_(told.c.person_id.is_not(None), Follower.who.is_not(None)))
        .distinct()
    )
    return cast("Recipients", now)


async def count(db: AsyncSession, audience: Audience) -> Count:
    """How many a tidy `audience` is."""
    found = recipients(audience).subquery()
    query = select(func.count(found.c.who), func.count()).select_from(found)
    phones, everybody = (await db.execute(query)).one()
    return Count(phones, everybody - phones)


async def examples(db: AsyncSession, audience: Audience) -> list[Example]:
    """Ten of them, from all over, and the same ten as long as it is the same audience."""
    found = recipients(audience).subquery()
    mixed = func.hashtext(func.coalesce(as_type(found.c.person_id, SqlText), found.c.who))
    few = select(found).order_by(mixed).limit(EXAMPLES).subquery()
    query = (
        select(few.c.who, Person, Building.name, Room.number)
        .select_from(few)
        .outerjoin(Person, Person.id == few.c.person_id)
        .outerjoin(Room, Room.id == Person.room_id)
        .outerjoin(Building, Building.id == Room.building_id)
    )
    return [
        Example(
            person.name if person else "没绑学号的关注者", (person and person.number) or "",
            person.college if person else "", f"{house} {door}" if house else "", who is not None,
        )
        for who, person, house, door in await db.execute(query)
    ]  # fmt: skip


async def unknown(db: AsyncSession, numbers: Sequence[str]) -> list[str]:
    """Those of `numbers` that nobody on the roster has, in order."""
    listed = select(func.unnest(_texts(numbers)))
    query = select(Person.number).where(Person.gone_at.is_(None), Person.number.in_(listed))
    known = set(await db.scalars(query))
    return [number for number in numbers if number not in known]
