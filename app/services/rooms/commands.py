"""`weihouqin rooms …`."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import Conflict, Invalid
from app.kit.service import Command
from app.services.rooms.verify import verify


async def prove(db: AsyncSession, words: list[str]) -> str:
    """Prove from the tables that a round (its number) is right, and replay its log."""
    if len(words) != 1 or not words[0].isdecimal():
        raise Invalid("给出一轮选房的编号，比如 weihouqin rooms verify 1")
    proof = await verify(db, int(words[0]))
    lines = [f"{name}: {number}" for name, number in proof.facts.items()]
    if not proof.proven:
        raise Conflict("\n".join([*lines, *proof.broken]))
    return "\n".join([*lines, "都对得上：一床一人，一人一床，没有越界，日志重放的结果和现在一样"])


COMMANDS: Mapping[str, Command] = {"verify": prove}
