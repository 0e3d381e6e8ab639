"""What the pages show of a round: floors and rooms as cards, and a room's beds as a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.rooms import words
from app.services.rooms.view import FloorCount, RoomCount


@dataclass(frozen=True, slots=True)
class Card:
    """A room on its floor. `spots`: whether each bed is free, as dots; `label`: for the ear."""

    id: int
    number: str
    free: int
    spots: tuple[bool, ...]
    says: str
    label: str


def card(room: RoomCount, hint: str = "") -> Card:
    """`hint` (「2 位同专业」) stands instead of what is free, where there is one."""
    beds = [bed for bed in room.beds if bed[2] != "x"] or list(room.beds)
    free = words.free_beds(beds)
    count = f"余 {room.free} 张：{free}" if room.free else free
    says = hint if hint and room.free else f"{room.faces} {free}".strip()
    return Card(
        room.id, room.number, room.free, tuple(letter == "f" for _, _, letter in room.beds), says,
        words.listed((f"{room.number} 室", room.faces, count, hint)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A bed on the plan. `state`: a letter of the view, or `m` for one's own, `held` if only so."""

    id: int
    number: str
    level: str
    state: str
    says: str
    near: str = ""
    held: bool = False

    @property
    def free(self) -> bool:
        return self.state == "f"

    @property
    def where(self) -> str:
        """「4号床 下铺 靠门」."""
        return " ".join(filter(None, (f"{self.number}号床", self.level, self.near)))


@dataclass(frozen=True, slots=True)
class Plan:
    """`left` and `right`: stacks of beds from the window to the door. `desks`: how many stand
    apart, where the bunks leave room for them."""

    left: tuple[tuple[Spot, ...], ...]
    right: tuple[tuple[Spot, ...], ...]
    desks: int

    def where(self, bed_id: int | None) -> str:
        """What a bed of the plan is called; empty for none."""
        stacks = (*self.left, *self.right)
        return next((spot.where for beds in stacks for spot in beds if spot.id == bed_id), "")

    @property
    def rows(self) -> list[tuple[tuple[Spot, ...] | None, tuple[Spot, ...] | None]]:
        """Left and right, row by row; None where nothing stands."""
        longest = max(len(self.left), len(self.right))
        return [
            (self.left[n] if n < len(self.left) else None,
             self.right[n] if n < len(self.right) else None)
            for n in range(longest)
        ]  # fmt: skip


def plan(
    room: RoomCount, known: Sequence[Mapping[str, Any]], names: Mapping[int, str], own: set[int]
) -> Plan:
    """Where the beds stand: as the list of the room says, else as rooms usually are.

    `known`: [{"bed": label, "x": 0 or 1, "y": row, "level": words}]. `names`: who is in a bed, as
    others see them. `own`: one's own beds.
    """
    stacks = _listed(room, known) or _usual(room)
    rows = 1 + max((y for _, y, _ in stacks), default=0)

    def spots(side: int) -> tuple[tuple[Spot, ...], ...]:
        here = sorted(stack for stack in stacks if stack[0] == side)
        return tuple(
            tuple(_spot(room, n, level, _near(y, rows), names, own) for n, level in beds)
            for _, y, beds in here
        )

    left, right = spots(0), spots(1)
    bunks = len(room.beds) > 4
    return Plan(left, right, len(room.beds) if bunks and len(left) != len(right) else 0)


Stack = tuple[int, int, list[tuple[int, str]]]  # side, row, [(position of a bed, level)]


def _listed(room: RoomCount, known: Sequence[Mapping[str, Any]]) -> list[Stack]:
    """What the list says, if it knows every bed of the room."""
    where = {str(one.get("bed")): one for one in known}
    stacks: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for n, (_, label, _) in enumerate(room.beds):
        one = where.get(label) or where.get(words.short(label))
        if one is None:
            return []
        place = int(bool(one.get("x"))), int(one.get("y") or 0)
        level = str(one.get("level") or words.level(label, len(room.beds)))
        stacks.setdefault(place, []).append((n, level))
    return [(x, y, beds) for (x, y), beds in stacks.items()]


def _usual(room: RoomCount) -> list[Stack]:
    """Pairs of bunks, or single beds over desks; the first half at the left, from the window."""
    total = len(room.beds)
    high = 2 if total > 4 else 1
    each = [
        [(k, words.level(room.beds[k][1], total)) for k in range(n, min(n + high, total))]
        for n in range(0, total, high)
    ]
    half = (len(each) + 1) // 2
    # The prototype's order: 1-2 left and 5-6 right at the window, 3-4 left at the door.
    return [(int(n >= half), n % half if n >= half else n, beds) for n, beds in enumerate(each)]


def _near(row: int, rows: int) -> str:
    if rows == 1:
        return ""
    return "靠窗" if row == 0 else "靠门" if row == rows - 1 else ""


def _spot(  # noqa: PLR0917 - a bed with all that is known of it
    room: RoomCount, n: int, level: str, near: str, names: Mapping[int, str], own: set[int]
) -> Spot:
    id, label, letter = room.beds[n]
    state = "m" if id in own else letter
    says = {
        "f": words.listed(("可选", near)), "h": "有同学在考虑", "t": names.get(id, "有同学住了"),
        "m": "给你留着" if letter == "h" else "你的床",
    }.get(state, "这一轮不选")  # fmt: skip
    return Spot(id, words.short(label), level, state, says, near, state == "m" and letter == "h")


def drawn(floors: Sequence[FloorCount]) -> list[tuple[int, int, list[bool]]]:
    """For the picture of a building, top floor first: (floor, free beds, a window for each pair
    of rooms: whether there is a free bed behind it)."""
    return [
        (floor.floor, floor.free,
         [any(room.free for room in floor.rooms[n:n + 2]) for n in range(0, len(floor.rooms), 2)])
        for floor in reversed(floors)
    ]  # fmt: skip
