"""What feedback hears of other services: a complaint becomes a case."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.feedback.cases import MOST_WORDS, New, ask
from app.services.feedback.rules import Channel, Kind


async def complaint(
    db: AsyncSession, *, unit: str, words: str, source: str, person_id: int | None = None,
    subject: str = "", **_: object,
) -> None:  # fmt: skip
    """A case for the unit, once however often it is told; of the person, where they are known."""
    said = words.strip()[:MOST_WORDS] or "没有写话"
    new = New(
        Kind.COMPLAIN, unit, said, subject=subject[:60], asker_id=person_id,
        channel=Channel.EVENT, source=source,
    )  # fmt: skip
    await ask(db, new, clock.now())
