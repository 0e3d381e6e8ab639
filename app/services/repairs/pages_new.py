"""Reporting a fault: the form, and sending it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, UploadFile
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.people.models import Person
from app.campus.uploads import Upload, save_all
from app.kit import clock, once
from app.kit.db import Db
from app.kit.errors import CampusError, Invalid
from app.kit.pages import redirect, render
from app.services.repairs import orders
from app.services.repairs.kinds import kinds, offered
from app.services.repairs.models import Kind, Order, Photo
from app.services.repairs.pages_ask import address_of, choices, live, same_as
from app.services.repairs.pages_form import Sent, Spot, asked, sent, slot_of, slots, spot_of
from app.services.repairs.pages_links import HOME, page_of, small
from app.services.repairs.rules import Source
from app.services.repairs.words import say_promise

PHONE = re.compile(r"[\d+ -]{5,20}")
pages = APIRouter()


class Wrong(Invalid):
    """A refusal beside the field that it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@pages.get("/new")
async def form(
    request: Request, db: Db, me: Bound, typed: Annotated[Sent, Depends(asked)]
) -> Response:
    """The form, filled with what is known: one's room or the scanned door, and the telephone."""
    if not typed.phone:
        typed.phone = await db.scalar(select(Person.phone).where(Person.id == me.person_id)) or ""
    return await _form(request, db, me, typed)


async def _form(
    request: Request, db: AsyncSession, me: Me, typed: Sent, *,
    refusal: CampusError | None = None, field: str = "words",
) -> Response:  # fmt: skip
    now, errors = clock.now(), {field: str(refusal)} if refusal else {}
    spot = None
    try:
        spot = await spot_of(db, me, typed, address_of(request))
    except CampusError as error:
        errors.setdefault("place", str(error))
    every, own = await kinds.within(db), await _own_photo(db, me, typed.photo)
    return render(
        request, "repairs/new.html", refusal.status if refusal else 200,
        typed=typed, spot=spot, errors=errors, kinds=offered(every), sdk=True,
        slots=slots(now), live=await live(request, db, me, typed, spot),
        photo=small(request, me, own) if own else "", **await choices(db, typed),
    )  # fmt: skip


@pages.post("/new")
async def send(
    request: Request, db: Db, me: Bound,
    form: Annotated[tuple[Sent, list[UploadFile]], Depends(sent)],
) -> Response:  # fmt: skip
    """Report it, once however often it is sent; what was typed stays if something is wrong."""
    typed, files = form
    now, owner = clock.now(), f"repairs:{me.person_id}"
    try:
        async with db.begin_nested():  # a refused one leaves neither photos nor the form's key
            led_to = await once.first(db, owner, typed.once, now)
            if led_to is not None:
                return redirect(request, led_to or HOME)
            order = await _report(request, db, me, typed, files=files, now=now)
            await once.led_to(db, owner, typed.once, page_of(order.number))
    except Wrong as wrong:
        return await _form(request, db, me, typed, refusal=wrong, field=wrong.field)
    except CampusError as refusal:
        return await _form(request, db, me, typed, refusal=refusal)
    assert order.finish_by is not None  # noqa: S101 every order is reported with clocks
    says = say_promise(order.finish_by, now)
    return redirect(request, page_of(order.number), f"报上了，{says}")


async def _report(
    request: Request, db: AsyncSession, me: Me, typed: Sent, *, files: Sequence[UploadFile],
    now: datetime,
) -> Order:  # fmt: skip
    spot, kind = await _checked(request, db, me, typed, now)
    own = await _own_photo(db, me, typed.photo)
    try:
        uploads = await save_all(db, files, person_id=me.person_id, now=now)
    except Invalid as error:
        raise Wrong("photos", str(error)) from error
    new = orders.New(
        kind.id, typed.sign if typed.sign in kind.signs else "", typed.words, spot.room_id,
        spot.building_id, typed.spot, typed.phone, typed.urgent, slot_of(typed.slot), typed.key,
        typed.answers, Source.CHAT if own else spot.source,
    )  # fmt: skip
    ids = [*([own] if own else []), *(upload.id for upload in uploads)]
    return await orders.report(db, me, new, now, uploads=ids)


async def _checked(
    request: Request, db: AsyncSession, me: Me, typed: Sent, now: datetime
) -> tuple[Spot, Kind]:
    """Place and kind. Raises Wrong beside the field; also for a fault that was reported before."""
    try:
        spot = await spot_of(db, me, typed, address_of(request))
    except CampusError as error:
        raise Wrong("place", str(error)) from error
    if spot is None:
        raise Wrong("place", "选一下哪里坏了")
    if spot.room_id is None and not typed.spot.strip():
        raise Wrong("spot", "写一下具体在哪，比如「3 层楼道」")
    every = await kinds.within(db)
    kind = every.get(typed.kind) if typed.kind else None
    if kind is None or kind.gone_at:
        raise Wrong("kind", "选一下什么坏了")
    if typed.phone.strip() and not PHONE.fullmatch(typed.phone.strip()):
        raise Wrong("phone", "电话只写数字，不想留就空着")
    try:
        if (slot := slot_of(typed.slot)) is not None:
            orders.check_slot(slot, now)
    except Invalid as error:
        raise Wrong("slot", str(error)) from error
    if await same_as(db, me, typed, kind, spot):
        raise Wrong("kind", "这里有人报过同一类，看看下面是不是同一件")
    return spot, kind


async def _own_photo(db: AsyncSession, me: Me, upload_id: int | None) -> int | None:
    """A photo that `me` sent through the chat and that no order has yet, or None."""
    if upload_id is None:
        return None
    used = select(Photo.upload_id).where(Photo.upload_id == upload_id).exists()
    mine = select(Upload.id).where(Upload.id == upload_id, Upload.person_id == me.person_id, ~used)
    found: int | None = await db.scalar(mine)
    return found
