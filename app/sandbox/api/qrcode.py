"""Codes with a scene."""

import hashlib
import secrets
from typing import Any

from starlette.responses import Response

from app.sandbox.api.call import Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.platform import Code

MAX_SECONDS = 2_592_000
_TEMPORARY = {"QR_SCENE", "QR_STR_SCENE"}
_LASTING = {"QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"}
_SIDE = 25  # modules of the drawing


async def create(call: Call) -> dict[str, Any]:
    """A ticket for a scene: a number, or a string of 1 to 64 characters."""
    body = call.json()
    name = str(body.get("action_name", ""))
    if name not in _TEMPORARY | _LASTING:
        raise ApiError(40052)
    scene = _scene(body, by_text="STR" in name, lasting=name in _LASTING)
    seconds = body.get("expire_seconds", 60)
    if name in _TEMPORARY and not (isinstance(seconds, int) and 0 < seconds <= MAX_SECONDS):
        raise ApiError(40053)
    ticket = "gQ" + secrets.token_urlsafe(60)
    until = call.platform.now() + seconds if name in _TEMPORARY else None
    call.platform.codes[ticket] = Code(ticket, scene, until)
    call.platform.touch()
    url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
    life = {"expire_seconds": seconds} if name in _TEMPORARY else {}
    return {"ticket": ticket, **life, "url": url}


async def show(call: Call) -> Response:
    """The code as a picture; a drawing only, since no camera could follow it to this machine."""
    code = call.platform.codes.get(call.arg("ticket"))
    if code is None:
        return Response("", 404)
    return Response(_drawing(code), media_type="image/svg+xml")


def _scene(body: dict[str, Any], *, by_text: bool, lasting: bool) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get("scene_str" if by_text else "scene_id") if isinstance(scene, dict) else None
    if by_text:
        good = isinstance(value, str) and 1 <= len(value) <= 64
    else:
        most = 100_000 if lasting else 2**32 - 1
        good = isinstance(value, int) and 1 <= value <= most
    if not good:
        raise ApiError(40053)
    return str(value)


def _drawing(code: Code) -> str:
    bits = hashlib.shake_256(code.ticket.encode()).digest(_SIDE * _SIDE)
    cells = [
        f'<rect x="{x}" y="{y}" width="1" height="1"/>'
        for y in range(_SIDE)
        for x in range(_SIDE)
        if not _in_corner(x, y) and bits[y * _SIDE + x] & 1
    ]
    corners = "".join(
        f'<path fill-rule="evenodd" d="M{x} {y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z"/>'
        for x, y in ((0, 0), (_SIDE - 7, 0), (0, _SIDE - 7))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {_SIDE + 4} {_SIDE + 4}" '
        'width="430" height="430" shape-rendering="crispEdges"><path fill="#fff" '
        f'd="M-2-2h{_SIDE + 4}v{_SIDE + 4}h-{_SIDE + 4}z"/>{corners}{"".join(cells)}</svg>'
    )


def _in_corner(x: int, y: int) -> bool:
    far = _SIDE - 8
    return (x < 8 and (y < 8 or y >= far)) or (x >= far and y < 8)


ENDPOINTS = [
    Endpoint("/cgi-bin/qrcode/create", create),
    Endpoint("/cgi-bin/showqrcode", show, "GET", token=False),
]
