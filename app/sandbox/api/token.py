"""access_token, from both endpoints."""

from typing import Any

from app.sandbox.api.call import Call, Endpoint
from app.sandbox.errors import ApiError


async def plain(call: Call) -> dict[str, Any]:
    """/cgi-bin/token: a new one on every call."""
    if call.arg("grant_type") != "client_credential":
        raise ApiError(40002)
    know(call, call.arg("appid"), call.arg("secret"))
    call.platform.quotas.spend("/cgi-bin/token")
    token, left = call.platform.tokens.plain()
    return {"access_token": token, "expires_in": left}


async def stable(call: Call) -> dict[str, Any]:
    """/cgi-bin/stable_token: the same one while it lives, unless forced."""
    body = call.json()
    if body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    know(call, str(body.get("appid", "")), str(body.get("secret", "")))
    platform = call.platform
    if body.get("force_refresh") is True and platform.tokens.may_force():
        platform.quotas.spend("/cgi-bin/stable_token force")
        token, left = platform.tokens.force()
    else:
        platform.quotas.spend("/cgi-bin/stable_token")
        token, left = platform.tokens.stable()
    return {"access_token": token, "expires_in": left}


def know(call: Call, app_id: str, secret: str) -> None:
    """Refuse whoever is not this account."""
    settings = call.platform.settings
    if not app_id:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    if app_id != settings.app_id:
        raise ApiError(40013)
    if secret != settings.app_secret:
        raise ApiError(40125)


ENDPOINTS = [
    Endpoint("/cgi-bin/token", plain, "GET", token=False),
    Endpoint("/cgi-bin/stable_token", stable, token=False),
]
