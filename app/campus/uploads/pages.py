"""Photos over HTTP, each address made for one session."""

import hmac
from enum import StrEnum

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select

from app.campus.people.me import COOKIE, Me, anyone
from app.campus.uploads.models import Upload
from app.kit.db import Database
from app.kit.errors import Forbidden, NotFound

YEAR = 365 * 24 * 3600
COOKIES = (COOKIE, "desk")

pages = APIRouter(dependencies=[Depends(anyone)])


class Size(StrEnum):
    FULL = "full"
    SMALL = "small"


def address(request: Request, me: Me, upload_id: int, size: Size = Size.FULL) -> str:
    """Where `me`, who was found to be allowed to see the photo, can load it: nobody else can.

    The service that shows a photo decides; the address is its grant. It ends with the session.
    """
    return f"/h5/uploads/{upload_id}/{size}/{_sign(request, me, upload_id, size)}.jpg"


def _sign(request: Request, me: Me, upload_id: int, size: Size) -> str:
    key: str = request.app.state.secret_key
    said = f"upload:{upload_id}:{size}:{me.session_id}"
    return hmac.new(key.encode(), said.encode(), "sha256").hexdigest()[:32]


@pages.get("/{upload_id}/{size}/{signature}.jpg")
async def photo(request: Request, upload_id: int, size: Size, signature: str) -> Response:
    """The JPEG, for the session that its address was made for, on the phone or at the desk."""
    await _admit(request, upload_id, size, signature)
    column = Upload.picture if size is Size.FULL else Upload.thumbnail
    database: Database = request.app.state.database
    async with database.session() as db:
        data = await db.scalar(select(column).where(Upload.id == upload_id))
    if data is None:
        raise NotFound("这张照片已经删了")
    kept = {"cache-control": f"private, max-age={YEAR}, immutable"}
    return Response(data, media_type="image/jpeg", headers=kept)


async def _admit(request: Request, upload_id: int, size: Size, signature: str) -> None:
    for cookie in COOKIES:
        me: Me | None = await request.app.state.recognise(request, cookie)
        if me and hmac.compare_digest(
            signature.encode(), _sign(request, me, upload_id, size).encode()
        ):
            return
    raise Forbidden("这张照片只给相关的人看，回原来那一页再点开")
