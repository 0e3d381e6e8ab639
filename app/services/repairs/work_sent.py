"""What a form of the pages of work sent, read field by field; and doing it once.

A phone without a network keeps its forms and sends them later (h5/static/repairs.js): then they
come with the header `x-queued`, and the answer is JSON instead of another page.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, Response

from app.campus.people.me import Bound, Me
from app.campus.uploads import save_all
from app.kit import clock, once
from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid
from app.kit.pages import redirect, tell

QUEUED = "x-queued"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came, who sent it and when it arrived."""

    request: Request
    me: Me
    now: datetime
    form: FormData

    def text(self, name: str, most: int = 500) -> str:
        """What was typed; empty if nothing was. Raises Invalid when it is too long."""
        value = self.form.get(name, "")
        words = value.replace("\0", "").strip() if isinstance(value, str) else ""
        if len(words) > most:
            raise Invalid(f"最多写 {most} 个字，短一点就好")
        return words

    def number(self, name: str, sentence: str = "选一个再发") -> int:
        """A whole number. Raises Invalid with `sentence`."""
        words = self.text(name, 20)
        if not words.isascii() or not words.isdecimal() or int(words) >= 2**31:
            raise Invalid(sentence)
        return int(words)

    def numbers(self, name: str) -> list[int]:
        """Whole numbers of boxes that were ticked; what is none is left out."""
        words = [str(value) for value in self.form.getlist(name)]
        return [int(one) for one in words if one.isascii() and one.isdecimal() and len(one) < 10]

    def fen(self, name: str) -> int:
        """A sum in yuan, as fen. Raises Invalid."""
        yuan, _, rest = self.text(name, 20).partition(".")
        if not (
            yuan.isdecimal() and yuan.isascii() and (rest or "0").isdecimal() and len(rest) < 3
        ):
            raise Invalid("价钱写成 12.50 这样")
        return int(yuan) * 100 + int(rest.ljust(2, "0") or 0)

    def time(self, name: str, sentence: str = "选一下日期和时间") -> datetime:
        """A date and time of the campus. Raises Invalid with `sentence`."""
        try:
            return datetime.fromisoformat(self.text(name, 30)).replace(tzinfo=SHANGHAI)
        except ValueError as error:
            raise Invalid(sentence) from error

    def day(self, name: str) -> date | None:
        """A date, or None where none was chosen. Raises Invalid."""
        words = self.text(name, 30)
        try:
            return date.fromisoformat(words) if words else None
        except ValueError as error:
            raise Invalid("日期写成 2026-11-20 这样") from error

    async def uploads(self, db: AsyncSession, name: str) -> list[int]:
        """Photos of a field, kept; their ids. Raises Invalid."""
        files = [one for one in self.form.getlist(name) if isinstance(one, UploadFile)]
        saved = await save_all(db, files, person_id=self.me.person_id, now=self.now)  # type: ignore[arg-type]  # FastAPI's UploadFile is Starlette's, subclassed
        return [upload.id for upload in saved]

    def on(self, address: str, toast: str = "") -> Response:
        """Where it goes on, with a few words."""
        if QUEUED not in self.request.headers:
            return redirect(self.request, address, toast)
        answer = JSONResponse({"to": address, "say": toast})
        return tell(self.request, answer, toast) if toast else answer


async def sent(request: Request, me: Bound) -> AsyncIterator[Sent]:
    """FastAPI dependency: the form; its files are closed afterwards."""
    async with request.form() as form:
        yield Sent(request, me, clock.now(), form)


Form = Annotated[Sent, Depends(sent)]


async def do_once(
    db: AsyncSession, form: Sent, to: str, act: Callable[[], Awaitable[str]]
) -> Response:
    """Do what the form asks for when it comes for the first time, and go on to `to`.

    `act` does it and answers a few words. Sent again (a double tap, a phone that did not hear
    the answer) it leads to the same place, and nothing happens. What `act` raises undoes it all.
    """
    owner, key = f"repairs:{form.me.person_id}", form.text(once.FIELD, 80)
    if await once.first(db, owner, key, form.now) is not None:
        return form.on(to)
    toast = await act()
    await once.led_to(db, owner, key, to)
    return form.on(to, toast)
