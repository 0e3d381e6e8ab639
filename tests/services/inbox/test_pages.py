"""The inbox as pages: what somebody was told, and what may reach their phone."""

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import update

from app.campus.notify.models import Delivery, Message, State
from app.campus.notify.preferences import muted
from app.kit.db import Database
from tests.campus.notices import ALARM, FOUND, NOON, REPLY, deliveries
from tests.people import Somebody
from tests.services.inbox.conftest import Post, Told

pytestmark = pytest.mark.anyio
PhoneOf = Callable[[str], httpx.AsyncClient]
People = dict[str, Somebody]
LINK = re.compile(r'href="/h5/inbox/(\d+)"')


async def get(phone_of: PhoneOf, name: str, path: str = "") -> httpx.Response:
    async with phone_of(name) as phone:
        return await phone.get(f"/h5/inbox{path}")


async def test_a_message_is_listed_opened_and_leads_on(phone_of: PhoneOf, told: Told) -> None:
    await told("alice", "蓝色雨伞")
    page = (await get(phone_of, "alice")).text
    assert all(words in page for words in ("1 条新消息", FOUND.title, "蓝色雨伞", "还没看"))
    [id] = LINK.findall(page)
    one = (await get(phone_of, "alice", f"/{id}")).text
    assert all(
        words in one
        for words in ("什么时候", "11月21日 12:00", "「失物招领」里有详情", 'href="/h5/lost/%E8')
    )
    page = (await get(phone_of, "alice")).text
    assert "还没看" not in page
    assert "1 条新消息" not in page


async def test_it_is_bobs_or_it_is_not_there(phone_of: PhoneOf, told: Told) -> None:
    await told("alice", "蓝色雨伞")
    [id] = LINK.findall((await get(phone_of, "alice")).text)
    for name in ("bob", "charlie", "operator", "administrator"):
        assert "蓝色雨伞" not in (await get(phone_of, name)).text
        assert (await get(phone_of, name, f"/{id}")).status_code == 404
    assert (await get(phone_of, "alice")).text.count("还没看") == 1


@pytest.mark.parametrize("path", ["/0", "/9223372036854775808", "/x", "?before=x"])
async def test_an_address_that_cannot_be_is_refused(phone_of: PhoneOf, path: str) -> None:
    assert (await get(phone_of, "charlie", path)).status_code in (404, 422)


async def test_five_hundred_load_on_page_by_page(phone_of: PhoneOf, told: Told) -> None:
    for number in range(500):
        await told("alice", f"{number} 号伞")
    found: list[str] = []
    path: str | None = ""
    async with phone_of("alice") as phone:
        while path is not None:
            page = (await phone.get(f"/h5/inbox{path}")).text
            found += re.findall(r"\d+ 号伞", page)
            following = re.search(r"/h5/inbox(\?before=\d+)", page)
            path = following[1] if following else None
    assert found == [f"{number} 号伞" for number in reversed(range(500))]


async def test_the_badge_counts_what_is_unread(
    phone_of: PhoneOf, told: Told, post: Post, database: Database
) -> None:
    async with phone_of("alice") as phone:
        assert "新消息" not in (await phone.get("/h5/mine")).text
        for _ in range(2):
            await told("alice")
        page = (await phone.get("/h5/mine")).text
        assert "2 条新消息" in page
        assert f"{FOUND.title}，" in page
        assert re.search(r'weui-badge">2<', page)
        newest = max(d.id for d in await deliveries(database))
        assert (await post("alice", "/h5/inbox/read", upto=str(newest))).status_code == 303
        assert "新消息" not in (await phone.get("/h5/mine")).text


async def test_switches_say_what_reaches_the_phone(
    database: Database, people: People, phone_of: PhoneOf, post: Post, told: Told
) -> None:
    alice = people["alice"].person_id or 0
    shown = [FOUND.name, REPLY.name]
    answer = await post("alice", "/h5/inbox/settings", shown=shown, on=[REPLY.name])
    assert answer.headers["location"] == "/h5/inbox"
    page = (await get(phone_of, "alice", "/settings")).text
    assert not re.search(f'value="{FOUND.name}"[^>]* checked|checked value="{FOUND.name}"', page)
    assert f'checked value="{REPLY.name}"' in page
    await told("alice")
    assert [d.state for d in await deliveries(database)] == [State.KEPT]
    await post("alice", "/h5/inbox/settings", shown=shown, on=shown)
    async with database.session() as db:
        assert await muted(db, alice) == set()


async def test_what_may_not_be_switched_off_stays_on_whatever_a_form_says(
    database: Database, people: People, phone_of: PhoneOf, post: Post
) -> None:
    assert "一直开着" in (await get(phone_of, "alice", "/settings")).text
    await post("alice", "/h5/inbox/settings", shown=[ALARM.name, "no.such"], on=[])
    async with database.session() as db:
        assert await muted(db, people["alice"].person_id or 0) == set()


async def test_settings_are_of_a_person(phone_of: PhoneOf) -> None:
    answer = await get(phone_of, "charlie", "/settings")
    assert (answer.status_code, "绑定学号" in answer.text) == (403, True)


async def test_a_message_of_a_service_that_is_gone_is_still_read(
    database: Database, phone_of: PhoneOf, told: Told
) -> None:
    await told("alice", "蓝色雨伞")
    async with database.session() as db:
        await db.execute(update(Message).values(notice="gone.news", page="javascript:alert(1)"))
    [id] = LINK.findall((await get(phone_of, "alice")).text)
    page = (await get(phone_of, "alice", f"/{id}")).text
    assert "蓝色雨伞" in page
    assert "去看看" not in page
    assert "javascript:" not in page


async def test_free_words_are_read_without_harm(
    database: Database, people: People, phone_of: PhoneOf
) -> None:
    async with database.session() as db:
        message = Message(words="明天停水\n<script>alert(1)</script>", at=NOON)
        db.add(message)
        await db.flush()
        db.add(Delivery(
            message_id=message.id, who="o-charlie", rank=2, state=State.SENT, due_at=NOON,
        ))  # fmt: skip
    page = (await get(phone_of, "charlie")).text
    assert "后勤通知" in page
    [id] = LINK.findall(page)
    one = (await get(phone_of, "charlie", f"/{id}")).text
    assert "明天停水\n&lt;script&gt;" in one
