"""Forms that only our own pages can send, and that work once."""

import hmac

from fastapi import Request

from app.kit.errors import Forbidden

FIELD, HEADER = "csrf", "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIES = ("sid", "desk")  # whichever session the browser has


def csrf_token(request: Request) -> str:
    """The token that a form or an htmx request of this browser's session must carry."""
    session = next((request.cookies[name] for name in COOKIES if name in request.cookies), "")
    key: str = request.app.state.secret_key
    return hmac.new(key.encode(), f"csrf:{session}".encode(), "sha256").hexdigest()


async def same_site(request: Request) -> None:
    """FastAPI dependency of all pages: refuse a changing request that another site made."""
    if request.method in SAFE:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("这一步要在微后勤的页面里做")
    sent = request.headers.get(HEADER)
    if sent is None:
        sent = str((await request.form()).get(FIELD, ""))
    if not hmac.compare_digest(sent.encode(), csrf_token(request).encode()):
        raise Forbidden("这一页放太久了，刷新一下再做一次，填的内容还在")
