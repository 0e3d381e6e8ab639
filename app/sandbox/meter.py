"""A stand-in for a university's meter gateway, with faults that can be switched on.

uvicorn --factory app.sandbox.meter:create_app

GET /meters?building=3号楼&room=501   bearer token; the protocol of the electricity gateway
PUT /faults {"fault": "slow" | "down" | "wrong" | "", "seconds": 5}
"""

import asyncio
import hashlib
import hmac
import os
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

SHANGHAI = timezone(timedelta(hours=8))
PRICE_FEN = 55
DAYS = 30


def create_app(token: str | None = None) -> FastAPI:
    """The gateway; `token` by default from `ELECTRICITY_GATEWAY_TOKEN`, "" lets everyone in.

    `app.state.asked` counts the questions that reached it.
    """
    app = FastAPI(title="电表网关（替身）", docs_url=None, redoc_url=None)
    app.state.token = os.environ.get("ELECTRICITY_GATEWAY_TOKEN", "") if token is None else token
    app.state.fault, app.state.seconds, app.state.asked = "", 5.0, 0
    app.add_api_route("/meters", meters, methods=["GET"], response_model=None)
    app.add_api_route("/faults", switch, methods=["PUT"])
    return app


async def switch(
    request: Request,
    fault: Annotated[Literal["slow", "down", "wrong", ""], Body()],
    seconds: Annotated[float, Body(ge=0, le=60)] = 5.0,
) -> dict[str, Any]:
    """Turn one fault on, or with "" all off."""
    request.app.state.fault, request.app.state.seconds = fault, seconds
    return {"fault": fault, "seconds": seconds}


async def meters(
    request: Request,
    building: Annotated[str, Query(max_length=40)],
    room: Annotated[str, Query(max_length=20)],
) -> Response:
    """The meters of one room; rooms are three digits, all others are unknown."""
    state = request.app.state
    state.asked += 1
    sent = request.headers.get("authorization", "").encode()
    if state.token and not hmac.compare_digest(sent, f"Bearer {state.token}".encode()):
        return JSONResponse({"error": "wrong token"}, 401)
    if state.fault == "down":
        return JSONResponse({"error": "meters are being serviced"}, 503)
    if state.fault == "wrong":
        return Response('{"meters": [{"circuit": "lighting", "balance_fen": "eight"', 200)
    if state.fault == "slow":
        await asyncio.sleep(state.seconds)
    if not (len(room) == 3 and room.isdecimal()):
        return JSONResponse({"error": "no such room"}, 404)
    now = datetime.now(SHANGHAI)
    circuits = ("lighting", "air_conditioning")
    return JSONResponse({"meters": [_meter(building + room, name, now) for name in circuits]})


def _meter(place: str, circuit: str, now: datetime) -> dict[str, Any]:
    """Figures that stay the same for the same room and day."""
    usual = 1500 + _dice(place + circuit, 3000)
    read_at = now.replace(minute=0, second=0, microsecond=0)
    dates = [now.date() - timedelta(days=back) for back in range(DAYS, 0, -1)]
    return {
        "circuit": circuit,
        "state": "正常",
        "balance_fen": 500 + _dice(f"{place}{circuit}{now.date()}", 6000),
        "price_fen": PRICE_FEN,
        "read_at": read_at.isoformat(),
        "days": [
            {"date": f"{date}", "wh": usual + _dice(f"{place}{circuit}{date}", 900)}
            for date in dates
        ],
        "topups": [
            {
                "at": (read_at - timedelta(days=12)).isoformat(),
                "fen": 5000,
                "balance_after_fen": 6130,
                "channel": "微信充值",
            }
        ],
    }


def _dice(seed: str, most: int) -> int:
    """A number from 0 to `most` - 1 that `seed` decides."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % most
