"""After the repair: stars of the reporter alone, confirmed by others, and back again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.kit import clock
from app.services.repairs import closing
from app.services.repairs.models import Order, Rating
from app.services.repairs.rules import State
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, NEW, PhoneOf, Reporting, jpeg, text_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    return Reporting(scene, phone_of)


@pytest.fixture
async def done(phones: Reporting) -> str:
    """The page of an order of alice's that was mended."""
    number = await phones.report()
    await phones.finish(number)
    return f"{HOME}/{number}"


async def rating(phones: Reporting) -> Rating:
    async with phones.database.session() as db:
        return (await db.scalars(select(Rating))).one()


async def test_no_star_is_lit_before_one_is_chosen(phones: Reporting, done: str) -> None:
    assert "评一下" in (await phones.get("alice", done)).text
    form = (await phones.get("alice", f"{done}/rate")).text
    assert "修得怎么样？" in form
    assert "checked" not in form
    assert "不评不算好评" in form


async def test_stars_tags_and_words_are_kept_once(phones: Reporting, done: str) -> None:
    said = {"stars": "4", "tag": "态度好", "words": "很快"}
    answer = await phones.post("alice", f"{done}/rate", **said)
    assert answer.headers["location"] == done
    kept = await rating(phones)
    assert (kept.stars, kept.tags, kept.words) == (4, ["态度好"], "很快")
    assert "你评了 4 星" in (await phones.get("alice", done)).text
    again = await phones.post("alice", f"{done}/rate", page=NEW, stars="1")
    assert again.status_code == 409
    assert (await rating(phones)).stars == 4


async def test_a_rating_without_stars_keeps_the_words(phones: Reporting, done: str) -> None:
    answer = await phones.post("alice", f"{done}/rate", words="还行吧", tag="等得久")
    assert answer.status_code == 422
    assert "还行吧" in answer.text
    assert 'value="等得久" checked' in answer.text
    assert "点 1 到 5 颗星" in answer.text


async def test_the_worker_sees_neither_stars_nor_that_it_was_rated(
    phones: Reporting, done: str
) -> None:
    await phones.post("alice", f"{done}/rate", stars="2", words="慢")
    page = text_of((await phones.get("worker", done)).text)
    assert "评了 2 星" not in page
    assert "评价了这次维修" not in page
    sent = await phones.post("worker", f"{done}/rate", page=NEW, stars="5")
    assert sent.status_code in (403, 409)
    assert (await rating(phones)).stars == 2


async def test_silence_is_no_praise_and_may_be_rated_later(phones: Reporting, done: str) -> None:
    async with phones.database.session() as db:
        await db.execute(update(Order).values(done_at=clock.now() - timedelta(days=8)))
        assert await closing.close_silent(db, clock.now()) == 1
    assert (await rating(phones)).stars is None
    page = text_of((await phones.get("alice", done)).text)
    assert "7 天没有回音" in page
    assert "晚了也算数" in (await phones.get("alice", f"{done}/rate")).text
    await phones.post("alice", f"{done}/rate", stars="3")
    assert (await rating(phones)).stars == 3


async def test_the_keeper_confirms_what_was_mended(phones: Reporting, done: str) -> None:
    assert "确认修好" in (await phones.get("keeper", done)).text
    answer = await phones.post("keeper", f"{done}/confirm", page=done)
    assert answer.status_code == 303
    assert (await phones.order(done.removeprefix(f"{HOME}/"))).state == State.CONFIRMED


async def test_it_comes_back_within_the_warranty(phones: Reporting, done: str) -> None:
    assert "30 天内免费返修" in (await phones.get("alice", f"{done}/rate")).text
    empty = await phones.post("alice", f"{done}/rework")
    assert empty.status_code == 422
    answer = await phones.post("alice", f"{done}/rework", [jpeg()], words="又开始滴了")
    assert answer.headers["location"] == done
    page = (await phones.get("alice", done)).text
    assert "又开始滴了" in page
    assert "点开看大图" in page
    assert (await phones.order(done.removeprefix(f"{HOME}/"))).rework == 1


async def test_after_the_warranty_another_order_is_offered(phones: Reporting, done: str) -> None:
    async with phones.database.session() as db:
        await db.execute(update(Order).values(done_at=clock.now() - timedelta(days=31)))
    assert "不能返修了" in (await phones.get("alice", f"{done}/rework")).text
    answer = await phones.post("alice", f"{done}/rework", page=NEW, words="又坏了")
    assert answer.status_code == 409
