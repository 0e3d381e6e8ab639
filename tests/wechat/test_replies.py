"""Replies: their XML, what keeps it well-formed, and where text is cut."""

import pytest

from app.wechat.fields import read_body
from app.wechat.replies import (
    Article,
    Image,
    Music,
    News,
    Reply,
    Text,
    Transfer,
    Video,
    Voice,
    render,
)
from app.wechat.wording import fit
from tests.wechat.pushing import GH_ID, OPENID


def rendered(reply: Reply, max_articles: int = 8) -> dict[str, object]:
    xml = render(reply, OPENID, GH_ID, 1_760_000_000, max_articles=max_articles)
    return read_body(xml.encode(), is_json=False)


HEAD = {"ToUserName": OPENID, "FromUserName": GH_ID, "CreateTime": "1760000000"}
TITLES = {"Title": "t", "Description": "d"}
BUS = Article("班车", "时刻表", "https://a.example/bus", "https://a.example/bus.png")
ITEM = {"Title": "班车", "Description": "时刻表", "PicUrl": BUS.pic_url, "Url": BUS.url}


@pytest.mark.parametrize(
    ("reply", "kind", "inside"),
    [
        (Text("你好"), "text", {"Content": "你好"}),
        (Image("m1"), "image", {"Image": {"MediaId": "m1"}}),
        (Voice("m1"), "voice", {"Voice": {"MediaId": "m1"}}),
        (Video("m1", "t", "d"), "video", {"Video": {"MediaId": "m1", **TITLES}}),
        (
            Music("m1", "t", "d", "u"),
            "music",
            {"Music": {**TITLES, "MusicUrl": "u", "HQMusicUrl": "u", "ThumbMediaId": "m1"}},
        ),
        (News((BUS,)), "news", {"ArticleCount": "1", "Articles": {"item": ITEM}}),
        (Transfer(), "transfer_customer_service", {}),
        (
            Transfer("a@b"),
            "transfer_customer_service",
            {"TransInfo": {"KfAccount": "a@b"}},
        ),
    ],
)
def test_each_reply_renders(reply: Reply, kind: str, inside: dict[str, object]) -> None:
    assert rendered(reply) == {**HEAD, "MsgType": kind, **inside}


@pytest.mark.parametrize(("given", "most", "sent"), [(3, 8, 3), (12, 8, 8), (12, 1, 1), (2, 99, 2)])
def test_news_has_no_more_articles_than_wechat_takes(given: int, most: int, sent: int) -> None:
    xml = render(News((BUS,) * given), OPENID, GH_ID, 1, max_articles=most)
    assert xml.count("<item>") == sent
    assert f"<ArticleCount>{sent}</ArticleCount>" in xml


def test_news_without_an_article_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="article"):
        News(())


@pytest.mark.parametrize("words", ["", "  \n", "\x00\x01", "\ud800"])
def test_a_text_with_nothing_in_it_is_no_reply_and_no_error(words: str) -> None:
    assert render(Text(words), OPENID, GH_ID, 1) == "success"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("a]]>b", "a]]>b"),
        ("]]>]]>", "]]>]]>"),
        ("</Content></xml>", "</Content></xml>"),
        ("<![CDATA[x]]>", "<![CDATA[x]]>"),
        ("a\x00\x08\x0b\x1f\ufffe\ud800b", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("表情😀&amp;", "表情😀&amp;"),
    ],
)
def test_no_text_breaks_out_of_its_element(words: str, read: str) -> None:
    assert rendered(Text(words))["Content"] == read


def test_titles_and_addresses_are_as_safe_as_text() -> None:
    odd = "x]]></Title>\x00"
    news = rendered(News((Article(odd, odd, odd, odd),)))
    assert news["Articles"] == {
        "item": dict.fromkeys(("Title", "Description", "PicUrl", "Url"), "x]]></Title>")
    }


def test_2047_bytes_are_left_whole_and_2048_are_cut() -> None:
    whole = "班" * 682 + "a"
    assert fit(whole) == whole
    assert fit(whole + "b") == "班" * 681 + "…"


@pytest.mark.parametrize("pad", ["", "a", "ab", "abc"])
def test_a_cut_is_on_a_character_and_names_the_rest(pad: str) -> None:
    cut = fit(pad + "车😀" * 1000, "https://a.example/m?x=1&y=2")
    assert cut.endswith('…\n<a href="https://a.example/m?x=1&y=2">看全文</a>')
    assert 2030 < len(cut.encode()) <= 2047
    assert "\ufffd" not in cut


@pytest.mark.parametrize("pad", range(25))
@pytest.mark.parametrize("emoji", ["👨‍👩‍👧‍👦", "👍🏽", "é", "❤️"])
def test_a_cut_never_splits_an_emoji_or_an_accent(pad: int, emoji: str) -> None:
    kept = fit("x" * pad + emoji * 1000).removesuffix("…").lstrip("x")
    assert kept == emoji * kept.count(emoji)


def test_a_cut_never_leaves_half_a_link() -> None:
    words = "班" * 670 + '<a href="https://a.example/a/long/address/of/a/page">看</a>'
    assert fit(words) == "班" * 670 + "…"


def test_short_text_gets_no_link() -> None:
    assert fit("你好", "https://a.example/") == "你好"


def test_an_address_cannot_break_the_link_nor_crowd_out_the_text() -> None:
    assert 'href="a%22%3E%3Cb">' in fit("班" * 1000, 'a"><b')
    assert fit("班" * 1000, "https://a.example/" + "x" * 1500).endswith("班…")
