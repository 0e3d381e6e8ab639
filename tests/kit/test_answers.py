import json

from hypothesis import given
from hypothesis import strategies as st

from app.kit.answers import Card, Link, Offer, Say, dump, load, parts

# PostgreSQL's jsonb, where answers are kept, has no NUL and no half of a surrogate pair.
words = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=30)
offers = st.lists(st.builds(Offer, words, words), max_size=3).map(tuple)
links = st.lists(st.builds(Link, words, words), max_size=3).map(tuple)
says = st.builds(Say, words, offers, links, st.none() | words)
cards = st.builds(Card, words, words, words, words)
answers = st.one_of(words, says, cards, st.lists(st.one_of(words, says, cards), max_size=4))


@given(answers)
def test_a_stored_answer_is_read_back_the_same(answer: str | Say | Card | list[object]) -> None:
    said = parts(answer)  # type: ignore[arg-type]  # Hypothesis mixes
    assert load(json.loads(dump(said))) == said


def test_a_string_is_something_said() -> None:
    assert parts("好") == (Say("好"),)
    card = Card("去报修", "/h5/repairs")
    assert parts(["好", card]) == (Say("好"), card)


def test_reading_leaves_what_is_stored_as_it_was() -> None:
    said = (Say("好", (Offer("再来", "班车"),), (Link("看", "/h5/bus"),)),)
    stored = json.loads(dump(said))
    assert load(stored) == load(stored)
