"""How often an API may be called a day, and how often that count may be cleared."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.sandbox.errors import ApiError

MESSAGES = "/cgi-bin/message/"
_ZONE = ZoneInfo("Asia/Shanghai")


class Quotas:
    """Counts by Beijing day; `limits` maps a path to its own limit, `otherwise` is the rest's.

    `minutely` is the limit of one minute for each way of sending, None for none.
    """

    def __init__(
        self,
        now: Callable[[], float],
        limits: dict[str, int],
        otherwise: int,
        monthly: int,
        minutely: int | None = None,
    ) -> None:
        self._now = now
        self._limits = limits
        self._otherwise = otherwise
        self._monthly = monthly
        self._minutely = minutely
        self._minute = (0, Counter[str]())
        self._day = (0, "")
        self._used: Counter[tuple[str, str]] = Counter()
        self._cleared: Counter[str] = Counter()

    def spend(self, path: str) -> None:
        """Count one call of `path`; 45009 once the day's limit is used up, 45011 the minute's."""
        minute = int(self._now() // 60)
        if self._minutely is not None and path.startswith(MESSAGES):
            self._spend_minute(minute, path)
        if self._day[0] != minute:
            self._day = (minute, self._today().isoformat())
        key = (self._day[1], path)
        if self._used[key] >= self._limits.get(path, self._otherwise):
            raise ApiError(45009)
        self._used[key] += 1

    def _spend_minute(self, minute: int, path: str) -> None:
        if self._minute[0] != minute:
            self._minute = (minute, Counter())
        if self._minute[1][path] >= (self._minutely or 0):
            raise ApiError(45011)
        self._minute[1][path] += 1

    def clear(self) -> None:
        """Start the day anew; 48006 after the month's clearings are used up."""
        month = self._today().strftime("%Y-%m")
        if self._cleared[month] >= self._monthly:
            raise ApiError(48006)
        self._cleared[month] += 1
        self._used.clear()

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now(), _ZONE).date()
