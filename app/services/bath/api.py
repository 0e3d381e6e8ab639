"""Where counters push their figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field, TypeAdapter

from app.kit import clock
from app.kit.db import Db
from app.kit.machines import machine, pushed
from app.services.bath.counts import Count, take

MOST_BYTES = 64 * 1024
COUNTS = TypeAdapter(Annotated[list[Count], Field(max_length=100)])

api = APIRouter()


@api.post("/counts", dependencies=[Depends(machine)])
async def push(request: Request, db: Db) -> dict[str, int]:
    """Take a JSON list of `Count`, at most 100, all or none.

    Answers {"taken": n, "old": n}: an equal or older figure than the last is left out.
    403 wrong token, 404 unknown house, 422 a figure that cannot be right.
    """
    counts = await pushed(request, COUNTS, MOST_BYTES)
    taken = await take(db, counts, clock.now())
    return {"taken": taken, "old": len(counts) - taken}
