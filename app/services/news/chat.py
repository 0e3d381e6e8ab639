"""「新闻」 and 「通知」 → the newest, as cards."""

from datetime import datetime

from app.kit.answers import Answer, Card, Link, Say
from app.kit.chat import Chat
from app.kit.clock import say_age
from app.services.news.draft import KINDS, Kind
from app.services.news.shelf import Shelf, shelf

chat = Chat(shelf=shelf)


@chat.say("新闻", "后勤新闻", "最新新闻", "看新闻", "文章")
def news(shelf: Shelf, now: datetime) -> Answer:
    return _newest(shelf, Kind.NEWS, now)


@chat.say("通知", "后勤通知", "公告", "通知公告", "最新通知", "看通知")
def notices(shelf: Shelf, now: datetime) -> Answer:
    return _newest(shelf, Kind.NOTICE, now)


def _newest(shelf: Shelf, kind: Kind, now: datetime) -> Answer:
    items = shelf[kind]
    if not items:
        more = Link("看别的", "/h5/news")
        return Say(f"最近没有{KINDS[kind]}", links=(more,))
    if len(items) == 1:
        [one] = items
        return Card(one.title, one.href, one.summary, one.cover)
    return [Card(one.title, one.href, say_age(one.at, now), one.cover) for one in items]
