"""Which blank of a template a field may fill, and what is proposed."""

import pytest

from app.campus.notify import Field, Kind, Notice
from app.gateway.sending.mapping import Choice, check, guess, kept, kind_of, stored, takes
from app.wechat.templates import Template, keywords

NOTICE = Notice(
    "outages.now", "停水停电了", tells="住在那里的人",
    fields=(Field("place", Kind.THING, "区域"), Field("since", Kind.TIME, "开始"),
            Field("until", Kind.TIME, "恢复时间"), Field("fee", Kind.AMOUNT, "费用")),
)  # fmt: skip
TEMPLATE = Template(
    "T1", "恢复供应通知", "",
    "", keywords("区域:{{thing1.DATA}}\n恢复时间:{{time2.DATA}}\n备注:{{thing3.DATA}}\n"),
)  # fmt: skip
AREA, TIME, NOTE = TEMPLATE.keywords


def choices(*sources: str) -> list[Choice]:
    return [Choice(word, source[:1] if source[:1] == "=" else source, source[1:])
            for word, source in zip(TEMPLATE.keywords, sources, strict=True)]  # fmt: skip


def test_the_field_of_the_same_kind_and_title_is_proposed_and_nothing_twice() -> None:
    assert [choice.source for choice in guess(NOTICE, TEMPLATE)] == ["place", "until", "since"]


def test_a_blank_of_letters_and_digits_gets_a_dash_which_the_platform_takes() -> None:
    bare = Notice("lost.found", "找到了", tells="失主", fields=())
    words = keywords("单号:{{character_string1.DATA}}\n备注:{{thing2.DATA}}\n")
    found = guess(bare, Template("T2", "失物通知", "", "", words))
    assert [choice.fixed for choice in found] == ["-", "无"]


def test_a_blank_for_which_nothing_is_left_gets_words_of_its_own() -> None:
    few = Notice("a.b", "一", tells="人", fields=NOTICE.fields[:1])
    assert [(c.source, c.fixed) for c in guess(few, TEMPLATE)] == [
        ("place", ""), ("=", "无"), ("=", "无"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "wrong"),
    [
        (("place", "until", "=看公告"), ["", "", ""]),
        (("place", "until", "fee"), ["", "", ""]),
        (("place", "place", "=x"), ["", "这一项已经填在别的格里", ""]),
        (("place", "fee", "=x"), ["", "类型对不上，微信会拒收", ""]),
        (("", "until", "="), ["选一项填在这里", "", "写上固定的文字，微信不收空的"]),
        (("=x", "until", "=x"), ["", "", "和别的格写得一样，换个说法"]),
        (("moon", "until", "=x"), ["选一项填在这里", "", ""]),
    ],
)
def test_each_blank_says_what_is_wrong_with_it(sources: tuple[str, ...], wrong: list[str]) -> None:
    assert [choice.wrong for choice in check(NOTICE, choices(*sources))] == wrong


def test_what_is_kept_reads_back_as_it_was() -> None:
    mapped = kept(choices("place", "until", "=看公告"))
    assert mapped == {"place": "thing1", "until": "time2", "=看公告": "thing3"}
    assert [(c.source, c.fixed) for c in stored(TEMPLATE, mapped)] == [
        ("place", ""), ("until", ""), ("=", "看公告"),
    ]  # fmt: skip


def test_old_templates_have_blanks_of_any_kind() -> None:
    [first] = keywords("{{first.DATA}}")
    assert takes(first, Kind.AMOUNT)
    assert kind_of("first", Kind.AMOUNT) is Kind.AMOUNT
    assert kind_of("short_thing12", Kind.AMOUNT) is Kind.SHORT_THING
