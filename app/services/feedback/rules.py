"""The way of a case, who may move it, its clocks, and what may be made public. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.campus.permission.rules import Right, Role, Where


class Kind(StrEnum):
    """What somebody wants."""

    CONSULT = "consult"
    SUGGEST = "suggest"
    COMPLAIN = "complain"
    PRAISE = "praise"


class State(StrEnum):
    """Where a case is. `REOPENED`: the asker said that the answer did not solve it."""

    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How a case came: from a page, an event of another service, another letters box."""

    PAGE = "page"
    EVENT = "event"
    BOX = "box"


class Who(StrEnum):
    """What part somebody has in a case."""

    ASKER = "asker"
    OWNER = "owner"  # who it was given to
    HEAD = "head"  # heads its unit, or answers for it
    OFFICE = "office"  # operators
    WATCHER = "watcher"  # supervisors: they read
    SYSTEM = "system"


class Move(StrEnum):
    """What changes a case's state, its unit or its owner."""

    TAKE = "take"
    ANSWER = "answer"
    HAND = "hand"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"


class Event(StrEnum):
    """What else stands in the thread."""

    ASK = "ask"
    ADD = "add"  # the asker wrote more
    REPLY = "reply"  # the unit wrote something that is not the answer
    LATE = "late"  # the deadline passed
    JOINED = "joined"  # another case was merged into this one


OPEN = frozenset({State.NEW, State.TAKEN, State.REOPENED})
SPOKEN = OPEN | {State.ANSWERED}  # in these both sides may still write
STAFF = frozenset({Who.OWNER, Who.HEAD, Who.OFFICE})
# For each move: from which states, to which, by whom.
MOVES: Mapping[Move, tuple[frozenset[State], State, frozenset[Who]]] = {
    Move.TAKE: (frozenset({State.NEW, State.REOPENED}), State.TAKEN, STAFF),
    Move.ANSWER: (OPEN, State.ANSWERED, STAFF),
    Move.HAND: (OPEN, State.NEW, STAFF),
    Move.MERGE: (OPEN, State.MERGED, frozenset({Who.HEAD, Who.OFFICE})),
    Move.WITHDRAW: (frozenset({State.NEW, State.TAKEN}), State.WITHDRAWN, frozenset({Who.ASKER})),
    Move.RATE: (frozenset({State.ANSWERED, State.CLOSED}), State.CLOSED, frozenset({Who.ASKER})),
    Move.CLOSE: (frozenset({State.ANSWERED}), State.CLOSED, frozenset({Who.SYSTEM})),
    Move.REOPEN: (
        frozenset({State.ANSWERED, State.CLOSED}), State.REOPENED, frozenset({Who.ASKER})
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """How long a kind may take. `days`: working days until the answer; `warn`: working hours
    before that at which the owner is reminded; `raised`: working hours after it at which
    supervisors and operators are told (the head is told when it passes)."""

    days: int
    warn: int = 4
    raised: int = 8


TERMS: Mapping[Kind, Term] = {
    Kind.CONSULT: Term(1, warn=2), Kind.SUGGEST: Term(5), Kind.COMPLAIN: Term(3),
    Kind.PRAISE: Term(5),
}  # fmt: skip


class Step(StrEnum):
    """What time alone does to an open case, in this order, each once."""

    WARN = "warn"
    LATE = "late"
    RAISE = "raise"


STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of a case what rights are asked with. `by_me`: the reader is its named asker."""

    unit: str
    owner_id: int | None = None
    by_me: bool = False


def parts(person_id: int | None, rights: Iterable[Right], seen: Seen) -> set[Who]:
    """Every part that somebody has; none for a stranger.

    A leader answers for a unit only when the right is limited to that unit: leaders of areas and
    of everything lead repairs. Heads and supervisors without limits have the whole department.
    """
    where = Where(unit=seen.unit)
    reaching = {(right.role, right.unit) for right in rights if right.reaches(where)}
    roles = {role for role, _ in reaching}
    found: set[Who] = set()
    if person_id is not None and seen.by_me:
        found.add(Who.ASKER)
    if person_id is not None and seen.owner_id == person_id:
        found.add(Who.OWNER)
    if Role.HEAD in roles or (Role.LEADER, seen.unit) in reaching:
        found.add(Who.HEAD)
    if roles & {Role.OPERATOR, Role.ADMINISTRATOR}:
        found.add(Who.OFFICE)
    if Role.SUPERVISOR in roles:
        found.add(Who.WATCHER)
    return found


def may(mine: Iterable[Who], move: Move, state: State) -> bool:
    """Whether who has these parts may make the move now."""
    sources, _, allowed = MOVES[move]
    return state in sources and bool(allowed & set(mine))


_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_NUMBER = re.compile(r"(?<!\d)(?:20\d{6,8}|26\d{6})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\.\w+", re.ASCII)
_ROOM = re.compile(r"\d{1,2} ?号楼 ?\d{3,4}")


def personal(text: str, names: Iterable[str] = ()) -> str:
    """What in `text` would tell of a person (telephone, number, room, one of `names`), or ""."""
    for pattern in (_IDENTITY, _PHONE, _NUMBER, _MAIL, _ROOM):
        if found := pattern.search(text):
            return found[0]
    return next((name for name in names if len(name) > 1 and name in text), "")


def may_publish(*, anonymous: bool, asked_by_somebody: bool, consent: bool) -> bool:
    """Whether question and answer may be shown: nobody is known, or who asked agreed."""
    return anonymous or consent or not asked_by_somebody
