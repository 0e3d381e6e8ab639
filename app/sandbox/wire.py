"""The log of raw exchanges that the panel shows, with secrets masked."""

import re
from dataclasses import dataclass
from typing import Literal

Tone = Literal["ok", "warn", "bad"]
_SECRET = re.compile(r'("(?:appsecret|secret|access_token)"\s*:\s*")([^"]{4})[^"]*(")')
_SHOWN = 4000  # characters of one body


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `key` groups the tries of one message; `ms` its duration."""

    id: int
    at: float
    direction: Literal["push", "api"]
    title: str
    note: str
    status: str
    tone: Tone
    ms: int
    request: str
    sent: str
    reply: str
    received: str
    key: str = ""


def request_line(method: str, path: str, query: dict[str, str]) -> str:
    """`POST /wechat?signature=5f1c…a9&…`: long values shortened, which masks tokens too."""
    shown = {key: _short(key, value) for key, value in query.items()}
    pairs = "&".join(f"{key}={value}" for key, value in shown.items())
    return f"{method} {path}" + (f"?{pairs}" if pairs else "")


def body_shown(text: str) -> str:
    """A body for the panel: secrets masked, long ones cut."""
    masked = _SECRET.sub(r"\1\2…\3", text)
    return masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…"


def _short(key: str, value: str) -> str:
    if key in ("secret", "appsecret"):
        return "***"
    if key == "openid" or len(value) <= 16:
        return value
    return f"{value[:4]}…{value[-2:]}"
