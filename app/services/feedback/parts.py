"""Who acts, what part they have in a case, and finding one that they may see."""

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.permission import Action, Role
from app.kit.errors import Forbidden, NotFound
from app.services.feedback import rules
from app.services.feedback.models import Case
from app.services.feedback.rules import Seen, Who

NO_CASE = "没有这件，核对一下编号"
NO_RECEIPT = "没有这张回执，核对一下号码，一共 16 位"
NOT_YOURS = "这件不归你，这一步你做不了"
# Who may be named to answer: whoever was given some part in the department.
HANDS = frozenset(
    {Role.HEAD, Role.LEADER, Role.OPERATOR, Role.WORKER, Role.KEEPER, Role.CONTRACTOR}
)
WORK = Action("feedback.work", HANDS | {Role.SUPERVISOR})
RUN = Action("feedback.run", frozenset({Role.OPERATOR}))  # at the desk, within a unit or all
SETUP = Action("feedback.setup", frozenset({Role.OPERATOR}))
ID = 2**31 - 1
_SIGNS = "ACDEFGHJKLMNPQRTUVWXY34679"  # none that looks like another
GROUP = 4


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: `person_id` None for the system and for who has a receipt."""

    person_id: int | None
    mine: frozenset[Who]


SYSTEM = Actor(None, frozenset({Who.SYSTEM}))
BY_RECEIPT = Actor(None, frozenset({Who.ASKER}))


def actor(me: Me, case: Case) -> Actor:
    """The parts of `me` in a case."""
    return Actor(me.person_id, frozenset(parts(me, case)))


def parts(me: Me, case: Case) -> set[Who]:
    seen = Seen(
        case.unit, case.owner_id, me.person_id is not None and case.asker_id == me.person_id
    )
    return rules.parts(me.person_id, me.rights, seen)


async def find(db: AsyncSession, me: Me, number: str | int) -> Case:
    """The case with that number. Raises NotFound, for strangers as for numbers that are none."""
    word = str(number).strip()
    case = None
    if word.isascii() and word.isdecimal() and len(word) < 11 and int(word) <= ID:
        case = await db.get(Case, int(word))
    if case is None or not parts(me, case):
        raise NotFound(NO_CASE)
    return case


def must(actor: Actor, *allowed: Who) -> None:
    """Raise NotFound for a stranger, Forbidden for who has none of these parts."""
    if not actor.mine & set(allowed):
        raise Forbidden(NOT_YOURS) if actor.mine else NotFound(NO_CASE)


def reach(me: Me, *roles: Role) -> ColumnElement[bool]:
    """`Right.reaches` for cases in SQL, for rights of these roles; administrators have all.

    A right to an area or a building reaches none: cases lie nowhere. Leaders need a unit.
    """
    rights = [r for r in me.rights if r.role in (*roles, Role.ADMINISTRATOR)]
    limits: list[ColumnElement[bool]] = [false()]
    for right in rights:
        if right.area_id is not None or right.building_id is not None:
            continue
        if right.unit is not None:
            limits.append(Case.unit == right.unit)
        elif right.role is not Role.LEADER:
            return true()
    return or_(*limits)


def at_desk(me: Me) -> ColumnElement[bool]:
    """Which cases somebody at the desk has."""
    return reach(me, Role.OPERATOR)


def answers(me: Me) -> ColumnElement[bool]:
    """Which cases `me` answers: those they own, and those of their units."""
    return or_(Case.owner_id == me.person_id, reach(me, Role.HEAD, Role.LEADER))


def receipt(secret: str, key: str) -> str:
    """The receipt of a form that was sent without a name: `ACDE-FGHJ-KLMN-PQRT`.

    Made of the form's key, so that a form that comes twice has one; nobody else can make it.
    """
    value = int.from_bytes(hmac.new(secret.encode(), f"receipt:{key}".encode(), "sha256").digest())
    signs = []
    for _ in range(4 * GROUP):
        value, at = divmod(value, len(_SIGNS))
        signs.append(_SIGNS[at])
    word = "".join(signs)
    return "-".join(word[at : at + GROUP] for at in range(0, len(word), GROUP))


def seal(code: str) -> str:
    """What is kept of a receipt, however it was typed."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())[:40]
    return hashlib.sha256(plain.encode()).hexdigest()


async def find_sealed(db: AsyncSession, code: str) -> Case:
    """The case of a receipt. Raises NotFound."""
    case = await db.scalar(select(Case).where(Case.seal == seal(code)))
    if case is None:
        raise NotFound(NO_RECEIPT)
    return case
