"""Signed pages for the JS-SDK, and the files that show whose host this is."""

import pytest

from app.gateway.token import TokenRow, ticket_name
from app.kit.db import Database
from app.wechat.oauth import js_signature
from tests.gateway.phones import OURS, World

pytestmark = pytest.mark.anyio
PAGE = f"{OURS}/h5/room?floor=5"


def fetched(world: World) -> list[str]:
    """How the platform answered each request for a ticket."""
    return [e.status for e in world.platform.log if e.title == "cgi-bin/ticket/getticket"]


async def test_a_page_of_ours_is_signed_with_the_shared_ticket(
    world: World, database: Database
) -> None:
    answer = (await world.phone().get("/h5/jssdk", params={"url": PAGE})).json()
    ticket = await TokenRow(database, ticket_name("wx0000000000000000")).current()
    assert ticket
    expected = js_signature(ticket.value, answer["nonceStr"], answer["timestamp"], PAGE)
    assert answer["signature"] == expected
    assert answer["appId"] == "wx0000000000000000"


async def test_the_ticket_is_fetched_once_for_all_processes(
    world: World, database: Database
) -> None:
    for _ in range(3):
        world.app.state.tickets = TokenRow(database, ticket_name("wx0000000000000000"))
        assert (await world.phone().get("/h5/jssdk", params={"url": PAGE})).status_code == 200
    assert fetched(world) == ["0"]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.cn/", "http://127.0.0.1:8000.evil.cn/", "http://127.0.0.1:8001/",
        "https://127.0.0.1:8000/", "http://evil@127.0.0.1:8000/", "//127.0.0.1:8000/", "/h5/room",
    ],
)  # fmt: skip
async def test_other_hosts_are_not_signed(world: World, url: str) -> None:
    assert (await world.phone().get("/h5/jssdk", params={"url": url})).status_code == 403
    assert fetched(world) == []


async def test_an_access_token_that_expired_midway_is_renewed(world: World) -> None:
    world.platform.faults.switch("token_expired", times=1)
    assert (await world.phone().get("/h5/jssdk", params={"url": PAGE})).status_code == 200
    assert fetched(world) == ["42001", "0"]


async def test_without_a_ticket_the_page_is_told_to_do_without(world: World) -> None:
    world.platform.faults.switch("busy")
    answer = await world.phone().get("/h5/jssdk", params={"url": PAGE})
    assert answer.status_code == 503
    assert "微信那边没回话" in answer.text


async def test_the_verification_files_hold_the_code_of_their_name(world: World) -> None:
    settings = world.app.state.settings
    codes = settings.model_copy(update={"wechat_mp_verify": "AbCd1234, Ef567890"})
    world.app.state.settings = codes
    answer = await world.phone().get("/MP_verify_Ef567890.txt")
    assert (answer.status_code, answer.text) == (200, "Ef567890")
    assert answer.headers["content-type"].startswith("text/plain")
    assert (await world.phone().get("/MP_verify_other.txt")).status_code == 404


async def test_no_verification_file_is_served_unless_set(world: World) -> None:
    assert (await world.phone().get("/MP_verify_.txt")).status_code == 404
