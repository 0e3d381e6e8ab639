"""Tags of followers."""

from typing import Any

from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.people import Tag

LONGEST, MOST, MOST_AT_ONCE = 30, 100, 50


async def create(call: Call) -> dict[str, Any]:
    """A new one; 45157 for a name that is taken, 45158 too long, 45056 too many."""
    tags, part = call.platform.tags, call.json().get("tag")
    name = str(part.get("name", "")) if isinstance(part, dict) else ""
    if not name or name in {tag.name for tag in tags.values()}:
        raise ApiError(45157)
    if len(name) > LONGEST:
        raise ApiError(45158)
    if len(tags) >= MOST:
        raise ApiError(45056)
    number = max(tags, default=99) + 1
    tags[number] = Tag(name)
    return {"tag": {"id": number, "name": name}}


async def get(call: Call) -> dict[str, Any]:
    """All of them."""
    return {
        "tags": [
            {"id": number, "name": tag.name, "count": len(tag.members)}
            for number, tag in call.platform.tags.items()
        ]
    }


async def give(call: Call) -> dict[str, Any]:
    """Tag up to 50 followers; 45159 no such tag, 40032 too many, 40003 nobody."""
    body, platform = call.json(), call.platform
    tag, openids = platform.tags.get(body.get("tagid", 0)), body.get("openid_list")
    if tag is None:
        raise ApiError(45159)
    if not isinstance(openids, list) or not 1 <= len(openids) <= MOST_AT_ONCE:
        raise ApiError(40032)
    for openid in openids:
        platform.letters.check(str(openid), platform.people.get(str(openid)))
    tag.members |= {str(openid) for openid in openids}
    return OK


ENDPOINTS = [
    Endpoint("/cgi-bin/tags/create", create),
    Endpoint("/cgi-bin/tags/get", get, "GET"),
    Endpoint("/cgi-bin/tags/members/batchtagging", give),
]
