"""The form that writes: what was typed, and what follows from it while one writes. Reads only."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, QueryParams

from app.campus.calendar import say_deadline
from app.kit import clock
from app.services.feedback.book import Duties, Told, book, duties
from app.services.feedback.clocks import clock_of
from app.services.feedback.rules import Kind

MOST_NEAR = 2


class Sent:
    """A form or a query as it came; `files` are the photos of its field `photos`."""

    def __init__(self, form: FormData | QueryParams) -> None:
        self._form = form
        found = form.getlist("photos") if isinstance(form, FormData) else []
        self.files: list[UploadFile] = [file for file in found if not isinstance(file, str)]  # type: ignore[misc]  # Starlette's files, FastAPI's is one

    def text(self, name: str, most: int = 2100) -> str:
        """What was typed, cut, as PostgreSQL can keep it."""
        value = self._form.get(name, "")
        return (
            value.replace("\0", "").replace("\r\n", "\n").strip()[:most]
            if isinstance(value, str)
            else ""
        )

    def number(self, name: str) -> int:
        """A whole number; 0 for anything else."""
        word = self.text(name, 12)
        return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0

    def on(self, name: str) -> bool:
        return self.text(name, 5) in ("on", "1", "true")

    def every(self, name: str, most: int = 50) -> list[str]:
        return [str(value)[:20] for value in self._form.getlist(name)][:most]


def asked(request: Request) -> Sent:
    """FastAPI dependency: the query."""
    return Sent(request.query_params)


async def sent(request: Request) -> AsyncIterator[Sent]:
    """FastAPI dependency: the form; its files are closed afterwards."""
    form = await request.form()
    try:
        yield Sent(form)
    finally:
        await request.close()


Query = Annotated[Sent, Depends(asked)]
Form = Annotated[Sent, Depends(sent)]


@dataclass(frozen=True, slots=True)
class Live:
    """What stands on the form: `unit` chosen or guessed, `why` it was guessed; the promise of the
    kind; published questions that come near; and all units as (name, about)."""

    kind: Kind | None
    unit: str
    guess: str
    why: str
    promised: str
    near: list[Told]
    units: tuple[tuple[str, str], ...]


async def live(db: AsyncSession, typed: Sent) -> Live:
    """The parts that follow from what is typed so far."""
    kind, words = kind_of(typed), typed.text("words")
    known: Duties = await duties.within(db)
    unit, guess, why = _unit(typed, known, words)
    promised = ""
    if kind is not None:
        now = clock.now()
        promised = f"{say_deadline((await clock_of(db, kind)).due(now), now)}答复"
    asks = kind in (None, Kind.CONSULT, Kind.COMPLAIN)
    near = (await book.within(db)).near(words, MOST_NEAR) if words and asks else []
    return Live(kind, unit, guess, why, promised, near, known.units)


def _unit(typed: Sent, known: Duties, words: str) -> tuple[str, str, str]:
    """(unit, guess, why): a choice of one's own stays, a guess follows the words."""
    names = [name for name, _ in known.units]
    chosen, before = typed.text("unit", 40), typed.text("guess", 40)
    if chosen in names and chosen != before:
        return chosen, "", ""
    found = known.of(words) if words else None
    if found is None:
        return (chosen, before, "") if chosen in names else ("", "", "")
    return found[0], found[0], f"「{found[1]}」归{found[0]}管"


def kind_of(typed: Sent) -> Kind | None:
    """The kind that was picked."""
    word = typed.text("kind", 20)
    return Kind(word) if word in list(Kind) else None
