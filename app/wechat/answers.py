"""What the API answers: JSON in text/plain, errors with HTTP 200, success without errcode."""

from __future__ import annotations

import json
from typing import Any

import httpx

from app.wechat.errors import TransportFailed, api_error


def encode(body: dict[str, Any]) -> bytes:
    """JSON as raw UTF-8: WeChat refuses or shows literally what is escaped as \\uXXXX (40033)."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def decode(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a response. Raises TransportFailed or an ApiError."""
    if response.status_code != httpx.codes.OK:
        raise TransportFailed(f"HTTP {response.status_code}")
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError) as exc:
        raise TransportFailed("the answer is not JSON") from exc
    if not isinstance(answer, dict):
        raise TransportFailed("the answer is not a JSON object")
    code = _errcode(answer)
    if code:
        raise api_error(code, str(answer.get("errmsg", ""))[:500])
    return answer


def errcode(response: httpx.Response) -> int:
    """The errcode of any response, 0 where there is none; media are not searched for one."""
    if response.content[:1] != b"{":
        return 0
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return 0
    return _errcode(answer)


def required(answer: dict[str, Any], name: str) -> str:
    """A string that a success must have. Raises TransportFailed when it has not."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise TransportFailed(f"the answer has no {name}")
    return value


def _errcode(answer: dict[str, Any]) -> int:
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else 0
