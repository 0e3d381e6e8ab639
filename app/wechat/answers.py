"""What the API answers: JSON in text/plain, errors with HTTP 200, success without errcode."""

from __future__ import annotations

import json
from typing import Any

import httpx

from app.wechat.errors import AlreadySent, TransportFailed, api_error


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
        error = api_error(code, str(answer.get("errmsg", ""))[:500])
        if isinstance(error, AlreadySent):
            error.msg_id = number(answer, "msg_id")
        raise error
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


def number(answer: dict[str, Any], name: str) -> str:
    """An id that comes as a number of up to 64 bits or as digits; empty where there is none."""
    value = answer.get(name)
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""


def rows(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects; an absent one is empty. Raises TransportFailed for anything else."""
    value = answer.get(name) or []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise TransportFailed(f"the answer's {name} is not a list")
    return value


def _errcode(answer: dict[str, Any]) -> int:
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else 0
