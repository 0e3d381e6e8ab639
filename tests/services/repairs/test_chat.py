"""「报修」, 「我的报修」, 「进度」 and photos in the chat."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from sqlalchemy import select

from app.campus.people.privacy import forget_person
from app.campus.uploads import Upload
from app.gateway.router import as_text
from app.kit import clock
from app.kit.answers import Card, Say
from app.kit.chat import Ask, Kind
from app.kit.errors import Invalid, NotFound
from app.services.repairs import chat_photo
from app.services.repairs.chat_photo import MOST, fetch
from tests.browser import serve
from tests.conftest import Say as Asked
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, NEW, PhoneOf, Reporting, jpeg

pytestmark = pytest.mark.anyio


@pytest.fixture
def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    return Reporting(scene, phone_of)


@pytest.fixture
def platform() -> Iterator[str]:
    """Where the platform keeps photos that were sent."""
    app = FastAPI()

    @app.get("/photo.jpg")
    def photo() -> Response:
        return Response(jpeg(), media_type="image/jpeg")

    @app.get("/words.jpg")
    def words() -> Response:
        return Response(b"no photo", media_type="image/jpeg")

    with serve(app) as address:
        yield address


async def heard(say: Asked, words: str, who: str = "o-alice") -> Any:
    answer = await say(as_text(words, who, clock.now()))
    assert answer is not None
    return answer[0]


@pytest.mark.parametrize("words", ["报修", "维修", "我要报修"])
async def test_it_opens_the_form(say: Asked, words: str) -> None:
    assert (await heard(say, words)).url == NEW


async def test_what_was_said_is_filled_in(say: Asked, scene: Scene) -> None:
    card: Card = await heard(say, "报修 水管漏水，一直滴")
    assert card.url.startswith(f"{NEW}?words=")
    assert f"kind={scene.kind_id}" in card.url
    other: Card = await heard(say, "报修：天花板掉皮")
    assert "kind=" not in other.url


async def test_mine_lists_how_each_stands(say: Asked, phones: Reporting) -> None:
    assert "你还没报过修" in (await heard(say, "我的报修")).text
    for _ in range(7):
        number = await phones.report(anew=await newest(phones))
    answer: Say = await heard(say, "我的报修")
    assert answer.text.count("3号楼 501 水管漏水") == 5
    assert "前修好" in answer.text
    assert "更早的" in answer.text
    assert answer.links[0].url == HOME
    assert number not in (await heard(say, "我的报修", "o-bob")).text


async def newest(phones: Reporting) -> str:
    """The number of the order that the form would ask about."""
    html = (await phones.get("alice", f"{NEW}/ask?kind={phones.scene.kind_id}")).text
    return html.split('href="/h5/repairs/')[-1].split('"')[0] if "报过" in html else ""


async def test_progress_leads_to_the_newest_that_is_open(say: Asked, phones: Reporting) -> None:
    assert "没有在修的" in (await heard(say, "进度")).text
    open_ = await phones.report()
    done = await phones.report(anew=open_, words="另一处")
    await phones.finish(done)
    card: Card = await heard(say, "修到哪了")
    assert card.url == f"{HOME}/{open_}"
    assert card.title.endswith("前修好")


async def test_a_number_is_answered_to_whom_it_concerns(say: Asked, phones: Reporting) -> None:
    number = await phones.report()
    assert (await heard(say, number)).url == f"{HOME}/{number}"
    with pytest.raises(NotFound):
        await heard(say, number, "o-bob")


@pytest.mark.parametrize("words", ["我的报修", "进度", "261121-1"])
async def test_who_is_not_bound_binds_first(say: Asked, scene: Scene, words: str) -> None:
    answer: Say = await heard(say, words, "o-charlie")
    assert answer.links[0].url.startswith("/h5/mine/bind")


@pytest.mark.parametrize(("words", "page"), [("报修广场", "public"), ("收费标准", "fees")])
async def test_what_is_everybodys_is_a_word_away(say: Asked, words: str, page: str) -> None:
    assert (await heard(say, words)).url == f"{HOME}/{page}"


async def sent(say: Asked, address: str, who: str = "o-alice") -> Any:
    answer = await say(Ask(who, clock.now(), Kind.PICTURE, picture=address))
    assert answer is not None
    return answer[0]


async def test_a_photo_offers_a_report_that_holds_it(
    say: Asked, phones: Reporting, platform: str
) -> None:
    card: Card = await sent(say, f"{platform}/photo.jpg")
    assert "3号楼 501" in card.text
    async with phones.database.session() as db:
        upload = (await db.scalars(select(Upload))).one()
    assert card.url == f"{NEW}?photo={upload.id}"
    assert "你刚发来的照片" in (await phones.get("alice", card.url)).text


async def test_a_photo_that_no_report_holds_is_dropped_after_a_week(
    say: Asked, phones: Reporting, platform: str
) -> None:
    held: Card = await sent(say, f"{platform}/photo.jpg")
    await sent(say, f"{platform}/photo.jpg")
    upload, now = held.url.rpartition("=")[2], clock.now()
    await phones.report(photo=upload)
    async with phones.database.session() as db:
        assert await chat_photo.drop_left(db, now + timedelta(days=6)) == 0
        assert await chat_photo.drop_left(db, now + timedelta(days=8)) == 1
        assert [str(one.id) for one in await db.scalars(select(Upload))] == [upload]


async def test_of_who_is_deleted_no_photo_of_the_chat_is_kept(
    say: Asked, phones: Reporting, platform: str
) -> None:
    await sent(say, f"{platform}/photo.jpg")
    async with phones.database.session() as db:
        await forget_person(db, await phones.scene.me(db, "alice"), clock.now())
        assert (await db.scalars(select(Upload))).all() == []


@pytest.mark.parametrize("path", ["/gone.jpg", "/words.jpg"])
async def test_a_photo_that_cannot_be_had_offers_the_empty_form(
    say: Asked, phones: Reporting, platform: str, path: str
) -> None:
    answer: Say = await sent(say, platform + path)
    assert answer.links[0].url == NEW
    async with phones.database.session() as db:
        assert (await db.scalars(select(Upload))).all() == []


async def test_a_photo_of_somebody_unbound_is_not_kept(say: Asked, scene: Scene) -> None:
    answer: Say = await sent(say, "http://127.0.0.1:9/never-asked.jpg", "o-charlie")
    assert answer.links[0].url.startswith("/h5/mine/bind")


def too_much(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"x" * (MOST + 1))


def elsewhere(request: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"location": "http://127.0.0.1/"})


def silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


@pytest.mark.parametrize("answer", [too_much, elsewhere, silent])
async def test_what_is_too_large_too_slow_or_elsewhere_is_refused(answer: Any) -> None:
    with pytest.raises(Invalid):
        await fetch("http://platform/photo.jpg", httpx.MockTransport(answer))


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "not an address"])
async def test_only_addresses_of_the_web_are_asked(address: str) -> None:
    with pytest.raises(Invalid):
        await fetch(address)
