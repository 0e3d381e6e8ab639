"""Where counters push their figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError

from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.machines import machine
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
    counts = await _counts(request)
    taken = await take(db, counts, clock.now())
    return {"taken": taken, "old": len(counts) - taken}


async def _counts(request: Request) -> list[Count]:
    """The body, read only after the token was right, and never past the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Invalid("一次最多 64 KB，分几次传")
    try:
        return COUNTS.validate_json(bytes(body))
    except ValidationError as error:
        wrong = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()[:20]]
        raise RequestValidationError(wrong) from error
