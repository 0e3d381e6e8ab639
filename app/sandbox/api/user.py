"""Followers: who they are, as far as the platform still tells."""

from typing import Any

from app.sandbox.api.call import Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.platform import Platform

PAGE = 10_000
BATCH = 100


async def info(call: Call) -> dict[str, Any]:
    """One of them; no name and no picture, as since 2021-12-27."""
    return _about(call.platform, call.arg("openid"))


async def batch(call: Call) -> dict[str, Any]:
    """Up to 100 of them."""
    rows = call.json().get("user_list")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ApiError(47001)
    if not 1 <= len(rows) <= BATCH:
        raise ApiError(40003)
    listed = [_about(call.platform, str(row.get("openid", ""))) for row in rows]
    return {"user_info_list": listed}


async def get(call: Call) -> dict[str, Any]:
    """Openids of all who follow, a page at a time after `next_openid`."""
    openids = call.platform.followers()
    after = call.arg("next_openid")
    if after and after not in openids:
        raise ApiError(40003)
    page = openids[openids.index(after) + 1 if after else 0 :][:PAGE]
    data = {"data": {"openid": page}} if page else {}
    last = page[-1] if page else ""
    return {"total": len(openids), "count": len(page), **data, "next_openid": last}


def _about(platform: Platform, openid: str) -> dict[str, Any]:
    person = platform.follower(openid)
    if person is None:
        raise ApiError(40003)
    tags = [number for number, tag in platform.tags.items() if openid in tag.members]
    if not person.follows:
        return {"subscribe": 0, "openid": openid, "tagid_list": []}
    return {
        "subscribe": 1, "openid": openid, "language": "zh_CN",
        "subscribe_time": int(person.since), "remark": "", "groupid": 0, "tagid_list": tags,
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0, "qr_scene_str": person.scene,
    }  # fmt: skip


ENDPOINTS = [
    Endpoint("/cgi-bin/user/info", info, "GET"),
    Endpoint("/cgi-bin/user/info/batchget", batch),
    Endpoint("/cgi-bin/user/get", get, "GET"),
]
