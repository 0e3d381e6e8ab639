"""A case that was written without a name: whoever has the receipt has the case."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import anyone
from app.campus.uploads import Upload
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.limits import attempt
from app.kit.pages import render
from app.services.feedback import thread
from app.services.feedback.links import RECEIPT, page_by
from app.services.feedback.models import Case, Line, Photo
from app.services.feedback.pages_form import Form
from app.services.feedback.parts import BY_RECEIPT, find_sealed

pages = APIRouter(prefix="/s", dependencies=[Depends(anyone)])
# In the query, never in the path: paths are logged.
Code = Annotated[str, Query(max_length=60)]
MOST, AN_HOUR = 20, timedelta(hours=1)
SLOWLY = "试得太多了，过一小时再来，号码在当时的页面上"
KEPT = {"referrer-policy": "no-referrer", "cache-control": "no-store"}


@pages.get("")
async def one(request: Request, db: Db, c: Code = "", new: bool = False) -> Response:
    """The case of a receipt; just sent, it says that the receipt is all there is. Without one,
    where it is typed."""
    if not c.strip():
        return render(request, "feedback/receipt.html")
    door = await _door(request, db, c)
    answer = await thread.show(door, fresh=new)
    answer.headers.update(KEPT)
    return answer


@pages.get("/photos/{upload_id}")
async def photo(
    request: Request, db: Db, upload_id: int, c: Code = "", small: bool = False
) -> Response:
    """A photo of the thread."""
    case = await _found(request, db, c)
    column = Upload.thumbnail if small else Upload.picture
    query = select(column).join(Photo, Photo.upload_id == Upload.id)
    query = query.join(Line, Line.id == Photo.line_id)
    either = Line.case_id.in_([case.id, *([case.merged_into_id] if case.merged_into_id else [])])
    data = await db.scalar(query.where(Upload.id == min(upload_id, 2**31 - 1), either))
    if data is None:
        raise NotFound("这张照片已经删了")
    kept = {"cache-control": "private, max-age=600"}
    return Response(data, media_type="image/jpeg", headers=kept)


def _page(deed: str) -> None:
    @pages.get(f"/{deed}", name=f"feedback-receipt-ask-{deed}")
    async def ask_deed(request: Request, db: Db, c: Code = "") -> Response:
        return await thread.show(await _door(request, db, c), "ask", deed=deed)


def _button(deed: str) -> None:
    @pages.post(f"/{deed}", name=f"feedback-receipt-{deed}")
    async def do(request: Request, db: Db, typed: Form, c: Code = "") -> Response:
        return await thread.press(await _door(request, db, c), deed, typed)


for _deed in thread.ASKS:
    _page(_deed)
for _deed in thread.DEEDS:
    _button(_deed)


async def _found(request: Request, db: AsyncSession, code: str) -> Case:
    try:
        return await find_sealed(db, code)
    except NotFound:
        await db.rollback()  # the count needs a connection, too: never two at once
        address = request.client.host if request.client else ""
        await attempt(
            request.app.state.database, f"feedback:receipt:{address}", clock.now(), most=MOST,
            within=AN_HOUR, sentence=SLOWLY,
        )  # fmt: skip
        raise


async def _door(request: Request, db: AsyncSession, code: str) -> thread.Door:
    case = await _found(request, db, code)
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    shown = "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))

    def photo(upload: int, small: bool) -> str:
        return f"{RECEIPT}/photos/{upload}?c={shown}{'&small=1' if small else ''}"

    def deed(name: str) -> str:
        return f"{RECEIPT}/{name}?c={shown}"

    return thread.Door(request, db, case, BY_RECEIPT, page_by(shown), deed, photo, shown)
