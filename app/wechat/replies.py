"""Replies and their XML. A reply is a value; `render` makes the body of the response.

Source: official documentation, "Passive user reply". All text goes into CDATA, so nothing
that a user or a database says can break out of its element.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.wechat.wording import clean, fit

MAX_ARTICLES = 8  # and 1 when the push that is answered was a user's message
NOTHING = "success"  # the body that tells WeChat that there is no reply


@dataclass(frozen=True, slots=True)
class Text:
    """Cut to 2,047 bytes; `more` is the address where the whole text can be read."""

    content: str
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    media_id: str


@dataclass(frozen=True, slots=True)
class Voice:
    media_id: str


@dataclass(frozen=True, slots=True)
class Video:
    """`thumb_media_id` is for customer-service messages; a passive reply has none."""

    media_id: str
    title: str = ""
    description: str = ""
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True)
class Music:
    thumb_media_id: str
    title: str = ""
    description: str = ""
    url: str = ""
    hq_url: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    description: str
    url: str
    pic_url: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One to eight articles. Raises ValueError for none: WeChat answers that with an error."""

    articles: tuple[Article, ...]

    def __post_init__(self) -> None:
        if not self.articles:
            raise ValueError("News needs an article")


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the conversation to a human: to `account`, or to whoever is free."""

    account: str | None = None


Reply = Text | Image | Voice | Video | Music | News | Transfer


def render(reply: Reply, to: str, from_: str, now: int, *, max_articles: int = MAX_ARTICLES) -> str:
    """The XML of a reply, or `success` for a text with nothing in it.

    `to` is the user's openid, `from_` our gh_ id (never the app id), `now` Unix seconds.
    `max_articles` must be 1 when a user's message is answered; further articles are left out.
    """
    kind, inside = _inside(reply, max_articles)
    if inside is None:
        return NOTHING
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(from_)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType>{_cdata(kind)}</MsgType>{inside}</xml>"
    )


@lru_cache(maxsize=1024)  # a thousand users are told the same of the same minute
def _inside(reply: Reply, max_articles: int) -> tuple[str, str | None]:  # noqa: PLR0911 - a type, a case
    """MsgType and the elements of its own; None when there is nothing to say."""
    match reply:
        case Text():
            content = fit(reply.content, reply.more)
            return "text", _tag("Content", content) if content.strip() else None
        case Image():
            return "image", f"<Image>{_tag('MediaId', reply.media_id)}</Image>"
        case Voice():
            return "voice", f"<Voice>{_tag('MediaId', reply.media_id)}</Voice>"
        case Video():
            titles = _titles(reply.title, reply.description)
            return "video", f"<Video>{_tag('MediaId', reply.media_id)}{titles}</Video>"
        case Music():
            return "music", f"<Music>{_music(reply)}</Music>"
        case News():
            return "news", _news(reply.articles[: max(1, min(max_articles, MAX_ARTICLES))])
        case Transfer():
            return "transfer_customer_service", _transfer(reply.account)


def _music(reply: Music) -> str:
    urls = _tag("MusicUrl", reply.url) + _tag("HQMusicUrl", reply.hq_url or reply.url)
    thumb = _tag("ThumbMediaId", reply.thumb_media_id)
    return _titles(reply.title, reply.description) + urls + thumb


def _news(articles: tuple[Article, ...]) -> str:
    items = "".join(
        f"<item>{_titles(article.title, article.description)}"
        f"{_tag('PicUrl', article.pic_url)}{_tag('Url', article.url)}</item>"
        for article in articles
    )
    return f"<ArticleCount>{len(articles)}</ArticleCount><Articles>{items}</Articles>"


def _transfer(account: str | None) -> str:
    return f"<TransInfo>{_tag('KfAccount', account)}</TransInfo>" if account else ""


def _titles(title: str, description: str) -> str:
    return _tag("Title", title) + _tag("Description", description)


def _tag(name: str, words: str) -> str:
    return f"<{name}>{_cdata(words)}</{name}>"


def _cdata(words: str) -> str:
    # "]]>" would end the section: its ">" goes into a section of its own.
    return f"<![CDATA[{clean(words).replace(']]>', ']]]]><![CDATA[>')}]]>"
