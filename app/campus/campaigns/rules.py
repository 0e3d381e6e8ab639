"""What may follow what in a campaign's life, and how far it is. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

WINDOW = timedelta(seconds=60)  # what 「每分钟」 is measured over
OPEN = ("waiting", "sending")
TOLD = ("sent", "delivered")
STAGES = {
    "draft": "草稿",
    "asked": "等人核对",
    "scheduled": "定好了时间",
    "running": "正在发",
    "paused": "停住了",
    "done": "发完了",
    "cancelled": "不发了",
}


def seal(content: Mapping[str, Any]) -> str:
    """A short digest of what a campaign says and to whom: who confirms, confirms this."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is. `rate`: told in a minute; `seconds` left, None if nobody knows.

    `all` counts the phones; who has none, or switched the notice off, is in `kept`.
    """

    all: int
    done: int
    told: int
    kept: int
    rate: int
    seconds: int | None

    @property
    def left(self) -> int:
        return self.all - self.done

    @property
    def percent(self) -> int:
        """100 only when nothing is left."""
        return 100 if not self.left else min(99, self.done * 100 // self.all)


def progress(
    states: Mapping[str, int], recent: int, started_at: datetime | None, now: datetime
) -> Progress:
    """From deliveries by state, and how many were tried within WINDOW."""
    kept = states.get("kept", 0)
    everybody = sum(states.values()) - kept
    left = sum(states.get(state, 0) for state in OPEN)
    since = min(WINDOW, now - started_at) if started_at else WINDOW
    rate = round(recent * 60 / max(since.total_seconds(), 1))
    seconds = -(-left * 60 // rate) if rate else None
    told = sum(states.get(state, 0) for state in TOLD)
    return Progress(everybody, everybody - left, told, kept, rate, seconds)


def say_left(seconds: int) -> str:
    """「还要 40 秒」, 「还要 3 分钟」, 「还要 1 小时 20 分」."""
    if seconds < 90:
        return f"还要 {max(seconds, 1)} 秒"
    minutes = -(-seconds // 60)
    if minutes < 90:
        return f"还要 {minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    return f"还要 {hours} 小时 {minutes} 分" if minutes else f"还要 {hours} 小时"
