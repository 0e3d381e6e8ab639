"""What a form of a check sent, read field by field; and doing it once.

A phone without a network keeps its forms and sends them later (h5/static/checks.js): then they
come with the header `x-queued`, and the answer is JSON instead of another page. `ago` says how
many seconds they were kept.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from app.services.checks.looks import Entered, Given

QUEUED = "x-queued"
OLDEST = timedelta(hours=72)  # a form that was kept longer counts as entered then
MOST_FILES = 60
NOT_APPLICABLE = "na"


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

    def number(self, name: str) -> int | None:
        """A whole number; None for nothing or anything else."""
        words = self.text(name, 20)
        good = words.isascii() and words.isdecimal() and len(words) < 11
        return int(words) if good and int(words) < 2**31 else None

    def time(self, name: str) -> datetime:
        """A date and time of the campus. Raises Invalid."""
        try:
            return datetime.fromisoformat(self.text(name, 30)).replace(tzinfo=SHANGHAI)
        except ValueError as error:
            raise Invalid("选一下日期和时间") from error

    @property
    def entered(self) -> datetime:
        """When it was filled in, by how long the phone kept it."""
        kept = timedelta(seconds=self.number("ago") or 0)
        return self.now - min(kept, OLDEST)

    async def uploads(self, db: AsyncSession, name: str) -> list[int]:
        """Photos of a field, kept; their ids. Raises Invalid."""
        files = [one for one in self.form.getlist(name) if isinstance(one, UploadFile)]
        saved = await save_all(db, files, person_id=self.me.person_id, now=self.now)  # type: ignore[arg-type]  # FastAPI's UploadFile is Starlette's, subclassed
        return [upload.id for upload in saved]

    async def look(self, db: AsyncSession) -> Entered:
        """Marks by point: `s-<key>` (a number or `na`), words `w-<key>`, photos `p-<key>`."""
        keys = [name[2:] for name in self.form if name.startswith("s-")]
        answers = {}
        for key in keys:
            said = self.text(f"s-{key}", 10)
            marks = None if said == NOT_APPLICABLE else self.number(f"s-{key}")
            if marks is None and said != NOT_APPLICABLE:
                continue
            photos = await self.uploads(db, f"p-{key}")
            answers[key] = Given(marks, self.text(f"w-{key}", 200), photos)
        version = self.number("version") or 0
        return Entered(version, answers, self.entered, self.number("room"), self.text("words", 500))

    def on(self, address: str, toast: str = "") -> Response:
        """Where it goes on, with a few words."""
        if QUEUED not in self.request.headers:
            return redirect(self.request, address, toast)
        answer = JSONResponse({"to": address, "say": toast})
        return tell(self.request, answer, toast) if toast else answer


async def sent(request: Request, me: Bound) -> AsyncIterator[Sent]:
    """FastAPI dependency: the form; its files are closed afterwards."""
    async with request.form(max_files=MOST_FILES) as form:
        yield Sent(request, me, clock.now(), form)


Form = Annotated[Sent, Depends(sent)]


async def do_once(
    db: AsyncSession, form: Sent, to: str, act: Callable[[], Awaitable[str]]
) -> Response:
    """Do what the form asks for when it comes for the first time, and go on to `to`.

    `act` does it and answers a few words. Sent again (a double tap, a phone that did not hear
    the answer) it leads to the same place, and nothing happens. What `act` raises undoes it all.
    """
    owner, key = f"checks:{form.me.person_id}", form.text(once.FIELD, 80)
    if await once.first(db, owner, key, form.now) is not None:
        return form.on(to)
    toast = await act()
    await once.led_to(db, owner, key, to)
    return form.on(to, toast)
