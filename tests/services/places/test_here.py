"""A door's code: scanned in a browser, in the messenger, and printed."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.campus.people.me import Me
from app.campus.permission import Role
from app.campus.places import Building, Room
from app.campus.places.doors import Place, places_of, rotate
from app.kit.answers import Card
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.service import Row, Service
from app.main import create_app, load_services
from app.services.places.pages import PRINT
from app.settings import Settings
from tests.conftest import Say
from tests.people import Somebody

pytestmark = pytest.mark.anyio
PhoneOf = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def doors(database: Database, people: dict[str, Somebody]) -> list[Place]:
    """3号楼, 501 and 502, with their codes."""
    async with database.session() as db:
        return list(await places_of(db, await db.get_one(Building, 1)))


@pytest.fixture
async def app(database: Database, settings: Settings) -> AsyncIterator[FastAPI]:
    """The application beside a service that offers something at every place."""

    async def repair(place: Place, me: Me | None, database: Database) -> list[Row]:
        return [Row("wrench", "报修", f"/h5/repairs?place={place.code}", place.name)]

    async def fail(place: Place, me: Me | None, database: Database) -> list[Row]:
        raise RuntimeError("down")

    made = {"repairs": Service("报修", here=repair), "lost": Service("失物", here=fail)}
    app = create_app(settings, {**load_services(), **made})
    yield app
    await app.state.database.close()


@pytest.fixture
async def passer_by(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody is logged in with."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
        yield browser


async def test_a_door_opens_what_services_offer_there(
    passer_by: httpx.AsyncClient, doors: list[Place]
) -> None:
    page = (await passer_by.get(f"/h5/places/{doors[1].code}")).text
    assert "<h1>501</h1>" in page
    assert f'href="/h5/repairs?place={doors[1].code}"' in page
    assert "3号楼 501" in page
    assert page.index("打抢修电话") > page.index("/h5/repairs")
    assert 'href="tel:88800110"' in page


async def test_a_service_that_fails_is_named_and_the_others_stand(
    passer_by: httpx.AsyncClient, doors: list[Place]
) -> None:
    answer = await passer_by.get(f"/h5/places/{doors[1].code}")
    assert answer.status_code == 200
    assert "失物那边没回话" in answer.text


async def test_a_building_has_a_page_of_its_own(
    passer_by: httpx.AsyncClient, doors: list[Place]
) -> None:
    assert "<h1>3号楼</h1>" in (await passer_by.get(f"/h5/places/{doors[0].code}")).text


async def test_where_nothing_is_offered_one_can_still_call(
    client: httpx.AsyncClient, doors: list[Place]
) -> None:
    page = (await client.get(f"/h5/places/{doors[1].code}")).text
    assert "打抢修电话" in page


@pytest.mark.parametrize("code", ["a" * 24, "x", "%00" * 3, "门" * 24])
async def test_a_forged_code_opens_nothing(
    passer_by: httpx.AsyncClient, doors: list[Place], code: str
) -> None:
    answer = await passer_by.get(f"/h5/places/{code}")
    assert answer.status_code == 404
    assert "这张码不是我们贴的" in answer.text
    assert "501" not in answer.text


async def test_who_guesses_too_often_is_told_to_wait(
    passer_by: httpx.AsyncClient, doors: list[Place]
) -> None:
    tries = [(await passer_by.get(f"/h5/places/{'b' * 24}")).status_code for _ in range(21)]
    assert tries == [404] * 20 + [429]
    assert (await passer_by.get(f"/h5/places/{doors[1].code}")).status_code == 200


async def test_a_rotated_code_says_to_scan_the_new_one(
    database: Database, passer_by: httpx.AsyncClient, doors: list[Place]
) -> None:
    async with database.session() as db:
        await rotate(db, None, await db.get_one(Room, doors[1].room_id))
    answer = await passer_by.get(f"/h5/places/{doors[1].code}")
    assert answer.status_code == 404
    assert "扫门上新贴的那张" in answer.text


@pytest.mark.parametrize("words", ["place:{}", "PLACE:{}", "https://hq.example/h5/places/{}"])
async def test_a_code_scanned_in_the_messenger_leads_to_the_place(
    say: Say, doors: list[Place], words: str
) -> None:
    card = Card("3号楼 501", f"/h5/places/{doors[1].code}", "点开看这里能办什么，位置已经填好")
    assert await say(words.format(doors[1].code)) == (card,)


async def test_a_forged_scene_is_refused_in_words(say: Say, doors: list[Place]) -> None:
    with pytest.raises(NotFound, match="这张码不是我们贴的"):
        await say("place:abc")


async def test_one_can_ask_what_the_codes_are_for(say: Say) -> None:
    [answer] = await say("门牌码") or ()
    assert "用微信扫一下" in str(answer)


@pytest.mark.parametrize("name", ["operator", "keeper", "leader", "administrator"])
async def test_who_looks_after_a_building_prints_its_sheets(
    phone_of: PhoneOf, doors: list[Place], name: str
) -> None:
    async with phone_of(name) as browser:
        answer = await browser.get("/h5/places/signs/1.pdf?first=5&last=5")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("name", "status"), [("alice", 403), ("worker", 403), ("charlie", 403), ("nobody", 401)]
)
async def test_nobody_else_prints_codes(
    phone_of: PhoneOf, passer_by: httpx.AsyncClient, doors: list[Place], name: str, status: int
) -> None:
    browser = passer_by if name == "nobody" else phone_of(name)
    answer = await browser.get("/h5/places/signs/1.pdf", headers={"accept": "application/pdf"})
    assert not answer.content.startswith(b"%PDF-")
    assert answer.status_code == status or answer.is_redirect


async def test_a_keeper_prints_only_their_own_building(
    database: Database, phone_of: PhoneOf, doors: list[Place]
) -> None:
    assert Role.KEEPER in PRINT.roles
    async with database.session() as db:
        db.add(Building(id=2, name="4号楼", campus="南校区"))
    async with phone_of("keeper") as browser:
        assert (await browser.get("/h5/places/signs/2.pdf")).status_code == 403
    async with phone_of("operator") as browser:
        assert (await browser.get("/h5/places/signs/2.pdf")).status_code == 200
        assert (await browser.get("/h5/places/signs/9.pdf")).status_code == 404
