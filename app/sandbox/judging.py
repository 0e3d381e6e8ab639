"""What tests of sending ask of the platform: a crowd of followers, refusals, and what each got."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.sandbox.errors import ControlError
from app.sandbox.platform import Platform

MOST = 200_000


async def crowd(platform: Platform, body: dict[str, Any]) -> Any:
    """POST crowd {count}: that many followers without a phone; their openids, always the same."""
    count = body.get("count")
    if not isinstance(count, int) or not 0 <= count <= MOST:
        raise ControlError(f"count 是 0 到 {MOST}")
    return {"openids": platform.letters.gather(count)}


async def refuse(platform: Platform, body: dict[str, Any]) -> Any:
    """POST refuse {openids, why}: answer the errcode `why` for these, or let the receipt say
    "block" or "system"; 0 ends it.
    """
    openids, why = body.get("openids"), body.get("why", 0)
    if not isinstance(openids, list) or not isinstance(why, int | str):
        raise ControlError("要有 openids 和 why")
    platform.letters.refuse([str(openid) for openid in openids], why)
    return {"ok": True}


async def forget(platform: Platform, body: dict[str, Any]) -> Any:
    """POST forget: count what was told from nought."""
    platform.letters.told.clear()
    return {"ok": True}


async def told(request: Request) -> Response:
    """GET told: how many people and copies of each letter, and who got one twice;
    ?openid= the letters of one follower; ?people=1 {openid: copies of all letters}.
    """
    counted = request.app.state.platform.letters.told
    if openid := request.query_params.get("openid"):
        return JSONResponse({"letters": counted.of(openid)})
    if request.query_params.get("people"):
        return JSONResponse({"people": counted.people()})
    return JSONResponse(counted.summary())
