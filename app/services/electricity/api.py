"""Where meters push their figures."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field, TypeAdapter

from app.kit import clock
from app.kit.db import Db
from app.kit.machines import machine, pushed
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
    readings = await pushed(request, READINGS, MOST_BYTES)
    report = await record_rooms(db, readings, clock.now())
    return {"taken": report.taken, "known": report.known, "unknown": report.unknown}
