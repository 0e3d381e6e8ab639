"""Who is placed where, of those left over: by college, major, class and habits. Pure.

The same people, beds and seed always give the same result.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.services.rooms.rules import like_mindedness


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody of a pool, in need of a bed or already in one (for whom newcomers would join)."""

    person_id: int
    pool_id: int
    college: str = ""
    class_name: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def major(self) -> str:
        """「计算机2403」 → 「计算机」: classes of a major differ by their digits."""
        return self.class_name.rstrip("0123456789-班 ")


@dataclass(frozen=True, slots=True)
class Spot:
    """A free bed. Rooms are filled in the order of `room`, which is the order of the doors."""

    bed_id: int
    pool_id: int
    room_id: int


@dataclass(frozen=True, slots=True)
class Placed:
    """`why`: what spoke for the room, in Chinese."""

    person_id: int
    bed_id: int
    why: str


def affinity(one: Newcomer, other: Newcomer) -> int:
    """How much speaks for these two in one room."""
    same = 200 * bool(one.class_name and one.class_name == other.class_name)
    same += 120 * bool(one.major and one.major == other.major)
    same += 80 * bool(one.college and one.college == other.college)
    return same + like_mindedness(one.answers, other.answers)


def place(
    people: Sequence[Newcomer],
    spots: Sequence[Spot],
    living: Mapping[int, Sequence[Newcomer]],
    seed: int,
) -> list[Placed]:
    """A bed for as many of `people` as there are; `living`: who is in which room already.

    Pool by pool; rooms that somebody lives in are filled first, each bed with whoever of those
    left gets on best with the room. Ties are drawn from the seed.
    """
    placed: list[Placed] = []
    for pool_id in sorted({one.pool_id for one in people}):
        dice = random.Random(f"{seed}:{pool_id}")  # noqa: S311 to be the same again is the point
        waiting = sorted((p for p in people if p.pool_id == pool_id), key=lambda p: p.person_id)
        dice.shuffle(waiting)
        rooms: dict[int, list[Spot]] = {}
        for spot in spots:
            if spot.pool_id == pool_id:
                rooms.setdefault(spot.room_id, []).append(spot)
        order = sorted(rooms, key=lambda room: not living.get(room))
        for room_id in order:
            placed += _fill(rooms[room_id], list(living.get(room_id, ())), waiting)
    return placed


def _fill(spots: list[Spot], mates: list[Newcomer], waiting: list[Newcomer]) -> list[Placed]:
    """Fill one room from `waiting`, which loses them; who lives there counts from the start."""
    placed = []
    for spot in spots:
        if not waiting:
            break
        if mates:
            best = max(waiting, key=lambda one: sum(affinity(one, mate) for mate in mates))
        else:
            best = waiting[0]
        waiting.remove(best)
        placed.append(Placed(best.person_id, spot.bed_id, _why(best, mates)))
        mates.append(best)
    return placed


def _why(one: Newcomer, mates: list[Newcomer]) -> str:
    if not mates:
        return "空房间"
    if one.class_name and any(one.class_name == mate.class_name for mate in mates):
        return "有同班同学"
    if one.major and any(one.major == mate.major for mate in mates):
        return "有同专业同学"
    if one.college and any(one.college == mate.college for mate in mates):
        return "有同学院同学"
    alike = sum(like_mindedness(one.answers, mate.answers) for mate in mates) / len(mates)
    return "作息相近" if alike >= 60 else "还有空床"


def digest(placed: Sequence[Placed], seed: int) -> str:
    """What a placement that was shown is known by when it is applied."""
    said = ";".join(f"{p.person_id}:{p.bed_id}" for p in placed)
    return hashlib.sha256(f"{seed}|{said}".encode()).hexdigest()[:16]
