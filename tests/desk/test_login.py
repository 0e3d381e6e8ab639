"""Getting in: by password, by scanning, by both; and being kept out."""

import re
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.campus.audit import Entry
from app.campus.people import sessions
from app.campus.people.models import Session
from app.desk import passwords, scans
from app.desk.login import COOKIE, SCAN_COOKIE
from app.desk.models import Credential, Scan
from app.gateway.router import Router, as_text
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError, Invalid
from app.main import load_services
from tests.desk.conftest import DeskOf, browser, token_of
from tests.people import Somebody, cookie_of

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
SECRET = "a long enough secret"
NUMBERS = {"operator": "20260009", "alice": "20260000"}


async def give(database: Database, person: Somebody, **more: bool) -> None:
    async with database.session() as db:
        assert person.person_id
        await passwords.choose(db, person.person_id, SECRET)
        if more:
            await db.execute(update(Credential).values(**more))


async def log_in(
    client: httpx.AsyncClient, number: str = NUMBERS["operator"], password: str = SECRET
) -> httpx.Response:
    form = {"number": number, "password": password, "csrftoken": await token_of(client)}
    return await client.post("/desk/login", data=form)


@pytest.fixture
def laptop(app: FastAPI) -> httpx.AsyncClient:
    return browser(app)


