"""Web logins: the codes of the authorize page, and which person's phone a browser plays."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.sandbox.errors import ApiError

LIFE = 300  # seconds of a code
PHONE = "sandbox_phone"


@dataclass
class Code:
    """What one code stands for; a snapshot's openid belongs to nobody."""

    openid: str
    snapshot: bool
    until: float
    used: bool = False


class Logins:
    """Codes and cookie jars of one account."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._codes: dict[str, Code] = {}
        self._jars: dict[str, dict[str, str]] = {}

    def issue(self, openid: str, *, snapshot: bool = False) -> str:
        """A code to exchange once within five minutes."""
        name = f"0{secrets.token_urlsafe(23)[:31]}"
        shown = f"o{secrets.token_urlsafe(24)[:27]}" if snapshot else openid
        self._codes[name] = Code(shown, snapshot, self._now() + LIFE)
        return name

    def take(self, name: str) -> Code:
        """Use the code up; 40029 unknown, 40163 used, 42003 too old."""
        code = self._codes.get(name)
        if code is None:
            raise ApiError(40029)
        if code.used:
            raise ApiError(40163)
        if code.until <= self._now():
            raise ApiError(42003)
        code.used = True
        return code

    def change_phone(
        self, openid: str, cookies: Mapping[str, str], names: Iterable[str]
    ) -> dict[str, str | None]:
        """The cookies (None: gone) of a browser that plays `openid`'s phone from now on.

        A browser has one jar for this machine, whatever the port, but each person has a phone:
        what is in it now is kept for its owner, and what this one had comes back.
        """
        owner = cookies.get(PHONE)
        if owner == openid:
            return {}
        if owner:
            self._jars[owner] = {name: cookies[name] for name in names if name in cookies}
        theirs = self._jars.get(openid, {})
        return {PHONE: openid, **{name: theirs.get(name) for name in names}}
