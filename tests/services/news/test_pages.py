"""What people read: in the chat, in the list that loads on, and on an article's page."""

from collections.abc import Callable

import httpx
import pytest

from app.kit.answers import Card, Say
from app.kit.db import Database
from app.services.news import book
from app.services.news.pages import MOST
from tests.conftest import Say as Speak
from tests.services.news.conftest import WRITER, Write

pytestmark = pytest.mark.anyio
PhoneOf = Callable[[str], httpx.AsyncClient]


async def test_without_any_the_chat_says_so(say: Speak) -> None:
    parts = await say("新闻")
    assert parts is not None
    assert isinstance(parts[0], Say)
    assert parts[0].text == "最近没有新闻"


async def test_the_newest_of_a_kind_come_as_cards(say: Speak, write: Write) -> None:
    for n in range(7):
        await write(kind="news", title=f"新闻{n}")
    notice = await write(kind="notice", title="停气", summary="明天修管道", photos=1)
    parts = await say("新闻")
    assert [part.title for part in parts or () if isinstance(part, Card)] == [
        f"新闻{n}" for n in (6, 5, 4, 3, 2)
    ]
    cover = f"/h5/news/pictures/{notice.cover_id}.jpg"
    assert await say("通知") == (Card("停气", f"/h5/news/{notice.id}", "明天修管道", cover),)


async def test_a_draft_is_for_operators_alone(
    say: Speak, client: httpx.AsyncClient, write: Write
) -> None:
    row = await write(published=False, photos=1, title="还没写完")
    assert (await client.get(f"/h5/news/{row.id}")).status_code == 404
    assert (await client.get(f"/h5/news/pictures/{row.cover_id}.jpg")).status_code == 404
    assert "还没写完" not in (await client.get("/h5/news")).text
    assert isinstance((await say("通知") or [None])[0], Say)


async def test_what_was_taken_back_is_gone_with_its_pictures(
    client: httpx.AsyncClient, write: Write, database: Database
) -> None:
    row = await write(photos=1)
    picture = f"/h5/news/pictures/{row.cover_id}.jpg"
    assert (await client.get(picture)).headers["content-type"] == "image/jpeg"
    async with database.session() as db:
        await book.withdraw(db, WRITER, row.id)
    assert (await client.get(picture)).status_code == 404
    assert (await client.get(f"/h5/news/{row.id}")).status_code == 404


async def test_the_list_loads_on_and_shows_each_once(
    client: httpx.AsyncClient, write: Write
) -> None:
    for n in range(MOST + 3):
        await write(title=f"第{n}篇")
    first = (await client.get("/h5/news?kind=notice")).text
    after = first.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(after)).text
    shown = [n for n in range(MOST + 3) if (f"第{n}篇" in first) != (f"第{n}篇" in second)]
    assert len(shown) == MOST + 3
    assert "hx-get" not in second
    assert "还没有新闻" in (await client.get("/h5/news?kind=news")).text


async def test_an_article_does_no_harm(client: httpx.AsyncClient, write: Write) -> None:
    row = await write(
        markup="html", title="<b>标题</b>",
        source='<p onclick="x()">正文<script>bad()</script></p><img src="https://x.cn/t.png">',
    )  # fmt: skip
    page = await client.get(f"/h5/news/{row.id}")
    assert "<p>正文</p>" in page.text
    assert "bad()" not in page.text
    assert "x.cn" not in page.text
    assert "<h1>&lt;b&gt;标题&lt;/b&gt;</h1>" in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"].split("style-src")[0]
