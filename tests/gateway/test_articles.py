"""Articles against the sandbox's platform: drafted, published once, and what became of it."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from PIL import Image
from tenacity import wait_none

from app.campus.articles import Piece, Release, Step, hand_over, release_of
from app.campus.uploads import save
from app.gateway import articles
from app.gateway.inbox import Inbox
from app.gateway.outbound import Speaker
from app.gateway.router import Router
from app.gateway.token import TokenRow
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict
from app.sandbox.platform import Platform
from app.sandbox.server import create_app
from app.settings import Settings
from app.wechat.client import Client, open_client
from app.wechat.events import Published

pytestmark = pytest.mark.anyio
SOURCE = "news:1"


@dataclass
class Cut:
    """A transport that passes requests on, and loses what `lose` says: before or after."""

    inner: httpx.AsyncBaseTransport
    lose: str = ""
    before: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        lost = self.lose and request.url.path.endswith(self.lose)
        if lost and self.before:
            raise httpx.ConnectError("no way", request=request)
        response = await self.inner.handle_async_request(request)
        if lost:
            raise httpx.ReadTimeout("no answer", request=request)
        return response


class Transport(Cut, httpx.AsyncBaseTransport):
    pass


@dataclass
class Desk:
    """What a worker has, and the platform that it speaks to."""

    database: Database
    platform: Platform
    wire: Transport
    context: Any

    async def hand(self, *, publish: bool, title: str = "供暖") -> None:
        async with self.database.session() as db:
            upload = await save(db, _png(), person_id=None, now=clock.now())
            html = f'<p>15 日起</p><p><img src="picture:{upload.id}" alt=""></p>'
            piece = Piece(title, "后勤", "15 日起", html, "/h5/news/1", upload.id)
            await hand_over(db, SOURCE, piece, publish=publish)

    async def work(self, attempts: int = 0) -> Release:
        self.context.job.attempts = attempts
        await articles.release(self.context, SOURCE)
        return await self.row()

    async def check(self) -> Release:
        await articles.check(self.context, SOURCE)
        return await self.row()

    async def row(self) -> Release:
        async with self.database.session() as db:
            found = await release_of(db, SOURCE)
        assert found is not None
        return found


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
async def desk(database: Database, settings: Settings) -> AsyncIterator[Desk]:
    sandbox = create_app()
    wire = Transport(httpx.ASGITransport(sandbox))
    http = open_client("http://127.0.0.1:8100", transport=wire)
    secret = settings.wechat_app_secret.get_secret_value()
    store = TokenRow(database, settings.wechat_app_id)
    client = Client(http, settings.wechat_app_id, secret, store, wait=wait_none())
    inbox = Inbox(database, Router({}))
    tools = {"inbox": inbox, "client": client, "speaker": Speaker("http://127.0.0.1:8000")}
    context = SimpleNamespace(additional_context=tools, job=SimpleNamespace(attempts=0))
    yield Desk(database, sandbox.state.platform, wire, context)
    await inbox.close()
    await http.aclose()


async def test_a_draft_lies_with_its_pictures_on_the_platform(desk: Desk) -> None:
    await desk.hand(publish=False)
    row = await desk.work()
    assert row.step == Step.DRAFTED
    [article] = desk.platform.shelf.drafts[row.media_id].articles
    assert article["title"] == "供暖"
    assert article["content_source_url"] == "http://127.0.0.1:8000/h5/news/1"
    assert "picture:" not in article["content"]
    assert '<img src="http' in article["content"]


async def test_a_changed_article_changes_its_draft(desk: Desk) -> None:
    await desk.hand(publish=False)
    first = await desk.work()
    await desk.hand(publish=False, title="供暖提前")
    second = await desk.work()
    assert second.media_id == first.media_id
    assert [d.articles[0]["title"] for d in desk.platform.shelf.drafts.values()] == ["供暖提前"]


async def test_a_draft_that_was_deleted_there_is_made_anew(desk: Desk) -> None:
    await desk.hand(publish=False)
    desk.platform.shelf.drafts.pop((await desk.work()).media_id)
    await desk.hand(publish=False)
    assert (await desk.work()).media_id in desk.platform.shelf.drafts


async def test_it_is_published_and_the_event_says_so(desk: Desk) -> None:
    await desk.hand(publish=True)
    row = await desk.work()
    assert row.step == Step.CHECKING
    told = Published(to="", from_="", created=1, key="k", publish_id=row.publish_id, status=0,
                     article_id="a1", article_urls=("https://mp/s/1",))  # fmt: skip
    for _ in range(2):
        async with desk.database.session() as db:
            await articles.finished(db, told)
    row = await desk.row()
    assert (row.step, row.url, row.article_id) == (Step.PUBLISHED, "https://mp/s/1", "a1")


async def test_an_event_of_somebody_elses_publishing_changes_nothing(desk: Desk) -> None:
    await desk.hand(publish=True)
    await desk.work()
    told = Published(to="", from_="", created=1, key="k", publish_id="999", status=4,
                     article_id="", article_urls=())  # fmt: skip
    async with desk.database.session() as db:
        await articles.finished(db, told)
    assert (await desk.row()).step == Step.CHECKING


@pytest.mark.parametrize(
    ("refused", "step", "said"), [(False, Step.PUBLISHED, ""), (True, Step.FAILED, "审核没过")]
)
async def test_a_lost_event_is_asked_for(desk: Desk, refused: bool, step: Step, said: str) -> None:
    await desk.hand(publish=True)
    row = await desk.work()
    assert (await desk.check()).step == Step.CHECKING
    desk.platform.shelf.publish(row.publish_id, refused=refused)
    row = await desk.check()
    assert row.step == step
    assert said in row.reason
    assert bool(row.url) is not refused


async def test_without_an_answer_it_is_not_published_twice(desk: Desk) -> None:
    await desk.hand(publish=True)
    desk.wire.lose = "freepublish/submit"
    row = await desk.work()
    assert row.step == Step.UNSURE
    assert "发表记录" in row.reason
    desk.wire.lose = ""
    assert (await desk.work()).step == Step.UNSURE
    assert len(desk.platform.shelf.publications) == 1


async def test_a_worker_that_died_while_publishing_leaves_it_to_a_person(desk: Desk) -> None:
    await desk.hand(publish=True)
    async with desk.database.session() as db:
        row = await db.get_one(Release, SOURCE)
        row.step = Step.PUBLISHING
    assert (await desk.work()).step == Step.UNSURE
    assert desk.platform.shelf.publications == {}


async def test_what_never_reached_the_platform_has_failed(desk: Desk) -> None:
    await desk.hand(publish=True)
    desk.wire.lose, desk.wire.before = "freepublish/submit", True
    assert (await desk.work()).step == Step.FAILED


async def test_a_refusal_is_told_in_the_platforms_words(desk: Desk) -> None:
    await desk.hand(publish=False, title="长" * 70)
    row = await desk.work()
    assert row.step == Step.FAILED
    assert "45003" in row.reason


async def test_an_unreachable_platform_is_tried_again_and_then_told(desk: Desk) -> None:
    await desk.hand(publish=False)
    desk.wire.lose, desk.wire.before = "draft/add", True
    with pytest.raises(Exception, match="ConnectError"):
        await desk.work()
    assert (await desk.row()).step == Step.WAITING
    assert (await desk.work(attempts=articles.TRIES - 1)).step == Step.FAILED


async def test_nothing_is_handed_over_while_it_is_being_published(desk: Desk) -> None:
    await desk.hand(publish=True)
    await desk.work()
    with pytest.raises(Conflict, match="还在发"):
        await desk.hand(publish=False)
