"""The inbox: its list, one message, and what may reach the phone."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.campus.notify import inbox, preferences
from app.campus.notify.settings import settings
from app.campus.people.me import Bound, Here, Me
from app.campus.people.privacy import Subject
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import redirect, render
from app.services.inbox import words

HOME = "/h5/inbox"
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Name = Annotated[str, Field(max_length=100)]

pages = APIRouter()


def _reader(me: Me) -> Subject:
    return Subject(me.who, me.person_id)


@pages.get("")
async def index(
    request: Request, db: Db, me: Here, before: Annotated[Id | None, Query()] = None
) -> Response:
    """The newest messages; with `before` those that follow the message of that id."""
    found, following = await inbox.letters(db, _reader(me), before)
    services = request.app.state.services
    return render(
        request, "inbox/index.html", letters=found, following=following, first=before is None,
        unread=await inbox.unread(db, _reader(me)), notices=words.declared(services),
        icons={name: service.icon for name, service in services.items()}, words=words,
        age=clock.say_age,
    )  # fmt: skip


class Choice(BaseModel):
    """The form: every notice that stood on it, and those that are on."""

    shown: Annotated[list[Name], Field(max_length=200)] = []
    on: Annotated[list[Name], Field(max_length=200)] = []


@pages.get("/settings")
async def form(request: Request, db: Db, me: Bound) -> Response:
    """A switch for each notice that may be switched off, service by service."""
    services = request.app.state.services
    told = [(words.group(name, one), one.notices) for name, one in services.items() if one.notices]
    off = await preferences.muted(db, me.person_id) if me.person_id else set()
    quiet = [f"{at.hour}:{at.minute:02}" for at in (settings().quiet_from, settings().quiet_until)]
    return render(request, "inbox/settings.html", groups=told, off=off, quiet=quiet, sdk=True)


@pages.post("/settings")
async def choose(
    request: Request, db: Db, me: Bound, choice: Annotated[Choice, Form()]
) -> Response:
    """Switch on and off; what may not be switched off, or is unknown, is left alone."""
    notices = words.declared(request.app.state.services).values()
    optional = {notice.name for notice in notices if notice.optional}
    if me.person_id is not None:
        await preferences.choose(db, me.person_id, optional & set(choice.shown), choice.on)
    return redirect(request, HOME, "记住了")


@pages.post("/read")
async def read_all(request: Request, db: Db, me: Here, upto: Annotated[Id, Form()]) -> Response:
    """All that stood on the page are read."""
    await inbox.read_all(db, _reader(me), upto, clock.now())
    return redirect(request, HOME, "都看过了")


@pages.get("/{delivery_id}")
async def one(request: Request, db: Db, me: Here, delivery_id: Id) -> Response:
    """One message, which is read from now on."""
    letter = await inbox.read(db, _reader(me), delivery_id, clock.now())
    notices = words.declared(request.app.state.services)
    notice = notices.get(letter.notice)
    context: dict[str, Any] = {
        "letter": letter, "lines": words.lines(letter, notices), "title": words.title(letter.title),
        "optional": notice is not None and notice.optional and me.person_id is not None,
        "age": clock.say_age(letter.at, clock.now()),
        "leads": words.leads(letter, request.app.state.services),
    }  # fmt: skip
    return render(request, "inbox/one.html", **context)
