"""Every transition × every part × every state: what the table says happens, and nothing else."""

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import CampusError, Conflict, Forbidden, NotFound
from app.services.repairs import follows
from app.services.repairs.crew import helpers
from app.services.repairs.models import Order
from app.services.repairs.moves import move
from app.services.repairs.rules import MOVES, OPEN, Move, State
from app.services.repairs.words import LABELS, now_it_is
from tests.services.repairs.conftest import FIRM, Scene, after

pytestmark = pytest.mark.anyio
LEADS = {State.OFFERED, State.ACCEPTED, State.WORKING, State.WAITING, State.DONE, State.CONFIRMED,
         State.RATED}  # fmt: skip
DISPATCHERS = {"leader", "operator", "administrator"}
# Who may do what, written down once more, by people instead of parts. None: the system.
MAY: dict[Move, set[str | None]] = {
    Move.OFFER: {None, *DISPATCHERS},
    Move.GRAB: {"worker", "second", "third"},
    Move.ACCEPT: {"worker"},
    Move.RETURN: {"worker", *DISPATCHERS},
    Move.LAPSE: {None},
    Move.HAND_OVER: {"worker", "painter", *DISPATCHERS},
    Move.ARRIVE: {"worker"},
    Move.WAIT: {"worker", *DISPATCHERS},
    Move.GO_ON: {"worker", None, *DISPATCHERS},
    Move.FINISH: {"worker"},
    Move.CONFIRM: {"alice", "keeper", None, *DISPATCHERS},
    Move.RATE: {"alice"},
    Move.REWORK: {"alice", "keeper", *DISPATCHERS},
    Move.WITHDRAW: {"alice", *DISPATCHERS},
    Move.MERGE: DISPATCHERS,
    Move.REJECT: DISPATCHERS,
    Move.PROMISE: DISPATCHERS,
}
# alice reported, bob follows, worker leads, second helps, third could, painter's firm has it.
PEOPLE = ("alice", "bob", "worker", "second", "third", "painter", "leader", "keeper",
          "supervisor", "operator", "administrator", "head", "teacher", None)  # fmt: skip
STRANGERS = {"teacher", "head"}  # the head's right is limited to another unit


async def test_all_moves_are_written_down_twice() -> None:
    assert set(MAY) == set(MOVES) == set(Move)
    assert set(LABELS) == set(State)
    assert all(now_it_is(state) for state in State)


def test_nothing_leads_out_of_an_order_that_was_withdrawn_merged_or_rejected() -> None:
    ended = {State.WITHDRAWN, State.MERGED, State.REJECTED}
    assert not any(sources & ended for sources, _, _ in MOVES.values())
    assert {target for _, target, _ in MOVES.values()} == set(State)


@pytest.mark.parametrize("what", Move)
async def test_a_move_is_made_by_whom_it_is_for_and_from_where_it_leads(
    scene: Scene, what: Move
) -> None:
    wrong = []
    async with scene.database.session() as db:
        order = await _prepared(db, scene)
        for state in State:
            await _put(db, scene, order, state)
            for name in PEOPLE:
                found = await _try(db, scene, order, what, name)
                if found != _expected(what, state, name):
                    wrong.append((str(state), name, found))
    assert wrong == []


def _expected(what: Move, state: State, name: str | None) -> object:
    sources, target, _ = MOVES[what]
    if name in MAY[what] and _has_it(what, state, name):
        return target if state in sources else Conflict
    if name is None:
        return ValueError
    return Forbidden if _knows(state, name) else NotFound


def _has_it(what: Move, state: State, name: str | None) -> bool:
    """Whoever could mend it has a part while it is open; who leads it, while it has a leader."""
    if what is Move.GRAB:
        return state in OPEN
    return name != "worker" or state in LEADS


def _knows(state: State, name: str) -> bool:
    if name == "worker":
        return state in LEADS or state in OPEN
    return name != "third" or state in OPEN if name not in STRANGERS else False


async def _prepared(db: AsyncSession, scene: Scene) -> Order:
    order = await scene.accepted(db)
    leader = await scene.me(db, "leader")
    await helpers(db, leader, order, after(minutes=3), shares={scene.ids["second"]: 30})
    bob = await scene.me(db, "bob")
    await db.execute(update(Order).values(room_id=None, spot="楼道"))
    await db.refresh(order)
    await follows.follow(db, bob, order, after(minutes=4))
    return order


async def _put(db: AsyncSession, scene: Scene, order: Order, state: State) -> None:
    leads = scene.ids["worker"] if state in LEADS else None
    values = {"state": state, "worker_id": leads, "contractor": FIRM}
    await db.execute(update(Order).where(Order.id == order.id).values(**values))
    await db.refresh(order)


async def _try(
    db: AsyncSession, scene: Scene, order: Order, what: Move, name: str | None
) -> object:
    """The state that it leads to, or the kind of refusal; undone again."""
    me = await scene.me(db, name) if name else None
    undone = await db.begin_nested()
    try:
        return State((await move(db, me, order, what, after(minutes=9))).state)
    except (CampusError, ValueError) as refusal:
        return type(refusal)
    finally:
        await undone.rollback()
        await db.refresh(order)
