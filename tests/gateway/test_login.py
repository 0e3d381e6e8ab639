"""Logging in from WeChat, and all that phones do to the address that comes back."""

import asyncio
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select, update

from app.campus.people import followers, sessions
from app.campus.people.models import Follower, Session
from app.gateway import login_state as states
from app.gateway.models import Login
from app.kit import clock
from app.kit.db import Database
from app.settings import DEMO_SECRETS
from tests.gateway.phones import OURS, PAGE, THEIRS, World, argument, sent_back

# Signed as ours are, with another key; a new one in each process.
FOREIGN = TimestampSigner("x").sign("k").hex()

pytestmark = pytest.mark.anyio
KEY = DEMO_SECRETS["secret_key"]


def exchanges(world: World) -> list[str]:
    """How the platform answered each exchange of a code."""
    return [e.status for e in world.platform.log if e.title == "sns/oauth2/access_token"]


def page_of(answer: httpx.Response) -> str:
    """Its address; a browser carries the fragment of WeChat's own address on."""
    return str(answer.url).removesuffix("#wechat_redirect")


async def count(database: Database, table: Any) -> int:
    async with database.session() as db:
        return int(await db.scalar(select(func.count()).select_from(table)) or 0)


def old_state(key: str) -> str:
    """A state that we signed eleven minutes ago."""

    class Then(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - 660

    return Then(KEY, salt="login state").sign(key).hex()


async def test_a_page_opened_in_wechat_is_shown_without_a_word(world: World) -> None:
    answer = await world.phone().get(PAGE)
    assert answer.text == f"room of {world.alice}"
    assert page_of(answer) == OURS + PAGE
    assert [hop.url.path for hop in answer.history] == [
        "/h5/room", "/login", "/connect/oauth2/authorize", "/login/back",
    ]  # fmt: skip


async def test_who_is_logged_in_is_not_sent_away_again(world: World) -> None:
    phone = world.phone()
    await phone.get(PAGE)
    assert (await phone.get(PAGE)).history == []
    assert exchanges(world) == ["0"]


async def test_the_address_for_wechat_is_as_it_wants_it(world: World) -> None:
    login = await world.phone().get("/login", follow_redirects=False)
    address = login.headers["location"]
    head = f"{THEIRS}/connect/oauth2/authorize?appid=wx0000000000000000&redirect_uri=http%3A%2F%2F"
    assert address.startswith(f"{head}127.0.0.1%3A8000%2Flogin%2Fback&response_type=code&scope=")
    assert address.endswith("#wechat_redirect")
    state = argument(address.partition("#")[0], "state")
    assert state.isalnum()
    assert len(state) <= 128
    cookie = login.headers["set-cookie"]
    assert {"HttpOnly", "Path=/login", "SameSite=lax"} <= set(cookie.split("; "))


async def test_back_and_refresh_end_on_the_page_that_was_wanted(world: World) -> None:
    phone = world.phone()
    address = await sent_back(phone)
    for _ in range(3):
        answer = await phone.get(address)
        assert (answer.text, page_of(answer)) == (f"room of {world.alice}", OURS + PAGE)
    assert exchanges(world) == ["0"]


async def test_a_double_redirect_logs_in_though_the_first_answer_was_let_go(
    world: World, database: Database
) -> None:
    phone, lost = world.phone(), world.phone()
    login = await phone.get("/login", params={"next": PAGE}, follow_redirects=False)
    first, second = [
        (await phone.get(login.headers["location"], follow_redirects=False)).headers["location"]
        for _ in range(2)
    ]
    assert argument(first, "code") != argument(second, "code")
    lost.cookies = httpx.Cookies(phone.cookies)
    await lost.get(first, follow_redirects=False)
    assert (await phone.get(second)).text == f"room of {world.alice}"
    assert exchanges(world) == ["0"]


async def test_two_codes_of_one_state_at_the_same_time_both_end_well(world: World) -> None:
    phone = world.phone()
    login = await phone.get("/login", params={"next": PAGE}, follow_redirects=False)
    codes = [
        (await phone.get(login.headers["location"], follow_redirects=False)).headers["location"]
        for _ in range(2)
    ]
    for answer in await asyncio.gather(*map(phone.get, codes)):
        assert answer.text == f"room of {world.alice}"


async def test_a_used_code_is_followed_by_a_second_login(world: World) -> None:
    world.platform.faults.switch("code_used", times=1)
    assert (await world.phone().get(PAGE)).text == f"room of {world.alice}"
    assert exchanges(world) == ["40163", "0"]


async def test_an_invalid_code_with_a_live_session_goes_on(world: World) -> None:
    phone = world.phone()
    await phone.get(PAGE)
    address = await sent_back(phone)
    spoilt = address.replace(argument(address, "code"), "0made-up")
    assert (await phone.get(spoilt)).text == f"room of {world.alice}"
    assert exchanges(world) == ["0", "40029"]


async def test_after_two_logins_in_vain_a_page_says_what_to_do(world: World) -> None:
    world.platform.faults.switch("code_used")
    answer = await world.phone().get(PAGE)
    assert (answer.status_code, exchanges(world)) == (403, ["40163", "40163"])
    assert "这次没认出你" in answer.text
    assert "/login?next=/h5/room%3Ffloor%3D5" in answer.text


async def test_without_cookies_nobody_goes_round_in_circles(world: World) -> None:
    phone, address = world.phone(), OURS + PAGE
    for hop in range(6):  # page, login, WeChat, back; WeChat, back
        phone.cookies = httpx.Cookies({"sandbox_phone": world.alice})
        answer = await phone.get(address, follow_redirects=False)
        assert answer.status_code == 302 or hop == 5
        address = str(answer.next_request.url) if answer.next_request else ""
    assert (answer.status_code, exchanges(world)) == (403, [])


async def test_a_snapshot_visitor_gets_no_session(world: World, database: Database) -> None:
    world.platform.faults.switch("snapshot")
    phone = world.phone()
    answer = await phone.get(PAGE)
    assert answer.status_code == 403
    assert "使用完整服务" in answer.text
    assert "sid" not in phone.cookies
    assert await count(database, Session) == await count(database, Follower) == 0


async def test_the_address_of_another_browser_logs_nobody_in_as_its_owner(world: World) -> None:
    address = await sent_back(world.phone(world.alice))
    answer = await world.phone(world.bob).get(address)
    assert [hop.url.path for hop in answer.history[:3]] == [
        "/login/back", "/connect/oauth2/authorize", "/login/back",
    ]  # fmt: skip
    assert exchanges(world) == ["0"]
    assert world.platform.logins.take(argument(address, "code")).openid == world.alice


async def test_the_code_of_another_person_cannot_follow_a_finished_login(world: World) -> None:
    phone = world.phone(world.alice)
    address = await sent_back(phone)
    kept = httpx.Cookies(phone.cookies)
    await phone.get(address)
    phone.cookies = kept
    theirs = argument(await sent_back(world.phone(world.bob)), "code")
    answer = await phone.get(address.replace(argument(address, "code"), theirs))
    assert answer.text == f"room of {world.alice}"


@pytest.mark.parametrize("state", ["", "abc", "00" * 40, "é", pytest.param(FOREIGN, id="foreign")])
async def test_a_made_up_state_is_followed_by_a_login_of_ones_own(world: World, state: str) -> None:
    answer = await world.phone().get("/login/back", params={"code": "x", "state": state})
    assert answer.history[1].url.path == "/connect/oauth2/authorize"
    assert exchanges(world) == ["0"]
    assert answer.url.path == states.HOME


async def test_an_expired_state_is_not_exchanged(world: World) -> None:
    phone = world.phone()
    address = await sent_back(phone)
    known = states.read_state(KEY, argument(address, "state"))
    assert known
    late = old_state(known.key)
    assert states.read_state(KEY, late) == states.State(known.key, fresh=False, again=False)
    answer = await phone.get(address.replace(argument(address, "state"), late))
    assert answer.history[1].url.path == "/connect/oauth2/authorize"
    assert exchanges(world) == ["0"]


async def test_two_tabs_do_not_take_each_others_login(world: World) -> None:
    phone = world.phone()
    one, two = await sent_back(phone, "/h5/room?tab=1"), await sent_back(phone, "/h5/room?tab=2")
    assert (await phone.get(one)).url.query == b"tab=1"
    session = phone.cookies["sid"]
    assert (await phone.get(two)).url.query == b"tab=2"
    assert phone.cookies["sid"] == session  # forms open in the first tab stay good


async def test_another_person_on_the_same_phone_ends_the_session_before(
    world: World, database: Database
) -> None:
    phone = world.phone(world.alice)
    await phone.get(PAGE)
    phone.cookies.set("sandbox_phone", world.bob, domain="127.0.0.1")
    assert (await phone.get("/login", params={"next": PAGE})).text == f"room of {world.bob}"
    async with database.session() as db:
        alive = select(Session.who).where(Session.ended_at.is_(None))
        assert list(await db.scalars(alive)) == [world.bob]


async def test_while_wechat_is_down_the_page_keeps_what_was_wanted(world: World) -> None:
    world.platform.faults.switch("busy")
    answer = await world.phone().get(PAGE)
    assert answer.status_code == 503
    assert "微信那边没回话" in answer.text
    assert "/login?next=/h5/room%3Ffloor%3D5" in answer.text
    world.platform.faults.switch("busy", on=False)
    assert (await world.phone().get(PAGE)).text == f"room of {world.alice}"


async def test_a_revoked_session_logs_in_anew(world: World, database: Database) -> None:
    phone = world.phone()
    await phone.get(PAGE)
    async with database.session() as db:
        await sessions.end_all(db, clock.now(), who=world.alice)
    answer = await phone.get(PAGE)
    assert answer.text == f"room of {world.alice}"
    assert exchanges(world) == ["0", "0"]


async def test_logging_in_does_not_say_that_somebody_follows(
    world: World, database: Database
) -> None:
    await world.phone().get(PAGE)
    async with database.session() as db:
        assert (await db.get_one(Follower, world.alice)).left_at is not None
        await followers.joined(db, world.alice, clock.now())
    await world.phone().get(PAGE)
    async with database.session() as db:
        assert (await db.get_one(Follower, world.alice)).left_at is None


async def test_logins_are_forgotten_with_the_sessions_they_began(
    world: World, database: Database
) -> None:
    await world.phone().get(PAGE)
    async with database.session() as db:
        await db.execute(update(Login).values(at=clock.now() - 2 * sessions.LIFE))
    await world.phone(world.bob).get(PAGE)
    async with database.session() as db:
        assert list(await db.scalars(select(Login.who))) == [world.bob]
