"""Who is sent: the workers who could come, best first, each with the reasons in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt

EARTH = 6_371_000.0  # metres
NEAR, FAR = 300.0, 3000.0  # metres that still count as near; beyond which it makes no difference
AGAIN = 1000
OWN, SLOT, HERE, FULL, EACH = 35, 20, 20, 300, 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Worker:
    """What is known of somebody who has the trade and the area, is on shift and not on leave.

    `area` is the name of the one area that they answer for, or empty. `load` of `most` orders at
    a time. `near`: latitude and longitude of the building they were last sent to, `building_id`
    that building. `again`: they mended this before. `slot`: on shift when the visit begins, too.
    `idle_since`: when they were last given an order.
    """

    person_id: int
    name: str
    trade: str
    area: str = ""
    load: int = 0
    most: int = 5
    near: Point | None = None
    building_id: int | None = None
    again: bool = False
    slot: bool = True
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be sent; `score` higher is better, `reasons` are shown as they stand."""

    worker_id: int
    name: str
    score: int
    reasons: tuple[str, ...]
    load: int
    most: int


def metres(one: Point, other: Point) -> float:
    """How far apart two points (latitude, longitude in degrees) are, on the ground."""
    (a, b), (c, d) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def rank(
    workers: Iterable[Worker], *, place: Point | None, building_id: int | None
) -> list[Candidate]:
    """Best first: who mended it before, then own area, few orders, a short way.

    The order does not depend on the order of `workers`.
    """
    found = [(_candidate(worker, place, building_id), worker) for worker in workers]
    found.sort(key=lambda pair: (-pair[0].score, pair[1].load, *_idle(pair[1])))
    return [candidate for candidate, _ in found]


def _idle(worker: Worker) -> tuple[float, int]:
    since = worker.idle_since
    return (since.timestamp() if since else 0.0, worker.person_id)


def _candidate(worker: Worker, place: Point | None, building_id: int | None) -> Candidate:
    score, reasons = 0, []
    if worker.again:
        score += AGAIN
        reasons.append("上次就是他修的")
    if worker.area:
        score += OWN
        reasons.append(f"他管{' ' if worker.area[0].isdecimal() else ''}{worker.area}")
    reasons.append(f"会{worker.trade}")
    score -= EACH * worker.load + (FULL if worker.load >= worker.most else 0)
    reasons.append(_say_load(worker))
    way, said = _way(worker, place, building_id)
    score += way
    reasons += [said] if said else []
    if worker.slot:
        score += SLOT
    else:
        reasons.append("约的时间他不在班")
    return Candidate(worker.person_id, worker.name, score, tuple(reasons), worker.load, worker.most)


def _say_load(worker: Worker) -> str:
    if worker.load == 0:
        return "手上空着"
    if worker.load >= worker.most:
        return f"手上满了，{worker.load} 单"
    return f"手上{'只' if worker.load == 1 else ''}有 {worker.load} 单"


def _way(worker: Worker, place: Point | None, building_id: int | None) -> tuple[int, str]:
    """Points and words for the way: the farther, the fewer, down to none."""
    if building_id is not None and worker.building_id == building_id:
        return HERE, "就在这栋楼"
    if place is None or worker.near is None:
        return 0, ""
    far = metres(place, worker.near)
    said = f"离这里 {max(50, round(far / 50) * 50)} 米" if far <= NEAR else ""
    return round(HERE * max(0.0, 1 - far / FAR) * 0.9), said
