"""Web login (snsapi_base) and JS-SDK signatures: what is said between our pages and WeChat."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.wechat.answers import required

OPEN_URL = "https://open.weixin.qq.com"
CODE_SECONDS = 300  # for which a code may be exchanged, once


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose code it was. A `snapshot` visitor only looks at a picture of the page: their
    openid is made up, and must never be given an account.
    """

    openid: str
    snapshot: bool


def authorize_url(app_id: str, redirect_uri: str, state: str, open_url: str = OPEN_URL) -> str:
    """Where a browser is sent to come back to `redirect_uri` with `code` and `state`.

    WeChat checks the order of the parameters and the fragment. Raises ValueError for a
    `state` that is not 1 to 128 letters and digits.
    """
    if not (state.isascii() and state.isalnum() and len(state) <= 128):
        raise ValueError("a state is 1 to 128 letters and digits")
    query = urlencode(
        {
            "appid": app_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
    )
    return f"{open_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"


def visitor(answer: dict[str, Any]) -> Visitor:
    """From the answer of /sns/oauth2/access_token. Raises TransportFailed without an openid."""
    return Visitor(required(answer, "openid"), answer.get("is_snapshotuser") == 1)


def js_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The `signature` of `wx.config`, 40 hex digits, for a page at `url` (its #… is left out)."""
    page = url.partition("#")[0]
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324  # the platform's algorithm
