"""Looking after the API itself: quotas, traces, addresses, the callback check."""

from typing import Any

import httpx

from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError


async def clear_quota(call: Call) -> dict[str, Any]:
    """Count today's calls from nought; ten times a month."""
    if call.json().get("appid") != call.platform.settings.app_id:
        raise ApiError(40013)
    call.platform.quotas.clear()
    return OK


async def rid_get(call: Call) -> dict[str, Any]:
    """What a rid stands for; 76001 if nobody remembers."""
    found = call.platform.rids.get(str(call.json().get("rid", "")))
    if found is None:
        raise ApiError(76001)
    return {**OK, "request": found}


async def addresses(call: Call) -> dict[str, Any]:
    """The platform's own addresses: here there is one."""
    return {"ip_list": ["127.0.0.1"]}


async def callback_check(call: Call) -> dict[str, Any]:
    """Whether the callback's host can be reached from here."""
    url = httpx.URL(call.platform.settings.callback_url)
    dns = [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    try:
        await call.platform.client.get(url, timeout=call.platform.settings.timeout)
        loss = "0%"
    except (httpx.HTTPError, OSError):
        loss = "100%"
    ping = [{"ip": url.host, "from_operator": "UNICOM", "package_loss": loss, "time": "1.000ms"}]
    return {"dns": dns, "ping": ping}


ENDPOINTS = [
    Endpoint("/cgi-bin/clear_quota", clear_quota),
    Endpoint("/cgi-bin/openapi/rid/get", rid_get),
    Endpoint("/cgi-bin/getcallbackip", addresses, "GET"),
    Endpoint("/cgi-bin/get_api_domain_ip", addresses, "GET"),
    Endpoint("/cgi-bin/callback/check", callback_check),
]
