"""After the repair: confirmed, rated, or not mended after all."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import Response

from app.campus.people.me import Bound
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import CampusError
from app.kit.pages import redirect
from app.services.repairs import closing, parts
from app.services.repairs.closing import SILENCE
from app.services.repairs.models import Order
from app.services.repairs.pages_form import Sent
from app.services.repairs.pages_links import page_of
from app.services.repairs.pages_order import Number, Sending, say, shown
from app.services.repairs.words import TAGS

SAYS = ("很差", "不太好", "一般", "不错", "非常好")
pages = APIRouter()


@pages.post("/{number}/confirm")
async def confirm(request: Request, db: Db, me: Bound, number: Number) -> Response:
    await closing.confirm(db, me, await parts.find(db, me, number), clock.now())
    return redirect(request, page_of(number), "确认好了")


@pages.get("/{number}/rate")
async def ask_rate(request: Request, db: Db, me: Bound, number: Number) -> Response:
    return await shown(request, db, me, number, "rate", **_stars())


def _stars(
    stars: int | None = None, tags: list[str] | None = None, words: str = "", error: str = ""
) -> dict[str, object]:
    return {"tags": TAGS, "says": SAYS, "silence": SILENCE, "error": error,
            "typed": {"stars": stars, "tags": tags or [], "words": words}}  # fmt: skip


Tag = Annotated[str, Field(max_length=20)]


@pages.post("/{number}/rate")
async def rate(
    *, request: Request, db: Db, me: Bound, number: Number,
    stars: Annotated[int | None, Form(ge=1, le=5)] = None,
    tag: Annotated[list[Tag], Form(max_length=10)] = [],  # noqa: B006 FastAPI copies it
    words: Annotated[str, Form(max_length=600)] = "",
) -> Response:  # fmt: skip
    """Stars, tags and words, once; what was typed stays if it is refused."""
    order = await parts.find(db, me, number)
    try:
        async with db.begin_nested():
            await closing.rate(db, me, order, clock.now(), stars=stars or 0, tags=tag, words=words)
    except CampusError as refusal:
        kept = _stars(stars, tag, words, str(refusal))
        return await shown(request, db, me, number, "rate", code=refusal.status, **kept)
    return redirect(request, page_of(number), "记下了，谢谢你说一声")


@pages.get("/{number}/rework")
async def ask_rework(request: Request, db: Db, me: Bound, number: Number) -> Response:
    return await shown(request, db, me, number, "rework", typed=Sent(), error="", sdk=True)


@pages.post("/{number}/rework")
async def rework(request: Request, db: Db, me: Bound, number: Number, form: Sending) -> Response:
    """It is broken again: the same worker comes back, with these words and photos."""

    async def verb(order: Order, now: datetime, words: str, ids: list[int]) -> None:
        await closing.rework(db, me, order, now, words=words, uploads=ids)

    return await say(
        request, db, me, number, form, template="rework", verb=verb,
        toast="记下了，让原来的师傅再来",
    )  # fmt: skip
