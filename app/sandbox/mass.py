"""Mass messages: the keys of the last day, the month's count of each follower, and each task."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.sandbox.errors import ApiError

KEPT = 24 * 3600  # seconds for which a clientmsgid is known
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Task:
    """One mass message; `links` are the addresses of its articles."""

    number: int
    status: str
    links: list[str]


class Mass:
    """Of one account. `quota` is how many a follower may get a month."""

    def __init__(self, now: Callable[[], float], quota: int) -> None:
        self._now = now
        self._quota = quota
        self._got: Counter[tuple[str, str]] = Counter()
        self._keys: dict[str, tuple[float, int]] = {}
        self.tasks: dict[int, Task] = {}

    def check(self, key: str) -> None:
        """45065 with its msg_id for a key of the last 24 hours, 45067 for one over 64 bytes."""
        if len(key.encode()) > 64:
            raise ApiError(45067)
        found = self._keys.get(key)
        if key and found and found[0] > self._now() - KEPT:
            raise ApiError(45065, msg_id=found[1])

    def take(self, number: int, key: str, links: list[str]) -> Task:
        """A task that was taken."""
        if key:
            self._keys[key] = (self._now(), number)
        self.tasks[number] = Task(number, "SENDING", links)
        return self.tasks[number]

    def may(self, openid: str) -> bool:
        """Whether the follower may get one more this month, which is then counted."""
        month = datetime.fromtimestamp(self._now(), _ZONE).strftime("%Y-%m")
        if self._got[month, openid] >= self._quota:
            return False
        self._got[month, openid] += 1
        return True
