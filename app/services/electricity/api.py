"""Where meters push their figures."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError

from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.machines import machine
from app.services.electricity.readings import RoomReading, record_rooms

MOST_READINGS = 5000
MOST_BYTES = 8 * 1024 * 1024
READINGS = TypeAdapter(Annotated[list[RoomReading], Field(max_length=MOST_READINGS)])

api = APIRouter()


@api.post("/readings", dependencies=[Depends(machine)])
async def push(request: Request, db: Db) -> dict[str, Any]:
    """Take a JSON list of `RoomReading`, at most 5,000 and 8 MiB, all or none.

    Answers {"taken": meters that moved on, "known": those that did not, "unknown": [rooms]}.
    Sending the same again changes nothing. 403 wrong token, 422 a reading that cannot be right.
    """
    report = await record_rooms(db, await _readings(request), clock.now())
    return {"taken": report.taken, "known": report.known, "unknown": report.unknown}


async def _readings(request: Request) -> Sequence[RoomReading]:
    """The body, read only after the token was right, and never past the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Invalid("一次最多 8 MB，分几次传")
    try:
        return READINGS.validate_json(bytes(body))
    except ValidationError as error:
        wrong = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()[:20]]
        raise RequestValidationError(wrong) from error
