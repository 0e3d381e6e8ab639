"""What is pure: habits, placing, replaying, tickets."""

from hypothesis import given
from hypothesis import strategies as st

from app.services.rooms import placing
from app.services.rooms.engine import tickets
from app.services.rooms.placing import Newcomer, Spot
from app.services.rooms.replay import Event, Replay
from app.services.rooms.rules import HABITS, SENTENCES, WELL, Outcome, What, like_mindedness, say

KEY = b"a key"
answers = st.fixed_dictionaries({}, optional={q.key: st.sampled_from(q.choices) for q in HABITS})
newcomers = st.lists(
    st.builds(
        Newcomer, st.integers(1, 500), st.integers(1, 3), st.sampled_from(["能源", "机械", ""]),
        st.sampled_from(["能源2601", "能源2602", "机械2601", ""]), answers,
    ),
    max_size=30, unique_by=lambda one: one.person_id,
)  # fmt: skip
spots = st.lists(
    st.builds(Spot, st.integers(1, 500), st.integers(1, 3), st.integers(1, 8)),
    max_size=30, unique_by=lambda spot: spot.bed_id,
)  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(["hold", "confirm", "release"]), st.integers(1, 4),
              st.integers(1, 3)), max_size=40,
)  # fmt: skip


@given(answers, answers)
def test_getting_on_is_mutual_and_between_0_and_100(a: dict[str, str], b: dict[str, str]) -> None:
    assert like_mindedness(a, b) == like_mindedness(b, a)
    assert 0 <= like_mindedness(a, b) <= 100


@given(answers)
def test_nobody_gets_on_better_than_with_themselves(a: dict[str, str]) -> None:
    other = {key: next(q for q in HABITS if q.key == key).choices[-1] for key in a}
    assert like_mindedness(a, a) >= like_mindedness(a, other)


def test_every_outcome_has_words() -> None:
    assert {*SENTENCES, *WELL} == set(Outcome)
    assert all(say(what, Outcome.DONE) for what in (What.HOLD, What.CONFIRM, What.RELEASE))


@given(newcomers, spots, st.integers(0, 99))
def test_placing_gives_one_bed_each_of_the_pool_and_the_same_each_time(
    people: list[Newcomer], beds: list[Spot], seed: int
) -> None:
    placed = placing.place(people, beds, {}, seed)
    pool = {one.person_id: one.pool_id for one in people}
    of = {spot.bed_id: spot.pool_id for spot in beds}
    assert len({one.person_id for one in placed}) == len(placed) == len({p.bed_id for p in placed})
    assert all(pool[one.person_id] == of[one.bed_id] for one in placed)
    for number in (1, 2, 3):
        wanted = sum(p == number for p in pool.values()), sum(p == number for p in of.values())
        assert sum(of[one.bed_id] == number for one in placed) == min(wanted)
    assert placing.place(people[::-1], beds, {}, seed) == placed


def test_classmates_are_placed_together() -> None:
    people = [Newcomer(n, 1, "能源", f"能源260{n % 2}") for n in range(8)]
    placed = placing.place(people, [Spot(n, 1, n // 4) for n in range(8)], {}, 7)
    rooms = [{people[p.person_id].class_name for p in placed if p.bed_id // 4 == n} for n in (0, 1)]
    assert [len(room) for room in rooms] == [1, 1]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(10**12, 2 * 10**12))
def test_a_ticket_is_good_for_its_session_and_round_alone(
    session: int, round_id: int, now: int
) -> None:
    ticket = tickets.issue(KEY, session, round_id, now)
    assert tickets.serial_of(ticket, KEY, session, round_id, now + 5) == now + 1
    assert tickets.serial_of(ticket, KEY, session + 1, round_id, now + 5) is None
    assert tickets.serial_of(ticket, KEY, session, round_id + 1, now + 5) is None
    assert tickets.serial_of(ticket, b"other", session, round_id, now + 5) is None
    assert tickets.serial_of(ticket, KEY, session, round_id, now + tickets.LIFE + 5) is None


@given(st.text(max_size=40))
def test_no_made_up_ticket_is_good(text: str) -> None:
    assert tickets.serial_of(text, KEY, 1, 1, 10**12) is None


@given(steps)
def test_replaying_finds_each_step_that_could_not_be(steps: list[tuple[str, int, int]]) -> None:
    """Against a model so simple that it is surely right: a list of (bed, person, state)."""
    held: dict[int, int] = {}
    taken: dict[int, int] = {}
    replay = Replay()
    for n, (what, person, bed) in enumerate(steps):
        free = bed not in held and bed not in taken
        fine = {
            "hold": free and person not in held.values(),
            "confirm": held.get(bed) == person and bed not in taken,
            "release": person in (held.get(bed), taken.get(bed)),
        }[what]
        before = len(replay.broken)
        if fine:
            held.pop(bed, None)
            taken.pop(bed, None)
            if what != "release":
                (held if what == "hold" else taken)[bed] = person
            replay.play([Event(n, what, "done", person, bed, None)])
            assert len(replay.broken) == before
        else:
            replay.play([Event(n, what, "taken", person, bed, None)])
    assert (replay.held, replay.taken) == (held, taken)


def test_a_bed_given_twice_is_found() -> None:
    replay = Replay()
    replay.play([Event(1, "hold", "done", 1, 7, None), Event(2, "hold", "done", 2, 7, None)])
    assert len(replay.broken) == 1


def test_a_swap_that_makes_owners_out_of_nothing_is_found() -> None:
    replay = Replay(taken={1: 10, 2: 20})
    replay.play([Event(1, "swap", "done", 20, 1, 2), Event(2, "swap", "done", 10, 2, 1)])
    assert (replay.taken, replay.broken) == ({1: 20, 2: 10}, [])
    replay.play([Event(3, "swap", "done", 30, 1, 2)])
    assert len(replay.broken) == 1
