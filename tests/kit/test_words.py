import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.words import initials, normalise, pinyin


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("　班車！", "班车"),
        ("「班车」", "班车"),
        ("班车。", "班车"),
        ("ＢＡＮＣＨＥ", "banche"),
        ("電費　３號樓　５０１", "电费 3号楼 501"),
        ("班车\n  南校区\t", "班车 南校区"),
        ("班车\u00a0南校区", "班车 南校区"),
        ("<班车>", "班车"),
        ("？", "?"),
        ("！！！", "!!!"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_what_means_the_same_becomes_the_same(typed: str, same: str) -> None:
    assert normalise(typed) == same


def test_a_novel_is_cut() -> None:
    assert len(normalise("班车" * 5000)) == 400


@given(st.text(max_size=80))
def test_any_text_is_made_comparable(text: str) -> None:
    done = normalise(text)
    assert done == done.strip()
    assert "  " not in done
    assert "\n" not in done


@given(st.text(alphabet="班車车电費费楼號号？！ 　ＡaＢb１2。、「」", max_size=40))
def test_what_is_comparable_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("text", "sound", "letters"),
    [
        ("班车", "banche", "bc"),
        ("后勤处", "houqinchu", "hqc"),
        ("3号楼", "3haolou", "3hl"),
        ("bance", "bance", "bance"),
        ("", "", ""),
    ],
)
def test_words_have_a_sound_and_first_letters(text: str, sound: str, letters: str) -> None:
    assert pinyin(text) == sound
    assert initials(text) == letters
