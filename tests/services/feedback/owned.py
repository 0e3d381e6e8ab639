"""A case of alice's, for the matrix of routes and people."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.units import Unit
from app.kit import clock
from app.services.feedback import cases
from app.services.feedback.rules import Kind
from tests.people import UNIT, Somebody

WORDS = "只有她写过这句话"


async def case_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """A complaint about the canteen."""
    db.add(Unit(name=UNIT))
    await db.flush()
    new = cases.New(Kind.COMPLAIN, UNIT, WORDS, asker_id=people["alice"].person_id)
    case = await cases.ask(db, new, clock.now())
    return {"number": case.id if case else 0}


# What follows the case's address, and what stands on alice's answer alone.
PAGES = (("", WORDS), ("/add", ""), ("/withdraw", ""), ("/reopen", ""), ("/rate", ""))
