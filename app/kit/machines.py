"""Who pushes figures to us: counters and meters that know the shared token."""

import hmac

from fastapi import Request

from app.kit.errors import Forbidden


async def machine(request: Request) -> None:
    """FastAPI dependency: refuse unless `Authorization: Bearer <PUSH_TOKEN>` is right.

    Where PUSH_TOKEN is empty nobody gets in.
    """
    token: str = request.app.state.push_token
    sent = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise Forbidden("令牌不对，检查 Authorization 头")
