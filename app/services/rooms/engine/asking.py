"""From what a phone sends to a choice, and from what came of it to what the phone is told."""

from typing import Any

from app.services.rooms.engine import tickets
from app.services.rooms.engine.choices import Choice, Result
from app.services.rooms.engine.core import Engine
from app.services.rooms.engine.who import Holder
from app.services.rooms.rules import ASKED, DONE, TRY_ANOTHER, Outcome, What, say
from app.services.rooms.settings import limits
from app.services.rooms.view import View, states_of

MOST_BEDS = 12  # in one room


async def ask(  # noqa: PLR0917 - all that an answer depends on
    engine: Engine, key: bytes, holder: Holder, view: View, pool_id: int | None,
    fields: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """What a choice that a phone sent comes to, as the phone reads it. Raises Unavailable.

    {outcome, say, beds, left: seconds of the hold, near: [{bed, label, room, building}], ticket:
    for the next choice, retry: milliseconds}
    """
    choice, refusal, retry = _read(engine, key, holder, view, fields)
    if refusal is not None:
        result = Result(refusal)
    elif _surely_taken(engine, view, choice):
        result = Result(Outcome.TAKEN, choice.beds)
        await engine.note(choice, Outcome.TAKEN)
    else:
        result = await engine.choose(choice)
    near = []
    if result.outcome in TRY_ANOTHER and choice.beds and pool_id is not None:
        near = view.near(pool_id, choice.beds[0])
    now = engine.now()
    kept = refusal is Outcome.FAST  # the ticket is not used up
    return {
        "outcome": result.outcome,
        "say": say(choice.what, result.outcome),
        "beds": result.beds,
        "left": _left(result, now),
        "near": [{"bed": bed.id, "label": bed.label, "room": bed.room.number,
                  "room_id": bed.room.id, "building": bed.room.building} for bed in near],
        "ticket": str(fields.get("ticket")) if kept
        else tickets.issue(key, holder.session_id, view.round.id, now),
        "retry": retry,
    }  # fmt: skip


def _read(
    engine: Engine, key: bytes, holder: Holder, view: View, fields: dict[str, Any]
) -> tuple[Choice, Outcome | None, int]:
    """The choice; why it need not be asked, if so; and in how many milliseconds it may be."""
    now, what = engine.now(), str(fields.get("do", ""))
    given = str(fields.get("ticket", ""))
    serial = tickets.serial_of(given, key, holder.session_id, view.round.id, now)
    choice = Choice(
        view.round.id, holder.person_id or 0, What(what) if what in DONE else What.RELEASE,
        _beds(fields.get("bed")), next(iter(_beds(fields.get("room"))), None), serial, now,
    )  # fmt: skip
    if serial is None or what not in ASKED:
        return choice, Outcome.STALE, limits().pace
    if (early := serial - 1 + limits().pace - now) > 0:
        return choice, Outcome.FAST, early
    return choice, None, limits().pace


def _beds(value: Any) -> tuple[int, ...]:
    """Numbers, whether they came as a number, a list or a text with commas."""
    words = value if isinstance(value, list) else str(value or "").split(",")
    texts = [str(word).strip() for word in words[:MOST_BEDS]]
    found = [int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) < 10]
    return tuple(dict.fromkeys(found))


def _surely_taken(engine: Engine, view: View, choice: Choice) -> bool:
    """Whether somebody else surely has the bed: nothing was freed since the memory was filled.

    Of what is only held nobody is sure: the hold may run out this moment.
    """
    if choice.what is not What.HOLD or len(choice.beds) != 1:
        return False
    if states_of(view.round.id).peek(engine.database) is not view.states:
        return False
    owner = view.owner(choice.beds[0])
    return owner is not None and owner > 0 and owner != choice.person_id


def _left(result: Result, now: int) -> int:
    return max(int(result.until.timestamp() - now / 1000), 0) if result.until else 0
