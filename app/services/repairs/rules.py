"""What may happen to an order, and by whom. Pure; the clocks and who is sent have their own."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Of an order. `say` is the label under the sentence, never the sentence."""

    SUBMITTED = "submitted"  # waits for a worker
    OFFERED = "offered"  # a worker was told and has not answered
    ACCEPTED = "accepted"
    WORKING = "working"  # the worker is there
    WAITING = "waiting"  # the clocks stand still: parts, nobody home, weather, a promise
    DONE = "done"  # the worker says so; the reporter has not
    CONFIRMED = "confirmed"  # the reporter or keeper says so too, or 7 days of silence
    RATED = "rated"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REJECTED = "rejected"  # not ours to mend; with a reason


OPEN = frozenset({State.SUBMITTED, State.OFFERED, State.ACCEPTED, State.WORKING, State.WAITING})


class Source(StrEnum):
    H5 = "h5"
    CHAT = "chat"
    CODE = "code"  # a scanned door
    PHONE = "phone"  # the hotline
    STALL = "stall"
    KEEPER = "keeper"
    SWEEP = "sweep"
    PLAN = "plan"  # done every so often, broken or not


class Who(StrEnum):
    """Somebody's part in one order. Who has none is a stranger and never sees it."""

    REPORTER = "reporter"
    FOLLOWER = "follower"  # the same fault troubles them
    WORKER = "worker"  # who leads it
    HELPER = "helper"  # works along, with a share
    CREW = "crew"  # could mend it: has the trade and the area
    CONTRACTOR = "contractor"  # of the firm that has it
    DISPATCHER = "dispatcher"  # leader of the team, operator, administrator
    KEEPER = "keeper"  # of the building
    WATCHER = "watcher"  # supervisor or head who is answerable for the place
    SYSTEM = "system"


class Move(StrEnum):
    """A step that changes the state."""

    OFFER = "offer"
    GRAB = "grab"
    ACCEPT = "accept"
    RETURN = "return"
    LAPSE = "lapse"
    HAND_OVER = "hand_over"
    ARRIVE = "arrive"
    WAIT = "wait"
    GO_ON = "go_on"
    FINISH = "finish"
    CONFIRM = "confirm"
    RATE = "rate"
    REWORK = "rework"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    REJECT = "reject"
    PROMISE = "promise"


class Event(StrEnum):
    """A line of the timeline that leaves the state alone."""

    REPORT = "report"
    EDIT = "edit"
    ADD = "add"  # photos or words that came later
    FOLLOW = "follow"
    URGE = "urge"
    CALL = "call"  # the worker phoned
    NOBODY = "nobody"  # was free: the leader was told
    HELPERS = "helpers"
    LATER_ASKED = "later_asked"
    LATER = "later"  # the leader agreed
    LATER_REFUSED = "later_refused"
    WARN = "warn"
    LEADER = "leader"  # a clock ran out: the leader was told
    HEAD = "head"
    HIDE = "hide"  # a photo
    CHARGE = "charge"
    ASK = "ask"  # nobody said anything for some days: whether it is mended


class Part(StrEnum):
    """What became of an assignment."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    LAPSED = "lapsed"  # not answered in time
    HANDED = "handed"  # given to somebody else
    DONE = "done"
    ENDED = "ended"  # the order was withdrawn, merged, promised or given to another


class Answer(StrEnum):
    """To a postponement, a leave, a swap."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Wait(StrEnum):
    """Why the clocks stand still. An order that is `PROMISE`d waits with its clock running."""

    PARTS = "parts"
    NOBODY = "nobody"  # home
    WEATHER = "weather"
    OTHER = "other"
    PROMISE = "promise"


class Moment(StrEnum):
    """When a photo was taken."""

    REPORT = "report"
    BEFORE = "before"
    AFTER = "after"
    RATING = "rating"


_S, _W = State, Who
_DISPATCH = frozenset({_W.DISPATCHER, _W.SYSTEM})
_HERE = frozenset({_W.WORKER, _W.DISPATCHER})
_EARLY = frozenset({_S.SUBMITTED, _S.OFFERED})

# Move → (from these states, to that state, by these).
MOVES: Mapping[Move, tuple[frozenset[State], State, frozenset[Who]]] = {
    Move.OFFER: (OPEN - {_S.WORKING}, _S.OFFERED, _DISPATCH),
    Move.GRAB: (frozenset({_S.SUBMITTED}), _S.ACCEPTED, frozenset({_W.CREW})),
    Move.ACCEPT: (frozenset({_S.OFFERED}), _S.ACCEPTED, frozenset({_W.WORKER})),
    Move.RETURN: (OPEN - {_S.SUBMITTED}, _S.SUBMITTED, _HERE),
    Move.LAPSE: (frozenset({_S.OFFERED}), _S.SUBMITTED, frozenset({_W.SYSTEM})),
    Move.HAND_OVER: (OPEN - {_S.SUBMITTED}, _S.OFFERED, _HERE | {_W.CONTRACTOR}),
    Move.ARRIVE: (frozenset({_S.ACCEPTED, _S.WAITING}), _S.WORKING, frozenset({_W.WORKER})),
    Move.WAIT: (frozenset({_S.ACCEPTED, _S.WORKING}), _S.WAITING, _HERE),
    Move.GO_ON: (frozenset({_S.WAITING}), _S.ACCEPTED, _HERE | {_W.SYSTEM}),
    Move.FINISH: (frozenset({_S.WORKING}), _S.DONE, frozenset({_W.WORKER})),
    Move.CONFIRM: (
        frozenset({_S.DONE}),
        _S.CONFIRMED,
        frozenset({_W.REPORTER, _W.KEEPER, _W.DISPATCHER, _W.SYSTEM}),
    ),
    Move.RATE: (frozenset({_S.DONE, _S.CONFIRMED}), _S.RATED, frozenset({_W.REPORTER})),
    Move.REWORK: (
        frozenset({_S.DONE, _S.CONFIRMED, _S.RATED}),
        _S.SUBMITTED,
        frozenset({_W.REPORTER, _W.KEEPER, _W.DISPATCHER}),
    ),
    Move.WITHDRAW: (_EARLY, _S.WITHDRAWN, frozenset({_W.REPORTER, _W.DISPATCHER})),
    Move.MERGE: (OPEN, _S.MERGED, frozenset({_W.DISPATCHER})),
    Move.REJECT: (_EARLY, _S.REJECTED, frozenset({_W.DISPATCHER})),
    Move.PROMISE: (OPEN, _S.WAITING, frozenset({_W.DISPATCHER})),
}


def may(what: Move, state: State, mine: frozenset[Who] | set[Who]) -> bool:
    """Whether somebody with these parts may make the move now: what a page shows a button for."""
    sources, _, allowed = MOVES[what]
    return state in sources and bool(allowed & mine)


def sees_rating(mine: frozenset[Who] | set[Who]) -> bool:
    """Whether stars and words may be shown: to who gave them, and who answers for the work.

    Never to who mended it, whatever else they are.
    """
    ours = {Who.REPORTER, Who.DISPATCHER, Who.WATCHER}
    return bool(mine & ours) and not mine & {Who.WORKER, Who.HELPER}
