"""Those who hold a phone: who they are, what they chatted, what they may still be sent."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from app.sandbox.errors import ApiError

LineSide = Literal["me", "them", "note"]


@dataclass(frozen=True)
class Line:
    """One thing in a chat: `kind` says which keys `data` has; `at` is Unix seconds."""

    id: int
    at: float
    side: LineSide
    kind: str
    data: dict[str, Any]


@dataclass
class Grant:
    """The right to send customer-service messages until `until`, `left` more of them."""

    kind: Literal["message", "tap"]
    until: float
    left: int


@dataclass
class Person:
    """A phone's owner. `since` is when they followed; `scene` the code they followed by."""

    openid: str
    name: str
    note: str
    avatar: str = ""
    follows: bool = True
    since: float = 0.0
    scene: str = ""
    seen: float = 0.0
    grants: list[Grant] = field(default_factory=list)
    chat: list[Line] = field(default_factory=list)

    def allow(self, grant: Grant) -> None:
        """What they just did opens the window of its kind anew, in place of the former one."""
        self.grants = [old for old in self.grants if old.kind != grant.kind] + [grant]

    def spend(self, now: float) -> None:
        """Use one customer-service message: 45015 no window is open, 45047 none is left."""
        alive = sorted((g for g in self.grants if g.until > now), key=lambda g: g.until)
        if not alive:
            raise ApiError(45015)
        grant = next((g for g in alive if g.left > 0), None)
        if grant is None:
            raise ApiError(45047)
        grant.left -= 1


@dataclass
class Tag:
    """A tag of the account and the openids that have it."""

    name: str
    members: set[str] = field(default_factory=set)


_DEMO = [
    ("林晓雨", "学生，3号楼 501", "girl", True),
    ("周子墨", "新生，还没选房", "boy", True),
    ("王建国", "水电师傅，3号楼片区", "worker", True),
    ("李桂芳", "3号楼宿管", "aunt", True),
    ("赵敏", "水电班长，管派单", "", True),
    ("周主任", "饮食中心，答复来信", "", True),
    ("陈悦", "运营，管后台", "", True),
    ("路人", "正要关注，什么都没填", "", False),
]


def openid_of(app_id: str, name: str) -> str:
    """28 characters, the same after every restart, so that the account knows them again."""
    digest = hashlib.sha256(f"{app_id}:{name}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


def demo_people(app_id: str, now: float) -> dict[str, Person]:
    """The eight of the demo campus by openid; the last one does not follow yet."""
    people = [
        Person(openid_of(app_id, name), name, note, avatar, follows, now if follows else 0.0)
        for name, note, avatar, follows in _DEMO
    ]
    return {person.openid: person for person in people}
