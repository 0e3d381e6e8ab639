"""What a form of ours sent, read field by field; and doing it once."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.kit import clock, once
from app.kit.errors import Invalid
from app.kit.pages import redirect

WHOLE, DECIMAL = (
    re.compile(r"\d{1,9}", re.ASCII),
    re.compile(r"(-?)(\d{1,8})(?:\.(\d{1,2}))?", re.ASCII),
)
MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A form, and when it came."""

    form: FormData
    now: datetime

    def text(self, name: str, most: int = MOST_WORDS) -> str:
        """What was typed; empty if nothing was. Raises Invalid when it is too long."""
        value = self.form.get(name, "")
        words = value.replace("\0", "").strip() if isinstance(value, str) else ""
        if len(words) > most:
            raise Invalid(f"最多写 {most} 个字，短一点就好")
        return words

    def number(self, name: str, sentence: str = "选一个再发") -> int:
        """A whole number. Raises Invalid with `sentence`."""
        words = self.text(name, 20)
        if not WHOLE.fullmatch(words):
            raise Invalid(sentence)
        return int(words)

    def hundredths(self, name: str, sentence: str) -> int:
        """「-1.5」 as -150: points, or yuan as fen. Raises Invalid with `sentence`."""
        return hundredths(self.text(name, 20), sentence)

    def day(self, name: str) -> date:
        """A date. Raises Invalid."""
        try:
            return date.fromisoformat(self.text(name, 30))
        except ValueError:
            raise Invalid("选一下日期") from None


def hundredths(words: str, sentence: str) -> int:
    """Exactly, without floats. Raises Invalid with `sentence`."""
    if (match := DECIMAL.fullmatch(words.replace(",", "").replace("−", "-"))) is None:
        raise Invalid(sentence)
    sign, whole, rest = match.groups()
    value = int(whole) * 100 + int((rest or "").ljust(2, "0"))
    return -value if sign else value


@dataclass(frozen=True, slots=True)
class Posted(Sent):
    """A form of the phone, with who sent it."""

    request: Request
    me: Me

    async def once(self, db: AsyncSession, to: str, act: Callable[[], Awaitable[str]]) -> Response:
        """Do it when it comes for the first time, and go on to `to` with the words `act` gives.

        `{}` in `to` stands for a number that `act` finds and gives before its words: 「17 记下了」.
        """
        owner, key = f"assess:{self.me.person_id}", self.text(once.FIELD, 80)
        if (before := await once.first(db, owner, key, self.now)) is not None:
            return redirect(self.request, before or to)
        toast = await act()
        if "{}" in to:
            found, toast = toast.split(" ", 1)
            to = to.format(found)
        await once.led_to(db, owner, key, to)
        return redirect(self.request, to, toast)


async def posted(request: Request, me: Bound) -> AsyncIterator[Posted]:
    """FastAPI dependency."""
    async with request.form(max_files=0) as form:
        yield Posted(form, clock.now(), request, me)


Form = Annotated[Posted, Depends(posted)]
