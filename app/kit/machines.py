"""Who pushes figures to us: counters and meters that know the shared token."""

import hmac
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from app.kit.errors import Forbidden, Invalid

T = TypeVar("T")
MOST_ERRORS = 20


async def machine(request: Request) -> None:
    """FastAPI dependency: refuse unless `Authorization: Bearer <PUSH_TOKEN>` is right.

    Where PUSH_TOKEN is empty nobody gets in.
    """
    token: str = request.app.state.push_token
    sent = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Forbidden("令牌不对，检查 Authorization 头")


async def pushed(request: Request, shape: TypeAdapter[T], most_bytes: int) -> T:
    """The JSON body as `shape`, read by the route itself: only after the token was right.

    Raises Invalid once it is longer than `most_bytes`, and reads no further;
    RequestValidationError with the first 20 figures that cannot be right.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Invalid(f"一次最多 {_size(most_bytes)}，分几次传")
    try:
        return shape.validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors()[:MOST_ERRORS]
        wrong = [{**item, "loc": ("body", *item["loc"])} for item in first]
        raise RequestValidationError(wrong) from error


def _size(count: int) -> str:
    return f"{count // 2**20} MB" if count >= 2**20 else f"{count // 2**10} KB"