async def test_the_right_password_lets_in_with_a_cookie_of_the_desk_alone(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"])
    inside = await log_in(laptop)
    cookie = next(c for c in inside.headers.get_list("set-cookie") if c.startswith(f"{COOKIE}="))
    assert inside.status_code == 303
    assert {"HttpOnly", "Path=/desk", "SameSite=strict"} <= set(cookie.split("; "))
    assert (await laptop.get("/desk/")).status_code == 200
    async with database.session() as db:
        said = await db.scalar(select(Entry).where(Entry.action == "desk.login"))
    assert said
    assert (said.actor_id, said.after) == (people["operator"].person_id, {"by": "password"})


async def test_a_wrong_password_and_an_unknown_number_get_the_same_words(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"])
    for number in (NUMBERS["operator"], "nobody"):
        refused = await log_in(laptop, number, "something else")
        assert refused.status_code == 403
        assert passwords.WRONG in refused.text


async def test_the_sixth_try_waits_even_with_the_right_password(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"])
    for _ in range(passwords.PER_NUMBER):
        await log_in(laptop, password="wrong again")
    refused = await log_in(laptop)
    assert refused.status_code == 429
    assert passwords.SLOWER in refused.text


async def test_a_student_with_a_password_is_still_kept_out(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["alice"])
    assert (await log_in(laptop, NUMBERS["alice"])).status_code == 403
    assert COOKIE not in laptop.cookies


async def test_a_session_of_the_phone_opens_nothing_here(app: FastAPI, people: People) -> None:
    client = browser(app)
    client.cookies.set(COOKIE, cookie_of(people["operator"]))
    assert (await client.get("/desk/")).headers["location"].startswith("http://test/desk/login")


async def test_a_login_without_our_forms_token_is_refused(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"])
    form = {"number": NUMBERS["operator"], "password": SECRET}
    assert (await laptop.post("/desk/login", data=form)).status_code == 403


@pytest.mark.parametrize("how", ["logged out", "ended everywhere", "12 hours unseen"])
async def test_a_session_ends(
    desk_of: DeskOf, people: People, database: Database, how: str
) -> None:
    client = await desk_of("operator")
    token = await token_of(client, "/desk/")
    async with database.session() as db:
        if how == "ended everywhere":
            await sessions.end_all(db, clock.now(), person_id=people["operator"].person_id)
        if how == "12 hours unseen":
            unseen = clock.now() - timedelta(hours=12, minutes=1)
            await db.execute(update(Session).values(seen_at=unseen))
    if how == "logged out":
        await client.post("/desk/logout", data={"csrftoken": token})
    assert (await client.get("/desk/")).status_code == 303


async def test_a_password_that_somebody_else_chose_is_changed_first(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"], must_change=True)
    page = await log_in(laptop)
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    token = re.findall(r'name="csrftoken" value="([^"]+)"', page.text)[0]
    form = {"ticket": ticket, "password": "my own long words", "csrftoken": token}
    assert (await laptop.get("/desk/")).status_code == 303
    assert (await laptop.post("/desk/login/password", data=form)).status_code == 303
    assert (await laptop.get("/desk/")).status_code == 200
    assert (await laptop.post("/desk/login/password", data=form)).status_code == 403


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "x" * 201])
async def test_a_password_that_is_easily_guessed_is_not_taken(
    database: Database, people: People, password: str
) -> None:
    with pytest.raises(Invalid):
        async with database.session() as db:
            await passwords.choose(db, people["operator"].person_id or 0, password)


async def phone_says(database: Database, words: str, who: str) -> str:
    router = Router(load_services())
    async with database.session() as db:
        ask = as_text(words, who, clock.now())
        return str(await router.answer(ask, database, db))


async def code_of(laptop: httpx.AsyncClient, database: Database) -> str:
    """A code whose browser is `laptop`."""
    async with database.session() as db:
        made = await scans.offer(db, "10.0.0.1", clock.now())
    laptop.cookies.set(SCAN_COOKIE, made.secret, domain="test.local", path="/desk")
    return made.scene


async def test_scanning_and_saying_yes_lets_the_waiting_browser_in(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    token = await token_of(laptop)
    scene = await code_of(laptop, database)
    wait = {"X-CSRFToken": token}
    assert (await laptop.post("/desk/login/scan", headers=wait)).status_code == 204
    assert "确认登录" in await phone_says(database, scene, "o-operator")
    assert (await laptop.post("/desk/login/scan", headers=wait)).status_code == 204
    assert "电脑上这就进去了" in await phone_says(database, f"{scene}:yes", "o-operator")
    inside = await laptop.post("/desk/login/scan", headers=wait)
    assert inside.headers["hx-redirect"] == "/desk/"
    assert (await laptop.get("/desk/")).status_code == 200


async def test_a_code_lets_in_once_and_only_its_own_browser(
    app: FastAPI, laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    token = await token_of(laptop)
    scene = await code_of(laptop, database)
    await phone_says(database, f"{scene}:yes", "o-operator")
    thief = browser(app)
    stolen = await thief.post("/desk/login/scan", headers={"X-CSRFToken": await token_of(thief)})
    assert COOKIE not in stolen.cookies
    secret = laptop.cookies[SCAN_COOKIE]
    assert (await laptop.post("/desk/login/scan", headers={"X-CSRFToken": token})).is_success
    async with database.session() as db:
        with pytest.raises(CampusError, match="过期"):
            await scans.entered(db, secret, clock.now())


@pytest.mark.parametrize("who", ["o-alice", "o-charlie", "o-worker", "o-stranger"])
async def test_a_phone_whose_person_is_no_operator_cannot_say_yes(
    laptop: httpx.AsyncClient, people: People, database: Database, who: str
) -> None:
    scene = await code_of(laptop, database)
    with pytest.raises(CampusError, match="进不了后台"):
        await phone_says(database, f"{scene}:yes", who)


async def test_a_code_is_over_after_two_minutes(people: People, database: Database) -> None:
    async with database.session() as db:
        made = await scans.offer(db, "10.0.0.1", clock.now() - scans.LIFE)
    with pytest.raises(CampusError, match="过期"):
        await phone_says(database, made.scene, "o-operator")


async def test_whoever_needs_both_gets_in_by_neither_alone(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"], needs_both=True)
    page = await log_in(laptop)
    assert "再用微信扫一下" in page.text
    assert COOKIE not in laptop.cookies
    token = await token_of(laptop)
    scene = await code_of(laptop, database)
    await phone_says(database, f"{scene}:yes", "o-operator")
    refused = await laptop.post("/desk/login/scan", headers={"X-CSRFToken": token})
    assert "先输密码" in refused.text


async def test_the_password_and_then_the_same_persons_phone_let_in(
    laptop: httpx.AsyncClient, people: People, database: Database
) -> None:
    await give(database, people["operator"], needs_both=True)
    await log_in(laptop)
    token = laptop.cookies["starlette_admin_csrftoken"]
    async with database.session() as db:
        scan = (await db.scalars(select(Scan).where(Scan.password_of.is_not(None)))).one()
        scan.person_id = scan.password_of
    await laptop.post("/desk/login/scan", headers={"X-CSRFToken": token})
    assert (await laptop.get("/desk/")).status_code == 200
