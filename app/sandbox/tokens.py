"""access_token of both endpoints: how long it lives, and what kills it."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from app.sandbox.errors import ApiError

OVERLAP = 300  # seconds an old token outlives a new one
_FORM = re.compile(r"\d{2}_[A-Za-z0-9_-]{100,500}")


@dataclass
class _Current:
    token: str = ""
    until: float = 0.0


class Tokens:
    """Live tokens of one account. The two endpoints know nothing of each other's."""

    def __init__(self, now: Callable[[], float], life: int, force_gap: int) -> None:
        self._now = now
        self._life = life
        self._force_gap = force_gap
        self._until: dict[str, float] = {}
        self._plain = _Current()
        self._stable = _Current()
        self._ticket = _Current()
        self._forced_at = 0.0

    def plain(self) -> tuple[str, int]:
        """A new token on every call and its seconds; the one before lives 5 min at most."""
        self._shorten(self._plain)
        self._plain = self._issue()
        return self._plain.token, self._life

    def stable(self) -> tuple[str, int]:
        """The same token while it has over 5 min to live, then a new one beside it."""
        left = int(self._stable.until - self._now())
        if self._stable.token not in self._until or left < min(OVERLAP, self._life):
            self._stable = self._issue()
            left = self._life
        return self._stable.token, left

    def ticket(self) -> tuple[str, int]:
        """The JS-SDK's: the same one for as long as a token lives, and the seconds it has left."""
        if self._ticket.until <= self._now():
            self._ticket = _Current(secrets.token_urlsafe(64), self._now() + self._life)
        return self._ticket.token, int(self._ticket.until - self._now())

    def may_force(self) -> bool:
        """Whether a forced refresh would renew: within 30 s of the last one it does not."""
        return self._now() - self._forced_at >= self._force_gap

    def force(self) -> tuple[str, int]:
        """A new stable token; the old one is dead at once."""
        self._until.pop(self._stable.token, None)
        self._forced_at = self._now()
        self._stable = self._issue()
        return self._stable.token, self._life

    def check(self, token: str) -> None:
        """41001 missing, 40014 malformed, 40001 unknown or replaced, 42001 too old."""
        if not token:
            raise ApiError(41001)
        if not _FORM.fullmatch(token):
            raise ApiError(40014)
        until = self._until.get(token)
        if until is None:
            raise ApiError(40001)
        if until <= self._now():
            raise ApiError(42001)

    def revoke(self, token: str) -> None:
        """Kill one token as if the account's secret had been changed."""
        self._until.pop(token, None)

    def expire(self, token: str) -> None:
        """End one token's time now."""
        if token in self._until:
            self._until[token] = self._now()
            for current in (self._plain, self._stable):
                if current.token == token:
                    current.until = self._now()

    def _issue(self) -> _Current:
        token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(102)}"
        current = _Current(token, self._now() + self._life)
        if len(self._until) > 1000:
            self._until = dict(list(self._until.items())[-500:])
        self._until[token] = current.until
        return current

    def _shorten(self, current: _Current) -> None:
        if current.token in self._until:
            self._until[current.token] = min(current.until, self._now() + OVERLAP)
