"""Our answers as WeChat messages: passive replies, and customer-service messages."""

from functools import lru_cache
from urllib.parse import urljoin

from app.kit.answers import Card, Link, Part, Parts, Say
from app.wechat.replies import Article, News, Text


class Speaker:
    """Renders answers; paths of ours become addresses under `public_url`."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url.rstrip("/") + "/"
        self.reply = lru_cache(maxsize=1024)(self._reply)  # a thousand hear the same

    def _reply(self, parts: Parts, most_articles: int) -> Text | News:
        """One reply, since a push has one: cards alone become news, all else becomes text.

        More cards than `most_articles` become text too, so that none is lost.
        """
        cards = [part for part in parts if isinstance(part, Card)]
        if cards and len(cards) == len(parts) <= most_articles:
            return News(tuple(self._article(card) for card in cards))
        more = next((part.more for part in parts if isinstance(part, Say) and part.more), None)
        text = "\n\n".join(self._text(part) for part in parts)
        return Text(text, self.address(more) if more else None)

    def address(self, url: str) -> str:
        return urljoin(self._base, url.lstrip("/") if url.startswith("/") else url)

    def _article(self, card: Card) -> Article:
        picture = self.address(card.picture) if card.picture else ""
        return Article(card.title, card.text, self.address(card.url), picture)

    def _text(self, part: Part) -> str:
        if isinstance(part, Card):
            text = f"{part.text}\n" if part.text else ""
            return text + self._link(Link(part.title, part.url))
        lines = [part.text]
        lines += [f"回 {n} {offer.title}" for n, offer in enumerate(part.offers, start=1)]
        lines += [self._link(link) for link in part.links]
        return "\n".join(line for line in lines if line)

    def _link(self, link: Link) -> str:
        return f'<a href="{self.address(link.url)}">{link.title}</a>'
