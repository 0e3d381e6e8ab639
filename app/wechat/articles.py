"""Articles: drafts, and publishing them without sending them to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.wechat.answers import number, required, rows
from app.wechat.calling import Caller

PAGE = 20  # the most of one batchget


@dataclass(frozen=True, slots=True)
class DraftArticle:
    """One article of a draft. `content` is HTML of at most 20,000 characters and 1 MB, whose
    pictures lie on the platform; `cover` the media_id of a permanent picture.
    """

    title: str
    content: str
    cover: str
    author: str = ""
    digest: str = ""
    source_url: str = ""
    url: str = ""  # of the preview or of what was published; the platform's to give


@dataclass(frozen=True, slots=True)
class Draft:
    media_id: str
    articles: tuple[DraftArticle, ...]
    changed: int  # Unix seconds


@dataclass(frozen=True, slots=True)
class Publication:
    """A task of publishing. `status`: 0 published, 1 under way, 2 not original, 3 failed,
    4 refused by the review, 5 deleted by the account, 6 blocked afterwards.
    """

    publish_id: str
    status: int
    article_id: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list of `total`."""

    total: int
    items: tuple[Draft, ...]


class Articles(Caller):
    """The calls; 53503-53505 (the draft must be mended first) come as ArticleRefused."""

    async def material_picture(self, jpeg: bytes) -> str:
        """The media_id of a permanent picture of up to 10 MB, such as a cover must be."""
        path, kind = "/cgi-bin/material/add_material", {"type": "image"}
        answer = await self._upload(path, kind, "picture.jpg", jpeg, "image/jpeg")
        return required(answer, "media_id")

    async def article_picture(self, jpeg: bytes) -> str:
        """The address of a picture under 1 MB for the inside of an article."""
        path = "/cgi-bin/media/uploadimg"
        return required(await self._upload(path, {}, "picture.jpg", jpeg, "image/jpeg"), "url")

    async def draft_add(self, articles: Sequence[DraftArticle]) -> str:
        """The draft's media_id. Not repeated: it would lie there twice."""
        body = {"articles": [_outward(article) for article in articles]}
        return required(await self._post("/cgi-bin/draft/add", body), "media_id")

    async def draft_update(self, media_id: str, article: DraftArticle, index: int = 0) -> None:
        """Replace one article of a draft."""
        body = {"media_id": media_id, "index": index, "articles": _outward(article)}
        await self._repeat(self._post, "/cgi-bin/draft/update", body)

    async def draft_get(self, media_id: str) -> Draft:
        """Raises DataInvalid (40007) for a draft that is not there."""
        body = {"media_id": media_id}
        answer = await self._repeat(self._post, "/cgi-bin/draft/get", body)
        return Draft(media_id, _articles(answer), _whole(answer, "update_time"))

    async def draft_delete(self, media_id: str) -> None:
        """For good."""
        await self._repeat(self._post, "/cgi-bin/draft/delete", {"media_id": media_id})

    async def draft_count(self) -> int:
        """How many there are."""
        return _whole(await self._repeat(self._get, "/cgi-bin/draft/count"), "total_count")

    async def drafts(self, offset: int = 0, count: int = PAGE) -> Page:
        """The newest first, at most 20, without their contents."""
        return await self._page("/cgi-bin/draft/batchget", "media_id", offset, count)

    async def publish(self, media_id: str) -> str:
        """The publish_id. Taken is not published: PUBLISHJOBFINISH or `publication` tells."""
        body = {"media_id": media_id}
        return number(await self._post("/cgi-bin/freepublish/submit", body), "publish_id")

    async def publication(self, publish_id: str) -> Publication:
        """How far a task of publishing is."""
        body = {"publish_id": publish_id}
        answer = await self._repeat(self._post, "/cgi-bin/freepublish/get", body)
        detail = answer.get("article_detail")
        listed = rows(detail, "item") if isinstance(detail, dict) else []
        urls = tuple(str(item.get("article_url", "")) for item in listed)
        status = _whole(answer, "publish_status")
        return Publication(publish_id, status, number(answer, "article_id"), urls)

    async def published(self, offset: int = 0, count: int = PAGE) -> Page:
        """What is published, newest first, without contents; `media_id` is the article_id."""
        return await self._page("/cgi-bin/freepublish/batchget", "article_id", offset, count)

    async def published_delete(self, article_id: str, index: int = 0) -> None:
        """Take back all articles (0) or one of them (from 1), for good."""
        body = {"article_id": article_id, "index": index}
        await self._repeat(self._post, "/cgi-bin/freepublish/delete", body)

    async def _page(self, path: str, identity: str, offset: int, count: int) -> Page:
        body = {"offset": offset, "count": count, "no_content": 1}
        answer = await self._repeat(self._post, path, body)
        found = tuple(_listed(row, identity) for row in rows(answer, "item"))
        return Page(_whole(answer, "total_count"), found)


def _outward(article: DraftArticle) -> dict[str, Any]:
    sent = {
        "title": article.title, "author": article.author, "digest": article.digest,
        "content": article.content, "content_source_url": article.source_url,
        "thumb_media_id": article.cover,
    }  # fmt: skip
    return {**sent, "need_open_comment": 0, "only_fans_can_comment": 0}


def _listed(row: dict[str, Any], identity: str) -> Draft:
    content = row.get("content")
    articles = _articles(content) if isinstance(content, dict) else ()
    return Draft(number(row, identity), articles, _whole(row, "update_time"))


def _articles(content: dict[str, Any]) -> tuple[DraftArticle, ...]:
    names = {
        "title": "title", "content": "content", "cover": "thumb_media_id", "author": "author",
        "digest": "digest", "source_url": "content_source_url", "url": "url",
    }  # fmt: skip
    return tuple(
        DraftArticle(**{ours: str(row.get(theirs, "")) for ours, theirs in names.items()})
        for row in rows(content, "news_item")
    )


def _whole(answer: dict[str, Any], name: str) -> int:
    value = answer.get(name)
    return value if isinstance(value, int) else 0
