"""Temporary media: upload and download."""

from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from app.sandbox.api.call import Call, Endpoint
from app.sandbox.errors import ApiError

# Largest size in bytes, and the error above it.
_LIMITS = {
    "image": (10 << 20, 40009),
    "voice": (2 << 20, 40010),
    "video": (10 << 20, 40011),
    "thumb": (64 << 10, 40012),
}


async def upload(call: Call) -> dict[str, Any]:
    """The field `media` of a form; a file name that is not ASCII makes it 41005, as there."""
    kind = call.arg("type")
    if kind not in _LIMITS:
        raise ApiError(40004)
    name, content_type, content = await file_of(call)
    most, code = _LIMITS[kind]
    if not 0 < len(content) <= most:
        raise ApiError(code)
    item = call.platform.store(kind, content, content_type, name)
    field = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, field: item.id, "created_at": int(item.created)}


async def get(call: Call) -> dict[str, Any] | Response:
    """The bytes; for a video the JSON of where they are; 40007 unknown or over three days old."""
    platform = call.platform
    item = platform.media.get(call.arg("media_id"))
    if item is None or item.until <= platform.now():
        raise ApiError(40007)
    if item.kind == "video":
        return {"video_url": f"{platform.settings.public_url}/sandbox/media/{item.id}"}
    headers = {"Content-disposition": f'attachment; filename="{item.filename}"'}
    return Response(item.content, media_type=item.content_type, headers=headers)


async def file_of(call: Call) -> tuple[str, str, bytes]:
    """Name, content type and bytes of the form's `media`."""

    async def once() -> AsyncGenerator[bytes, None]:
        yield call.body

    if "multipart/form-data" not in call.request.headers.get("content-type", ""):
        raise ApiError(41005)
    try:
        form = await MultiPartParser(call.request.headers, once()).parse()
    except (MultiPartException, KeyError) as error:
        raise ApiError(41005) from error
    try:
        file = form.get("media")
        if not isinstance(file, UploadFile) or not (file.filename or "").isascii():
            raise ApiError(41005)
        kind = file.content_type or "application/octet-stream"
        return file.filename or "media", kind, await file.read()
    finally:
        await form.close()


ENDPOINTS = [
    Endpoint("/cgi-bin/media/upload", upload),
    Endpoint("/cgi-bin/media/get", get, "GET"),
]
