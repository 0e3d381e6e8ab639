"""What operators write, as HTML that can do no harm. Pure.

Nothing of what is written reaches a page but a list of harmless tags: no scripts, styles, frames
or forms, no pictures from elsewhere. A picture is `picture:<number of its upload>` until it is
shown. nh3 parses as a browser does, so what it lets through is what a browser sees.
"""

import html
import re
from collections.abc import Callable
from enum import StrEnum

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "b", "em",
    "i", "u", "s", "del", "code", "pre", "a", "img", "table", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "sup", "sub",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"},
    "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"},
}  # fmt: skip
GONE = {"script", "style", "iframe", "template", "noscript", "svg", "math", "title", "textarea"}
LINKED = re.compile(r"(?:https://|tel:|mailto:|/h5/)[^\s\\]*")
PICTURED = re.compile(r"picture:(\d{1,9})")
_IMAGES = re.compile(r"<img[^>]*>")
_INLINE = re.compile(r"</?(?:strong|b|em|i|u|s|del|code|a|sup|sub)\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")
_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class Markup(StrEnum):
    MARKDOWN = "markdown"
    HTML = "html"


def clean(markup: Markup, source: str) -> str:
    """The article's body: clean HTML whose pictures are `picture:<id>`."""
    text = _markdown.render(source) if markup is Markup.MARKDOWN else source
    found = _sanitise(text, _allowed)
    for level in "12":  # the page has its own title: the highest heading inside is the second
        found = found.replace(f"<h{level}>", "<h2>").replace(f"</h{level}>", "</h2>")
    return _IMAGES.sub(_image, found).strip()


def pictures_in(body: str) -> list[int]:
    """The uploads that a clean body shows, each once, in order."""
    return list(dict.fromkeys(int(number) for number in re.findall(r'src="picture:(\d+)"', body)))


def shown(body: str, address: Callable[[int], str | None]) -> str:
    """A clean body with the addresses of its pictures; those without one are left out."""

    def place(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) != ("img", "src"):
            return value
        found = PICTURED.fullmatch(value)
        return address(int(found[1])) if found else None

    return _IMAGES.sub(_image, _sanitise(body, place))


def words(body: str, most: int) -> str:
    """The beginning of a clean body without its tags, of at most `most` characters."""
    text = " ".join(html.unescape(_TAGS.sub(" ", _INLINE.sub("", body))).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _sanitise(text: str, place: Callable[[str, str, str], str | None]) -> str:
    return nh3.clean(
        text, tags=TAGS, attributes=ATTRIBUTES, clean_content_tags=GONE,
        url_schemes={"https", "tel", "mailto", "picture"}, link_rel="noopener noreferrer",
        attribute_filter=place, strip_comments=True,
    )  # fmt: skip


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if LINKED.fullmatch(value) else None
    if attribute == "src":
        return value if PICTURED.fullmatch(value) else None
    return value


def _image(found: re.Match[str]) -> str:
    """Nothing for a picture without an address; words for those who cannot see for all others."""
    tag = found[0]
    if ' src="' not in tag:
        return ""
    return tag if ' alt="' in tag else f'<img alt="" {tag[5:]}'
