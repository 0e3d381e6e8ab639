"""Whatever is written, nothing that can do harm reaches a page."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.services.news.text import ATTRIBUTES, TAGS, Markup, clean, pictures_in, shown, words

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVa\tScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example/x">x</a>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input name=x></form>',
    '<p style="background:url(https://evil.example)" class="c-bar" id="offline">x</p>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    "<img src='picture:1&quot; onerror=&quot;alert(1)'>",
    "<textarea></textarea><!-- --><![CDATA[<script>]]>",
]


class Seen(HTMLParser):
    """Every tag and attribute, as a parser that is not nh3 finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def check(body: str) -> None:
    for tag, attributes in Seen(body).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | {"rel"}
        href, src = attributes.get("href") or "", attributes.get("src") or ""
        assert href == "" or href.startswith(("https://", "tel:", "mailto:", "/h5/"))
        assert src == "" or src.startswith(("picture:", "/h5/news/pictures/"))
        assert tag != "img" or attributes.keys() == {"src", "alt"}


@given(st.sampled_from(Markup), st.text(max_size=200))
@example(Markup.HTML, "".join(ATTACKS))
def test_only_harmless_tags_are_left(markup: Markup, source: str) -> None:
    body = clean(markup, source)
    check(body)
    check(shown(body, lambda number: f"/h5/news/pictures/{number}.jpg"))


fragments = st.sampled_from([*ATTACKS, "<p>", "</p>", "<b", '"', ">", "'", "*", "\n\n", "`", "|"])


@given(st.sampled_from(Markup), st.lists(fragments, max_size=8).map("".join))
def test_attacks_in_any_order_are_left_without_teeth(markup: Markup, source: str) -> None:
    check(clean(markup, source))


@given(st.sampled_from(Markup), st.text(max_size=200))
def test_what_is_clean_stays_as_it_is(markup: Markup, source: str) -> None:
    body = clean(markup, source)
    assert clean(Markup.HTML, body) == body


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("# 大\n\n## 小", "<h2>大</h2>\n<h2>小</h2>"),
        ("**粗**", "<p><strong>粗</strong></p>"),
        ("[看](/h5/bus)", '<p><a href="/h5/bus" rel="noopener noreferrer">看</a></p>'),
        ("![](picture:7)", '<p><img src="picture:7" alt=""></p>'),
        ('<img src="picture:7">', '<img alt="" src="picture:7">'),
        ("![图](https://x.cn/a.png)", "<p></p>"),
        ("~~旧~~", "<p><s>旧</s></p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source: str, body: str) -> None:
    assert clean(Markup.MARKDOWN, source) == body


def test_pictures_get_the_address_of_who_looks() -> None:
    body = clean(Markup.MARKDOWN, "![a](picture:7) ![b](picture:8) ![a](picture:7)")
    assert pictures_in(body) == [7, 8]
    seen = shown(body, lambda number: f"/p/{number}" if number == 7 else None)
    assert seen.count('src="/p/7"') == 2
    assert "picture:8" not in seen
    assert seen.count("<img") == 2


def test_a_summary_is_the_beginning_without_tags() -> None:
    assert words("<p>小修 &amp; 大修</p><p>不过夜</p>", 20) == "小修 & 大修 不过夜"
    assert words("<p>一二三四五六</p>", 4) == "一二三…"
