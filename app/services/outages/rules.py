"""What a cut is, when it is over, and how its time is said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.kit.clock import SHANGHAI, WEEKDAYS

UNSAID = timedelta(hours=12)  # after its end with no word from an operator, a cut counts as over
EARLY = timedelta(hours=9)  # quiet hours end at 7:00: what is held until then comes too late
LONGEST = timedelta(days=14)


class Kind(StrEnum):
    WATER = "water"
    POWER = "power"
    HOT_WATER = "hot_water"
    HEATING = "heating"


class Phase(StrEnum):
    """`LATE`: its time has passed, and nobody has said that it is back."""

    SOON = "soon"
    NOW = "now"
    LATE = "late"
    OVER = "over"


OFF = {Kind.WATER: "停水", Kind.POWER: "停电", Kind.HOT_WATER: "停热水", Kind.HEATING: "停暖气"}
BACK = {Kind.WATER: "来水", Kind.POWER: "来电", Kind.HOT_WATER: "来热水", Kind.HEATING: "来暖气"}
ICONS = {Kind.WATER: "drop", Kind.POWER: "bolt", Kind.HOT_WATER: "shower", Kind.HEATING: "fire"}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A building, or one floor or one room of it."""

    building_id: int
    floor: int | None = None
    room_id: int | None = None

    def holds(self, building_id: int, floor: int | None = None, room_id: int | None = None) -> bool:
        """Whether the room (or any of the building, or of the floor) lies in it."""
        if self.building_id != building_id:
            return False
        if self.room_id is not None and room_id is not None:
            return self.room_id == room_id
        return self.floor is None or floor is None or self.floor == floor


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that is off, as it was announced. `places` are never none."""

    id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    reason: str
    contact: str
    places: tuple[Place, ...]
    over_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def phase(self, now: datetime) -> Phase:
        if self.over_at or self.withdrawn_at or now >= self.ends_at + UNSAID:
            return Phase.OVER
        if now < self.starts_at:
            return Phase.SOON
        return Phase.NOW if now < self.ends_at else Phase.LATE

    def reaches(self, place: Place) -> bool:
        """Whether it has to do with a room, a floor or a building."""
        return any(p.holds(place.building_id, place.floor, place.room_id) for p in self.places)


def urgent(starts_at: datetime, now: datetime) -> bool:
    """Whether people are to be told even at night: it has begun, or begins before they would know.

    What begins within nine hours of 22:30 would otherwise be told after 7:00, with no time left
    to fill a basin.
    """
    return starts_at - now <= EARLY


def say_time(at: datetime, now: datetime) -> str:
    """「今天 14:00」, 「明天 8:00」, 「11月23日 周一 8:00」."""
    at = at.astimezone(SHANGHAI)
    return f"{say_day(at, now)} {_hour(at)}"


def say_day(at: datetime, now: datetime) -> str:
    """「今天」, 「明天」, 「昨天」, else 「11月23日 周一」."""
    at, now = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    near = {0: "今天", 1: "明天", -1: "昨天"}.get((at.date() - now.date()).days)
    return near or f"{at.month}月{at.day}日 {WEEKDAYS[at.weekday()]}"


def say_span(starts: datetime, ends: datetime, now: datetime) -> str:
    """「明天 8:00–18:00」, or with both days where it goes past midnight."""
    starts, ends = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    last = _hour(ends) if starts.date() == ends.date() else say_time(ends, now)
    return f"{say_time(starts, now)}–{last}"


def say_left(left: timedelta) -> str:
    """「40 分钟」, 「3 小时」, 「2 天」, rounded down, at least a minute."""
    minutes = max(int(left.total_seconds() // 60), 1)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // (24 * 60)} 天"


def headline(cut: Cut, now: datetime) -> str:
    """What a reader came for: a time. 「今天 18:00 来水」, 「明天 8:00 停水」."""
    off, back = OFF[cut.kind], BACK[cut.kind]
    if cut.withdrawn_at:
        return f"不{off}了"
    if cut.over_at:
        return f"{say_time(cut.over_at, now)} 已经{back}"
    match cut.phase(now):
        case Phase.SOON:
            return f"{say_time(cut.starts_at, now)} {off}"
        case Phase.NOW:
            return f"预计{say_time(cut.ends_at, now)} {back}"
        case Phase.LATE:
            return f"过了{say_time(cut.ends_at, now)}，还没{back}"
        case Phase.OVER:
            return f"{say_time(cut.ends_at, now)} 该{back}了"


def sorted_cuts(cuts: Iterable[Cut], now: datetime) -> list[Cut]:
    """What is off now first, then what comes, the soonest first."""
    order = {Phase.LATE: 0, Phase.NOW: 0, Phase.SOON: 1, Phase.OVER: 2}
    return sorted(cuts, key=lambda cut: (order[cut.phase(now)], cut.starts_at, cut.id))


def _hour(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"
