"""Mass messages and articles: our own client on one side, the sandbox on the other."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from tenacity import wait_none

from app.sandbox.media import plain_png
from app.wechat.articles import DraftArticle
from app.wechat.client import Client, open_client
from app.wechat.errors import ApiError, DataInvalid
from app.wechat.sending import MassNews, MassTask, MassText, subscribe_letter, template_letter
from app.wechat.token import MemoryStore
from tests.sandbox.conftest import Make, Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sandbox(make: Make) -> Sandbox:
    return await make(receipt_delay=0.0)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    settings = sandbox.platform.settings
    transport: httpx.AsyncBaseTransport = sandbox.http._transport
    async with open_client("http://sandbox", transport=transport) as http:
        store = MemoryStore(sandbox.clock)
        yield Client(http, settings.app_id, settings.app_secret, store,
                     clock=sandbox.clock, wait=wait_none())  # fmt: skip


async def event(sandbox: Sandbox, name: str) -> dict[str, str]:
    """The newest event of this name, as soon as it came."""
    for _ in range(200):
        for message in reversed(sandbox.account.messages):
            if message._data.get("Event") == name:
                return dict(message._data)
        await asyncio.sleep(0.01)
    raise TimeoutError(name)


async def article(client: Client, title: str = "停水通知") -> DraftArticle:
    cover = await client.material_picture(plain_png())
    return DraftArticle(title, "<p>周四停水</p>", cover, digest="记得存水")


async def test_a_mass_text_reaches_those_who_follow(sandbox: Sandbox, client: Client) -> None:
    openids = [*list(sandbox.platform.people)[:2], sandbox.stranger]
    task = await client.mass_send(openids, MassText("周四停水"), "m1")
    told = await event(sandbox, "MASSSENDJOBFINISH")
    counts = [told[name] for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]
    assert counts == ["3", "3", "2", "1"]
    assert sandbox.chat()[-1] == ("text", "周四停水")
    assert await client.mass_status(task.msg_id) == "SEND_SUCCESS"
    assert await client.mass_send(openids, MassText("周四停水"), "m1") == MassTask(
        task.msg_id, again=True
    )


async def test_a_follower_gets_four_a_month(sandbox: Sandbox, client: Client) -> None:
    for number in range(5):
        await client.mass_send_all(MassText(f"第{number}条"), f"m{number}")
        await asyncio.sleep(0.05)
    lines = [text for kind, text in sandbox.chat() if kind == "text"]
    assert lines == ["第0条", "第1条", "第2条", "第3条"]


async def test_a_mass_article_is_a_card_that_opens(sandbox: Sandbox, client: Client) -> None:
    media_id = await client.draft_add([await article(client)])
    tag = await client.tag_create("3号楼")
    await client.tag_followers(tag.id, [sandbox.alice])
    task = await client.mass_send_all(MassNews(media_id), "m1", tag.id)
    await event(sandbox, "MASSSENDJOBFINISH")
    [card] = sandbox.platform.person(sandbox.alice).chat[-1].data["articles"]
    assert (card["title"], card["description"]) == ("停水通知", "记得存水")
    path = httpx.URL(card["url"]).path
    assert "<p>周四停水</p>" in (await sandbox.http.get(path)).text
    await client.mass_delete(task.msg_id)
    assert (await sandbox.http.get(path)).status_code == 404
    assert [tag.count for tag in await client.tags()] == [1]


async def test_a_draft_is_changed_listed_and_thrown_away(client: Client) -> None:
    first = await article(client)
    media_id = await client.draft_add([first])
    await client.draft_update(media_id, await article(client, "停电通知"))
    draft = await client.draft_get(media_id)
    assert [one.title for one in draft.articles] == ["停电通知"]
    page = await client.drafts()
    assert (page.total, page.items[0].articles[0].content) == (1, "")
    assert await client.draft_count() == 1
    await client.draft_delete(media_id)
    with pytest.raises(DataInvalid):
        await client.draft_get(media_id)


async def test_what_is_published_has_an_address(sandbox: Sandbox, client: Client) -> None:
    media_id = await client.draft_add([await article(client)])
    publish_id = await client.publish(media_id)
    await event(sandbox, "PUBLISHJOBFINISH")
    done = await client.publication(publish_id)
    assert (done.status, len(done.urls)) == (0, 1)
    page = await client.published()
    assert (page.total, page.items[0].media_id) == (1, done.article_id)
    assert page.items[0].articles[0].url == done.urls[0]
    await client.published_delete(done.article_id)
    assert (await client.published()).total == 0
    assert await client.draft_count() == 0


async def test_a_review_can_refuse_an_article(sandbox: Sandbox, client: Client) -> None:
    await sandbox.do("faults", name="publish_refused", times=1)
    publish_id = await client.publish(await client.draft_add([await article(client)]))
    await event(sandbox, "PUBLISHJOBFINISH")
    assert (await client.publication(publish_id)).status == 4
    assert await client.draft_count() == 1


async def test_an_article_without_its_cover_is_refused(client: Client) -> None:
    with pytest.raises(DataInvalid):
        await client.draft_add([DraftArticle("停水", "<p>周四</p>", "no-such-cover")])
    assert (await client.article_picture(b"\xff\xd8\xff")).startswith("http://127.0.0.1")


async def test_the_client_sends_what_the_platform_takes(sandbox: Sandbox, client: Client) -> None:
    cut = next(one for one in await client.templates() if one.title == "停电通知")
    values = {"thing": "检修", "time": "2026年11月21日 15:01", "phone_number": "88800110"}
    data = {word.name: values[word.kind] for word in cut.keywords}
    numbers = {
        await client.send_template(sandbox.alice, template_letter(cut.id, data), "d1")
        for _ in range(2)
    }
    assert len(numbers) == 1
    [notice, *_] = await client.subscribe_templates()
    assert notice.keywords[0].title == "报修单号"
    with pytest.raises(ApiError) as caught:
        await client.send_subscribe(sandbox.alice, subscribe_letter(notice.id, {}))
    assert caught.value.errcode == 47003


async def test_all_followers_are_listed_page_by_page(sandbox: Sandbox, client: Client) -> None:
    sandbox.platform.letters.gather(10_050)
    pages = [len(page) async for page in client.followers()]
    assert pages == [10_000, 57]
    async for page in client.followers():
        assert sandbox.alice in page
        break
