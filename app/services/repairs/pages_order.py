"""One order: how it stands, and what its reporter does with it while it is open."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.uploads import address, save_all
from app.kit import clock, once
from app.kit.db import Db
from app.kit.errors import CampusError, NotFound
from app.kit.pages import redirect, render
from app.services.repairs import closing, follows, orders, parts, shown_words
from app.services.repairs.models import Order
from app.services.repairs.pages_form import Sent, sent, slot_of, slots
from app.services.repairs.pages_links import HOME, page_of, small
from app.services.repairs.shown import look
from app.services.repairs.words import LABELS, say_slot

pages = APIRouter()
Number = Annotated[str, Field(max_length=20)]
Words = Annotated[str, Form(max_length=600)]


async def shown(
    request: Request, db: AsyncSession, me: Me, number: str, template: str, **more: Any
) -> Response:
    """A page about an order that `me` may see. Raises NotFound for any other."""
    now = clock.now()
    found = await look(db, me, number, now)
    return render(
        request, f"repairs/{template}.html", more.pop("code", 200), shown=found, order=found.order,
        page=page_of(number), stages=shown_words.STAGES, stage=shown_words.stage(found.state),
        label=LABELS[found.state], words=shown_words, say_slot=say_slot,
        photo=lambda upload: address(request, me, upload),
        small=lambda upload: small(request, me, upload), **more,
    )  # fmt: skip


@pages.get("/{number}")
async def one(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """The order; asked again every half a minute by itself, which takes its live parts."""
    return await shown(request, db, me, number, "order")


@pages.post("/{number}/urge")
async def urge(request: Request, db: Db, me: Bound, number: Number) -> Response:
    order = await parts.find(db, me, number)
    await orders.urge(db, me, order, clock.now())
    return redirect(request, page_of(number), "催了，师傅和班长都知道了")


@pages.post("/{number}/follow", dependencies=[Depends(sent)])
async def follow(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """「我也遇到」: from the form with all that was typed, before one has part in the order."""
    order = await db.scalar(select(Order).where(Order.number == number))
    if order is None:
        raise NotFound(parts.NO_ORDER)
    new = await follows.follow(db, me, order, clock.now())
    return redirect(request, page_of(number), "跟进上了，有进展就告诉你" if new else "")


@pages.post("/{number}/unfollow")
async def unfollow(request: Request, db: Db, me: Bound, number: Number) -> Response:
    await follows.unfollow(db, me, await parts.find(db, me, number))
    return redirect(request, HOME, "不跟进了")


@pages.get("/{number}/withdraw")
async def ask_withdraw(request: Request, db: Db, me: Bound, number: Number) -> Response:
    """The question of the dialog, where there is no script."""
    return await shown(request, db, me, number, "withdraw")


@pages.post("/{number}/withdraw")
async def withdraw(
    request: Request, db: Db, me: Bound, number: Number, words: Words = ""
) -> Response:
    order = await parts.find(db, me, number)
    await closing.withdraw(db, me, order, clock.now(), reason=words)
    return redirect(request, page_of(number), "撤了，师傅不会来了")


@pages.get("/{number}/edit")
async def ask_edit(request: Request, db: Db, me: Bound, number: Number) -> Response:
    found = await look(db, me, number, clock.now())
    order = found.order
    slot = (
        order.slot_from.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H")
        if order.slot_from
        else ""
    )
    typed = Sent(
        words=order.words, spot=order.spot, phone=order.phone, key=order.key_with_keeper, slot=slot
    )
    return await _edit(request, db, me, number, typed=typed)


async def _edit(
    request: Request, db: AsyncSession, me: Me, number: str, *, typed: Sent, error: str = "",
    code: int = 200,
) -> Response:  # fmt: skip
    return await shown(
        request, db, me, number, "edit", typed=typed, error=error, code=code,
        slots=slots(clock.now()),
    )  # fmt: skip


Sending = Annotated[tuple[Sent, list[UploadFile]], Depends(sent)]


@pages.post("/{number}/edit")
async def edit(request: Request, db: Db, me: Bound, number: Number, form: Sending) -> Response:
    """Changed until somebody is on the way; what was typed stays if it is refused."""
    typed, _ = form
    order = await parts.find(db, me, number)
    now = clock.now()
    try:
        async with db.begin_nested():
            slot = slot_of(typed.slot)
            kept = slot is not None and slot.starts == order.slot_from
            await orders.edit(
                db, me, order, now, words=typed.words, spot=typed.spot, phone=typed.phone,
                slot=None if kept else slot, key_with_keeper=typed.key,
            )  # fmt: skip
    except CampusError as refusal:
        return await _edit(
            request, db, me, number, typed=typed, error=str(refusal), code=refusal.status
        )
    return redirect(request, page_of(number), "改好了")


@pages.get("/{number}/add")
async def ask_add(request: Request, db: Db, me: Bound, number: Number) -> Response:
    return await shown(request, db, me, number, "add", typed=Sent(), error="", sdk=True)


Say = Callable[[Order, datetime, str, list[int]], Awaitable[object]]


async def say(
    request: Request, db: AsyncSession, me: Me, number: str, form: Sending, *,
    template: str, verb: Say, toast: str,
) -> Response:  # fmt: skip
    """Do what a form of words and photos asks, once; what was typed stays if it is refused.

    `verb` takes the order, the moment, the words and the ids of the uploads.
    """
    typed, files = form
    order = await parts.find(db, me, number)
    now, owner = clock.now(), f"repairs:{me.person_id}"
    try:
        async with db.begin_nested():
            if await once.first(db, owner, typed.once, now) is None:
                uploads = await save_all(db, files, person_id=me.person_id, now=now)
                await verb(order, now, typed.words, [upload.id for upload in uploads])
    except CampusError as refusal:
        said = {"typed": typed, "error": str(refusal), "code": refusal.status, "sdk": True}
        return await shown(request, db, me, number, template, **said)
    return redirect(request, page_of(number), toast)


@pages.post("/{number}/add")
async def add(request: Request, db: Db, me: Bound, number: Number, form: Sending) -> Response:
    """Words and photos that come later."""

    async def verb(order: Order, now: datetime, words: str, ids: list[int]) -> None:
        await orders.add(db, me, order, now, words=words, uploads=ids)

    return await say(
        request, db, me, number, form, template="add", verb=verb, toast="补上了，师傅看得到"
    )
