"""The log, played again from empty beds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.services.rooms.rules import BedState, Outcome, What

_HOLDS = (What.HOLD, What.OFFER)
_FREES = (What.RELEASE, What.EXPIRE, What.GIVEUP, What.WITHDRAW, What.OUT)
_PUTS = (What.PLACE, What.MOVE)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the log; those that were refused change nothing."""

    id: int
    what: str
    outcome: str
    person_id: int | None
    bed_id: int | None
    from_id: int | None


@dataclass(slots=True)
class Replay:
    """Who holds and has which bed after the events so far; `broken`: what could not happen."""

    held: dict[int, int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
    frozen: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def state(self, bed_id: int) -> tuple[str, int | None]:
        """State and owner of a bed; what is kept for a line counts as free."""
        if bed_id in self.frozen:
            return BedState.FROZEN, None
        if bed_id in self.taken:
            return BedState.TAKEN, self.taken[bed_id]
        if bed_id in self.held:
            return BedState.HELD, self.held[bed_id]
        return BedState.FREE, None

    def play(self, events: Iterable[Event]) -> None:
        """Apply events, in the order of their ids."""
        swaps: dict[int, int] = {}
        for event in events:
            if event.outcome != Outcome.DONE or event.bed_id is None:
                continue
            if event.what != What.SWAP and swaps:
                self._swap(swaps)
            if event.what == What.SWAP:
                swaps[event.bed_id] = event.person_id or 0
            else:
                self._one(event, event.bed_id)
        self._swap(swaps)

    def _one(self, event: Event, bed_id: int) -> None:
        person = event.person_id or 0
        if event.what in _HOLDS:
            self._expect(event, bed_id, BedState.FREE, None)
            if person in self.held.values():
                self.broken.append(f"log {event.id}: person {person} holds two beds")
            self.held[bed_id] = person
        elif event.what == What.CONFIRM:
            self._expect(event, bed_id, BedState.HELD, person)
            self.held.pop(bed_id, None)
            self._take(event, bed_id, person)
        elif event.what in _PUTS:
            self._expect(event, bed_id, BedState.FREE, None)
            self._take(event, bed_id, person)
        elif event.what in _FREES:
            if self.state(bed_id) not in ((BedState.HELD, person), (BedState.TAKEN, person)):
                self.broken.append(f"log {event.id}: bed {bed_id} was not of person {person}")
            self.held.pop(bed_id, None)
            self.taken.pop(bed_id, None)
        elif event.what == What.FREEZE:
            self._expect(event, bed_id, BedState.FREE, None)
            self.frozen.add(bed_id)
        elif event.what == What.THAW:
            self.frozen.discard(bed_id)

    def _take(self, event: Event, bed_id: int, person: int) -> None:
        if event.from_id is not None and self.taken.pop(event.from_id, None) != person:
            self.broken.append(f"log {event.id}: bed {event.from_id} was not of person {person}")
        self.taken[bed_id] = person

    def _swap(self, swaps: dict[int, int]) -> None:
        """Beds that changed owners in one step: the owners before and after are the same."""
        before = sorted(self.taken.get(bed, 0) for bed in swaps)
        if before != sorted(swaps.values()):
            self.broken.append(f"beds {sorted(swaps)} changed owners that had none of them")
        self.taken.update(swaps)
        swaps.clear()

    def _expect(self, event: Event, bed_id: int, state: str, person: int | None) -> None:
        if self.state(bed_id) != (state, person):
            self.broken.append(
                f"log {event.id}: {event.what} of bed {bed_id}, which was "
                f"{self.state(bed_id)[0]}, not {state}"
            )
