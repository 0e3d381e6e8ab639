"""Who pushes figures to us: counters and meters that know the shared token."""

import hmac

from fastapi import Request

from app.kit.errors import Forbidden


async def machine(request: Request) -> None:
    """FastAPI dependency: refuse unless `Authorization: Bearer <PUSH_TOKEN>` is right."""
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), request.app.state.push_token.encode()):
        raise Forbidden("令牌不对，检查 Authorization 头")
