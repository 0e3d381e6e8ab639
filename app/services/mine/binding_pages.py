"""The forms that bind and unbind."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.campus.people import binding
from app.campus.people.binding import Claim, Outcome
from app.campus.people.lookup import room_of
from app.campus.people.me import Bound, Here
from app.kit import clock, once
from app.kit.db import Db
from app.kit.errors import CampusError, Invalid
from app.kit.pages import redirect, render
from app.services.mine import words
from app.services.mine.cas_pages import chosen
from app.services.mine.forms import HOME, Typed, own_page

pages = APIRouter()


@pages.get("/bind")
async def form(request: Request, me: Here, next: str = "") -> Response:
    back = own_page(next)
    if me.person_id is not None:
        return redirect(request, back)
    return _form(request, Typed(next=back))


def _form(
    request: Request, typed: Typed, errors: dict[str, str] | None = None,
    refusal: CampusError | None = None,
) -> Response:  # fmt: skip
    status = refusal.status if refusal else 422 if errors else 200
    page = render(
        request, "mine/bind.html", status,
        typed=typed, errors=errors or {}, refusal=str(refusal or ""), cas=chosen() is not None,
    )  # fmt: skip
    page.headers["cache-control"] = "no-store"  # it holds what was typed of an ID card
    return page


@pages.post("/bind")
async def bind(request: Request, db: Db, me: Here, typed: Annotated[Typed, Form()]) -> Response:
    """Bind the phone; what was typed stays if it is refused."""
    back = own_page(typed.next)
    now, who = clock.now(), me.who or ""
    if not who:
        raise Invalid("绑定要在微信里做，从公众号的菜单进来")
    if errors := typed.errors:
        return _form(request, typed, errors)
    if (led_to := await once.first(db, who, typed.once, now)) is not None:
        return redirect(request, led_to or HOME)
    claim = Claim(typed.number, typed.name, typed.card)
    try:
        async with db.begin_nested():
            outcome = await binding.bind(
                db, request.app.state.database, who, claim, now, address=me.address
            )
    except CampusError as refusal:
        return _form(request, typed, refusal=refusal)
    there, toast = (back, "绑好了") if outcome is Outcome.BOUND else (HOME, "")
    await once.led_to(db, who, typed.once, there)
    return redirect(request, there, toast)


@pages.get("/unbind")
async def ask(request: Request, db: Db, me: Bound) -> Response:
    room = await room_of(db, me)
    name = room.name if room else ""
    return render(request, "mine/unbind.html", me=me, room=name, words=words)


@pages.post("/unbind")
async def unbind(request: Request, db: Db, me: Bound) -> Response:
    await binding.unbind(db, me, clock.now())
    return redirect(request, HOME, "解绑了")
