"""Articles: drafts, what was published, permanent pictures, and the pages they are read on."""

import secrets
from dataclasses import dataclass
from typing import Any

Article = dict[str, Any]


@dataclass
class Draft:
    """Its articles as they were sent; `changed` is Unix seconds."""

    articles: list[Article]
    changed: float


@dataclass
class Publication:
    """A task of publishing; `status` as freepublish/get tells it."""

    draft: Draft
    status: int = 1
    article_id: str = ""
    links: tuple[str, ...] = ()


class Shelf:
    """Of one account. `base` is where pages and pictures are served."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self.drafts: dict[str, Draft] = {}
        self.publications: dict[str, Publication] = {}
        self.published: dict[str, Publication] = {}
        self.pages: dict[str, Article] = {}
        self.pictures: set[str] = set()

    def picture(self, media_id: str) -> str:
        """Where a picture can be seen."""
        return f"{self._base}/sandbox/media/{media_id}"

    def page(self, article: Article) -> str:
        """Put an article on a page of its own; the address."""
        name = secrets.token_urlsafe(16)
        self.pages[name] = article
        return f"{self._base}/s/{name}"

    def card(self, article: Article) -> dict[str, str]:
        """An article as a chat shows it."""
        cover = str(article.get("thumb_media_id", ""))
        return {
            "title": str(article["title"]), "description": str(article.get("digest", "")),
            "picurl": self.picture(cover) if cover else "", "url": self.page(article),
        }  # fmt: skip

    def publish(self, publish_id: str, *, refused: bool) -> Publication:
        """End a task: its articles have pages, or the review refused them (4)."""
        task = self.publications[publish_id]
        if refused:
            task.status = 4
            return task
        task.status, task.article_id = 0, secrets.token_urlsafe(24)
        task.links = tuple(self.page(article) for article in task.draft.articles)
        self.published[task.article_id] = task
        return task
