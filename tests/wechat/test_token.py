"""One token for everybody, renewed once when it is rejected, and never in a loop."""

import asyncio
import json

import httpx
import pytest

from app.wechat.errors import ApiError, Busy, ConfigError, TokenRejected, TransportFailed
from app.wechat.token import MemoryStore, Token, lifetime
from tests.wechat.wire import Wire, plain

pytestmark = pytest.mark.anyio
IPS = {"ip_list": ["1.2.3.4"]}


@pytest.fixture
def wire() -> Wire:
    wire = Wire()
    wire.script("/getcallbackip", IPS)
    return wire


def carried(wire: Wire) -> list[str]:
    return [request.url.params["access_token"] for request in wire.asked("/getcallbackip")]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_rejected_token_is_renewed_once_and_the_call_repeated(
    wire: Wire, code: int
) -> None:
    wire.script("/getcallbackip", {"errcode": code, "errmsg": "invalid"}, IPS)
    assert await wire.client().callback_ips() == ["1.2.3.4"]
    assert carried(wire) == ["T1", "T2"]


async def test_a_token_that_stays_rejected_costs_two_fetches_and_is_an_error(wire: Wire) -> None:
    wire.script("/getcallbackip", {"errcode": 40001, "errmsg": "invalid"})
    with pytest.raises(TokenRejected):
        await wire.client().callback_ips()
    assert wire.fetched == 2
    assert carried(wire) == ["T1", "T2"]


async def test_concurrent_callers_share_one_fetch(wire: Wire) -> None:
    client = wire.client()
    await asyncio.gather(*(client.callback_ips() for _ in range(20)))
    assert wire.fetched == 1


async def test_concurrent_rejections_share_one_renewal() -> None:
    wire = Wire()

    def gate(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("access_token") == "T1":
            return plain({"errcode": 42001, "errmsg": "expired"})
        return plain(IPS) if "access_token" in request.url.params else wire(request)

    client = wire.client(handler=gate)
    await asyncio.gather(*(client.callback_ips() for _ in range(20)))
    assert wire.fetched == 2


async def test_the_request_for_a_token_is_what_wechat_documents(wire: Wire) -> None:
    await wire.client().callback_ips()
    [request] = wire.asked("/stable_token")
    assert request.method == "POST"
    assert not request.url.query
    assert json.loads(request.content) == {
        "grant_type": "client_credential",
        "appid": "wx1",
        "secret": "s3cret",
        "force_refresh": False,
    }


async def test_a_token_is_fetched_anew_when_it_has_expired(wire: Wire) -> None:
    now = 1000.0
    client = wire.client(clock=lambda: now)
    await client.callback_ips()
    now += 6999
    await client.callback_ips()
    assert wire.fetched == 1
    now += 1
    await client.callback_ips()
    assert wire.fetched == 2


@pytest.mark.parametrize(("given", "used"), [(7200, 7000), (300, 100), (200, 1), (0, 1)])
def test_a_token_in_its_last_five_minutes_is_still_used_a_while(given: int, used: int) -> None:
    assert lifetime(given) == used


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164, 40243])
async def test_a_refusal_of_the_token_itself_is_configuration_and_not_repeated(
    wire: Wire, code: int
) -> None:
    wire.script("/stable_token", {"errcode": code, "errmsg": "no rid: 62345678-1234abcd-0aef12"})
    with pytest.raises(ConfigError) as caught:
        await wire.client().callback_ips()
    assert caught.value.rid == "62345678-1234abcd-0aef12"
    assert len(wire.asked("/stable_token")) == 1
    assert not wire.asked("/getcallbackip")


async def test_a_busy_token_endpoint_is_asked_again(wire: Wire) -> None:
    busy = {"errcode": -1, "errmsg": "system error"}
    wire.script("/stable_token", busy, busy, {"access_token": "T1", "expires_in": 7200})
    assert await wire.client().callback_ips() == ["1.2.3.4"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": "T"}, {"access_token": "", "expires_in": 1}, {"expires_in": 7200}],
)
async def test_an_answer_without_a_token_is_no_answer(wire: Wire, answer: dict[str, str]) -> None:
    wire.script("/stable_token", answer)
    with pytest.raises(TransportFailed):
        await wire.client().callback_ips()


async def test_a_failed_fetch_leaves_the_store_open_for_the_next() -> None:
    store = MemoryStore(lambda: 0.0)

    async def fail() -> Token:
        raise Busy(-1, "busy")

    async def fetch() -> Token:
        return Token("T1", 10.0)

    with pytest.raises(ApiError):
        await store.renew(None, fail)
    assert (await store.renew(None, fetch)).value == "T1"
    assert (await store.renew("other", fail)).value == "T1"
    assert await store.current() == Token("T1", 10.0)


def test_a_token_does_not_show_itself() -> None:
    assert "T1" not in repr(Token("T1", 10.0))
