"""The JSON of a customer-service message (`/cgi-bin/message/custom/send`).

Quotas: 5 in 48 h after a user's message, 3 in a minute after a menu click, a follow or a scan.
The values are those of `replies.py`, so that an answer that came too late can go this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.wechat.replies import Image, Music, News, Text, Video, Voice
from app.wechat.wording import clean, fit


@dataclass(frozen=True, slots=True)
class Menu:
    """A question with items to tap: pairs of id and words. The tap comes back as a `Text`
    with `menu_id`.
    """

    head: str
    items: tuple[tuple[str, str], ...]
    tail: str = ""


Sendable = Text | Image | Voice | Video | Music | News | Menu


def payload(openid: str, message: Sendable) -> dict[str, Any]:
    """The request body. Of news only the first article is sent: more are refused (45008)."""
    kind, inside = _inside(message)
    return {"touser": openid, "msgtype": kind, kind: inside}


def _inside(message: Sendable) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 - a type, a case
    match message:
        case Text():
            return "text", {"content": fit(message.content, message.more)}
        case Image():
            return "image", {"media_id": message.media_id}
        case Voice():
            return "voice", {"media_id": message.media_id}
        case Video():
            return "video", {
                "media_id": message.media_id,
                "thumb_media_id": message.thumb_media_id,
                **_titles(message.title, message.description),
            }
        case Music():
            return "music", {
                **_titles(message.title, message.description),
                "musicurl": message.url,
                "hqmusicurl": message.hq_url or message.url,
                "thumb_media_id": message.thumb_media_id,
            }
        case News():
            return "news", {"articles": [_article(message)]}
        case Menu():
            return "msgmenu", _menu(message)


def _article(news: News) -> dict[str, str]:
    first = news.articles[0]
    return {
        **_titles(first.title, first.description),
        "url": first.url,
        "picurl": first.pic_url,
    }


def _menu(menu: Menu) -> dict[str, Any]:
    return {
        "head_content": clean(menu.head),
        "list": [{"id": name, "content": clean(words)} for name, words in menu.items],
        "tail_content": clean(menu.tail),
    }


def _titles(title: str, description: str) -> dict[str, str]:
    return {"title": clean(title), "description": clean(description)}
