"""One order on the phone of its reporter, and what strangers get of it: nothing."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.campus.people.models import Person
from app.kit import clock
from app.services.repairs import closing, promises, work
from app.services.repairs.models import Order, Photo
from app.services.repairs.rules import State, Wait
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, NEW, PhoneOf, Reporting, jpeg, text_of

pytestmark = pytest.mark.anyio
PHOTO = re.compile(r'href="(/h5/uploads/[^"]+)"')


@pytest.fixture
def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    return Reporting(scene, phone_of)


async def seen(phones: Reporting, number: str, name: str = "alice") -> str:
    return text_of((await phones.get(name, f"{HOME}/{number}")).text)


async def test_bob_never_sees_alices_order_or_photos(phones: Reporting) -> None:
    said = {"kind": str(phones.scene.kind_id), "words": "接头一直滴"}
    answer = await phones.post("alice", NEW, [jpeg()], **said)
    page = answer.headers["location"]
    photo = PHOTO.findall((await phones.get("alice", page)).text)[0]
    assert (await phones.get("alice", photo)).headers["content-type"] == "image/jpeg"
    assert (await phones.get("bob", photo)).status_code == 403
    for part in ("", "/add", "/edit", "/withdraw", "/rate", "/rework"):
        refused = await phones.get("bob", page + part)
        assert refused.status_code == 404
        assert "接头一直滴" not in refused.text
    for part in ("/urge", "/add", "/edit", "/withdraw", "/rate", "/rework", "/confirm", "/follow"):
        sent = await phones.post("bob", page + part, page=NEW, words="我改了", stars="1")
        assert sent.status_code == 404


async def test_the_page_says_how_far_it_is_and_who_comes(phones: Reporting) -> None:
    number = await phones.report(urgent="on")
    assert "正在找师傅" in await seen(phones, number)
    async with phones.database.session() as db:
        worker = await db.get_one(Person, phones.scene.ids["worker"])
        worker.name, worker.phone = "王建国", "8880 0127"
    await phones.accept(number)
    html = (await phones.get("alice", f"{HOME}/{number}")).text
    assert "王建国师傅接单了" in html
    assert 'href="tel:88800127"' in html
    assert re.search(r'data-left="\d+"', html)
    assert "你提交了报修" in html
    assert 'hx-trigger="every 30s, timeup"' in html


async def test_waiting_says_why_and_the_clock_stands_still(phones: Reporting) -> None:
    number = await phones.report()
    order, now = await phones.accept(number), clock.now()
    async with phones.database.session() as db:
        worker = await phones.scene.me(db, "worker")
        until = now + timedelta(days=2)
        await work.wait(db, worker, order, now, why=Wait.PARTS, until=until, words="等门轴")
    page = await seen(phones, number)
    assert "等材料" in page
    assert "时限先停" in page
    assert "等门轴" in page


async def test_a_promise_stands_where_the_deadline_was(phones: Reporting) -> None:
    number = await phones.report()
    order, now = await phones.order(number), clock.now()
    async with phones.database.session() as db:
        leader = await phones.scene.me(db, "leader")
        until = now + timedelta(days=20)
        await promises.promise(db, leader, order, now, until=until, reason="要换整根管")
    page = await seen(phones, number)
    assert "要换整根管" in page
    assert f"{until.month}月{until.day}日" in page


async def test_who_is_late_is_told_so_in_red(phones: Reporting) -> None:
    number = await phones.report()
    async with phones.database.session() as db:
        late = clock.now() - timedelta(minutes=13)
        await db.execute(update(Order).values(finish_by=late))
    html = (await phones.get("alice", f"{HOME}/{number}")).text
    assert "晚了 13 分钟" in html
    assert 'class="c-bad"' in html
    assert "data-left" not in html


async def test_it_is_urged_once_per_period(phones: Reporting) -> None:
    number = await phones.report()
    page = f"{HOME}/{number}"
    first = await phones.post("alice", f"{page}/urge", page=page)
    assert first.status_code == 303
    assert "催过，师傅和班长都知道了" in await seen(phones, number)
    again = await phones.post("alice", f"{page}/urge", page=page)
    assert again.status_code == 409
    assert "刚催过" in again.text


async def test_words_and_photos_are_added_once(phones: Reporting) -> None:
    number = await phones.report()
    page = f"{HOME}/{number}"
    answer = await phones.post("alice", f"{page}/add", [jpeg()], words="柜子里也湿了")
    assert answer.headers["location"] == page
    html = (await phones.get("alice", page)).text
    assert "柜子里也湿了" in html
    assert html.count("点开看大图") == 1
    empty = await phones.post("alice", f"{page}/add")
    assert empty.status_code == 422
    assert "写一句或者加一张照片" in empty.text


async def test_a_report_is_changed_until_somebody_accepts_it(phones: Reporting) -> None:
    number = await phones.report(words="滴水", key="on")
    page = f"{HOME}/{number}"
    assert "滴水" in (await phones.get("alice", f"{page}/edit")).text
    tomorrow = clock.now() + timedelta(days=1)
    slot = f"{tomorrow:%Y-%m-%d}T20"
    changed = await phones.post("alice", f"{page}/edit", words="流成河了", slot=slot, phone="139")
    assert changed.headers["location"] == page
    assert "流成河了" in await seen(phones, number)
    assert "20:00–21:00" in await seen(phones, number)
    order = await phones.order(number)
    assert (order.phone, order.key_with_keeper) == ("139", False)
    await phones.accept(number)
    late = await phones.post("alice", f"{page}/edit", page=NEW, words="算了")
    assert late.status_code == 409
    assert "现在改不了" in (await phones.get("alice", f"{page}/edit")).text


async def test_a_wrong_visit_keeps_what_was_typed(phones: Reporting) -> None:
    number = await phones.report()
    said = {"words": "还是滴", "slot": "2020-01-01T08"}
    answer = await phones.post("alice", f"{HOME}/{number}/edit", **said)
    assert answer.status_code == 422
    assert "还是滴" in answer.text
    assert "至少提前 2 小时" in answer.text


async def test_it_is_withdrawn_until_somebody_accepts_it(phones: Reporting) -> None:
    number, other = await phones.report(), await phones.report("bob")
    answer = await phones.post("alice", f"{HOME}/{number}/withdraw", words="自己好了")
    assert answer.status_code == 303
    assert "这张单撤了" in await seen(phones, number)
    await phones.accept(other)
    late = await phones.post("bob", f"{HOME}/{other}/withdraw", page=NEW)
    assert late.status_code == 409
    assert "现在撤不了" in (await phones.get("bob", f"{HOME}/{other}/withdraw")).text


async def test_the_withdrawal_and_the_worker_meet(phones: Reporting) -> None:
    number = await phones.report()
    answer, order = await asyncio.gather(
        phones.post("alice", f"{HOME}/{number}/withdraw"), phones.accept(number),
        return_exceptions=True,
    )  # fmt: skip
    state = (await phones.order(number)).state
    assert not isinstance(answer, BaseException)
    if answer.status_code == 303:
        assert (state, isinstance(order, BaseException)) == (State.WITHDRAWN, True)
    else:
        assert (answer.status_code, state) == (409, State.ACCEPTED)


async def test_a_roommate_follows_and_leaves_again(phones: Reporting) -> None:
    number = await phones.report()
    async with phones.database.session() as db:
        bob = await db.get_one(Person, phones.scene.ids["bob"])
        bob.room_id = phones.scene.rooms["501"]
    page = f"{HOME}/{number}"
    await phones.post("bob", f"{page}/follow", page=NEW)
    assert "水管漏水" in text_of((await phones.get("bob", HOME)).text)
    followed = (await phones.get("bob", page)).text
    assert "撤销" not in followed
    assert "催一下" in followed
    await phones.post("bob", f"{page}/unfollow", page=page)
    assert (await phones.get("bob", page)).status_code == 404


async def test_a_hidden_photo_is_the_dispatchers_alone(phones: Reporting) -> None:
    said = {"kind": str(phones.scene.kind_id)}
    answer = await phones.post("alice", NEW, [jpeg()], **said)
    async with phones.database.session() as db:
        await db.execute(update(Photo).values(hidden=True))
    page = answer.headers["location"]
    assert "点开看大图" not in (await phones.get("alice", page)).text
    assert "点开看大图" in (await phones.get("operator", page)).text


async def test_a_merged_order_leads_on(phones: Reporting) -> None:
    number = await phones.report()
    into = await phones.order(await phones.report(words="另一处", anew=number))
    async with phones.database.session() as db:
        merged = update(Order).where(Order.number == number)
        await db.execute(merged.values(state=State.MERGED, merged_into_id=into.id))
    html = (await phones.get("alice", f"{HOME}/{number}")).text
    assert "并到另一张单" in html
    assert f'href="{HOME}/{into.number}"' in html


async def test_a_rejected_order_says_why(phones: Reporting) -> None:
    number = await phones.report()
    order = await phones.order(number)
    async with phones.database.session() as db:
        leader = await phones.scene.me(db, "leader")
        await closing.reject(db, leader, order, clock.now(), reason="这是你自己的台灯")
    page = await seen(phones, number)
    assert "没有受理" in page
    assert "这是你自己的台灯" in page
