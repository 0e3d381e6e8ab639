"""Orders of alice's, for the matrix of routes and people."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit import clock
from app.services.repairs import orders
from app.services.repairs.models import Kind, Order
from app.services.repairs.rules import State
from tests.people import Somebody

ASKED = ("", "/add", "/edit", "/withdraw", "/rate", "/rework")  # pages of an order
PRESSED = ("/urge", "/follow", "/unfollow")  # buttons that need nothing but the order


async def order_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """A leaking pipe in 501."""
    alice = people["alice"]
    kind = Kind(name="水管", icon="tap", trade="水电", signs=["漏水"])
    db.add(kind)
    await db.flush()
    me = Me(1, alice.who, person_id=alice.person_id, name="alice", room_id=alice.room_id)
    new = orders.New(kind.id, "漏水", room_id=alice.room_id)
    return {"number": (await orders.report(db, me, new, clock.now())).number}


async def mended_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """The same, mended."""
    found = await order_of_alice(db, people)
    await db.execute(update(Order).values(state=State.DONE, done_at=clock.now(), due_at=None))
    return found
