"""Template messages and subscription notices: what is taken, for whom, and what comes of it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.sandbox.errors import ApiError, ControlError
from app.sandbox.people import Person, openid_of
from app.sandbox.templates import Template, private, subscribed
from app.sandbox.told import Told

REMEMBERED = 600  # seconds for which a client_msg_id is known
FATES = {"block": "failed:user block", "system": "failed: system failed"}


@dataclass(frozen=True)
class Taken:
    """A message that was taken: its number, whom it goes to, and whether it is a repeat."""

    msg_id: int
    openid: str
    again: bool = False


class Letters:
    """Of one account: templates, a crowd without phones, refusals, keys, and what was told."""

    def __init__(self, now: Callable[[], float], app_id: str) -> None:
        self._now = now
        self._app_id = app_id
        self._numbers = itertools.count(int(now() * 1000) * 1000)
        self._keys: dict[tuple[str, str], tuple[float, int]] = {}
        self.templates: dict[str, Template] = private(app_id)
        self.notices: dict[str, Template] = subscribed(app_id)
        self.crowd: dict[str, None] = {}
        self.refusals: dict[str, int | str] = {}
        self.credits: dict[tuple[str, str], int] = {}
        self.told = Told()

    def number(self) -> int:
        """The next message's."""
        return next(self._numbers)

    def gather(self, count: int) -> list[str]:
        """Make the crowd `count` followers large; their openids, the same every time."""
        names = (f"crowd#{number}" for number in range(count))
        self.crowd = dict.fromkeys(openid_of(self._app_id, name) for name in names)
        return list(self.crowd)

    def refuse(self, openids: list[str], why: int | str) -> None:
        """From now on answer `why` (an errcode), or let the receipt say it (block, system); 0 or
        an empty text ends it.
        """
        if isinstance(why, str) and why and why not in FATES:
            raise ControlError("why 是错误码、block 或 system")
        for openid in openids:
            self.refusals.pop(openid, None)
            if why:
                self.refusals[openid] = why

    def fate(self, openid: str) -> str:
        """What the receipt for this follower says."""
        return FATES.get(str(self.refusals.get(openid, "")), "success")

    def check(self, openid: str, person: Person | None) -> None:
        """40003 nobody, 43004 who left must follow again first, or what `refuse` set."""
        why = self.refusals.get(openid, 0)
        if isinstance(why, int) and why:
            raise ApiError(why)
        if person is None:
            if openid not in self.crowd:
                raise ApiError(40003)
        elif not person.follows:
            raise ApiError(43004 if person.since else 40003)

    def credits_of(self, openid: str) -> dict[str, int]:
        """How many notices of each template the follower still allows."""
        return {one: self.credits.get((openid, one), 0) for one in self.notices}

    def known(self, openid: str, key: str) -> int | None:
        """The number that this client_msg_id was answered with in the last ten minutes."""
        found = self._keys.get((openid, key))
        if found is None or found[0] <= self._now() - REMEMBERED:
            return None
        return found[1]

    def remember(self, openid: str, key: str, msg_id: int) -> None:
        """Keep the key; forget those that are too old."""
        self._keys.pop((openid, key), None)
        self._keys[openid, key] = (self._now(), msg_id)
        while (first := next(iter(self._keys))) and self._keys[first][
            0
        ] <= self._now() - REMEMBERED:
            del self._keys[first]

    def template(self, body: dict[str, Any], person: Person | None) -> tuple[Taken, "Shown | None"]:
        """Take a template message, or a repeat of one. Raises the platform's errors."""
        openid, key = str(body.get("touser", "")), str(body.get("client_msg_id", ""))
        self.check(openid, person)
        template = self.templates.get(str(body.get("template_id", "")))
        if template is None:
            raise ApiError(40037)
        rows = template.rows(body.get("data"))
        if key and (known := self.known(openid, key)) is not None:
            return Taken(known, openid, again=True), None
        msg_id = self.number()
        if key:
            self.remember(openid, key, msg_id)
        return Taken(msg_id, openid), self._tell(openid, "template", template, rows, body)

    def notice(self, body: dict[str, Any], person: Person | None) -> tuple[Taken, "Shown | None"]:
        """Take a subscription notice, which uses up one accept; 43101 without any."""
        openid, identity = str(body.get("touser", "")), str(body.get("template_id", ""))
        self.check(openid, person)
        template = self.notices.get(identity)
        if template is None:
            raise ApiError(40037)
        rows = template.rows(body.get("data"))
        left = self.credits.get((openid, identity), 0)
        if left < 1:
            raise ApiError(43101)
        self.credits[openid, identity] = left - 1
        return Taken(self.number(), openid), self._tell(openid, "notice", template, rows, body)

    def _tell(
        self,
        openid: str,
        kind: str,
        template: Template,
        rows: list[list[str]],
        body: dict[str, Any],
    ) -> "Shown | None":
        if self.fate(openid) != "success":
            return None
        url = str(body.get("url") or body.get("page") or "")
        self.told.add(openid, kind, template.title, [rows, url])
        return Shown(template.title, rows, url)


@dataclass(frozen=True)
class Shown:
    """What the phone shows: (title, value) rows, and where 「详情」 leads."""

    title: str
    rows: list[list[str]]
    url: str
