"""The exchange of a web login's code, and the ticket of the JS-SDK."""

import secrets
from typing import Any

from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.api.token import know
from app.sandbox.errors import ApiError

EXCHANGE = "/sns/oauth2/access_token"


async def exchange(call: Call) -> dict[str, Any]:
    """Whose login a code is; the token it gives is good for nothing here."""
    know(call, call.arg("appid"), call.arg("secret"))
    if call.arg("grant_type") != "authorization_code":
        raise ApiError(40002)
    if not call.arg("code"):
        raise ApiError(41008)
    code = call.platform.logins.take(call.arg("code"))
    if call.platform.faults.take("code_used", EXCHANGE):
        raise ApiError(40163)
    answer = {
        "access_token": f"99_{secrets.token_urlsafe(64)}", "expires_in": 7200,
        "refresh_token": f"99_{secrets.token_urlsafe(64)}", "openid": code.openid,
        "scope": "snsapi_base",
    }  # fmt: skip
    return {**answer, "is_snapshotuser": 1} if code.snapshot else answer


async def ticket(call: Call) -> dict[str, Any]:
    """The same ticket while it lives."""
    if call.arg("type") != "jsapi":
        raise ApiError(40097)
    value, seconds = call.platform.tokens.ticket()
    return {**OK, "ticket": value, "expires_in": seconds}


ENDPOINTS = [
    Endpoint(EXCHANGE, exchange, "GET", token=False),
    Endpoint("/cgi-bin/ticket/getticket", ticket, "GET"),
]
