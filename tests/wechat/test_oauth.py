"""Web login and JS-SDK signatures on the wire."""

import hashlib
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from app.wechat.errors import Busy, CodeInvalid, TransportFailed
from app.wechat.oauth import Visitor, authorize_url, js_signature
from tests.wechat.wire import Wire

EXCHANGE = "/sns/oauth2/access_token"
TICKET = "/cgi-bin/ticket/getticket"
# wechatpy tests/test_client.py, mud MpJsApiSignature.cs
KNOWN = ("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
         "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")  # fmt: skip
SIGNED = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_a_known_signature_is_met() -> None:
    assert js_signature(*KNOWN) == SIGNED


def test_the_fragment_is_not_signed() -> None:
    assert js_signature(*KNOWN[:3], KNOWN[3] + "#wechat_redirect") == SIGNED


def test_nothing_in_the_address_is_escaped_before_signing() -> None:
    expected = "jsapi_ticket=t&noncestr=n&timestamp=1&url=https://x.cn/a b?c=三"
    signature = js_signature("t", "n", 1, "https://x.cn/a b?c=三")
    assert signature == hashlib.sha1(expected.encode()).hexdigest()


def test_the_authorize_address_has_its_order_and_its_fragment() -> None:
    url = authorize_url("wx1", "https://x.cn/login/back?a=1", "ab12", "https://open.example/")
    parts = urlsplit(url)
    assert [name for name, _ in parse_qsl(parts.query)] == [
        "appid", "redirect_uri", "response_type", "scope", "state",
    ]  # fmt: skip
    assert "redirect_uri=https%3A%2F%2Fx.cn%2Flogin%2Fback%3Fa%3D1&" in url
    assert "&response_type=code&scope=snsapi_base&" in url
    assert (parts.path, parts.fragment) == ("/connect/oauth2/authorize", "wechat_redirect")


@pytest.mark.parametrize("state", ["", "a-b", "a.b", "三", "x" * 129, "a b"])
def test_a_state_that_wechat_would_refuse_is_refused_here(state: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        authorize_url("wx1", "https://x.cn", state)


@pytest.mark.anyio
async def test_a_code_is_exchanged_without_an_access_token(wire: Wire) -> None:
    wire.answers[EXCHANGE] = [{"access_token": "W", "openid": "alice", "scope": "snsapi_base"}]
    assert await wire.client().exchange("c0de") == Visitor("alice", snapshot=False)
    [request] = wire.requests
    assert dict(request.url.params) == {
        "appid": "wx1", "secret": "s3cret", "code": "c0de", "grant_type": "authorization_code",
    }  # fmt: skip


@pytest.mark.anyio
async def test_a_snapshot_visitor_is_told_apart(wire: Wire) -> None:
    wire.answers[EXCHANGE] = [{"openid": "nobody", "is_snapshotuser": 1}]
    assert (await wire.client().exchange("c")).snapshot


@pytest.mark.anyio
@pytest.mark.parametrize("code", [40029, 40163, 42003])
async def test_a_code_that_is_no_good_is_one_kind_of_error(wire: Wire, code: int) -> None:
    wire.answers[EXCHANGE] = [{"errcode": code, "errmsg": "code been used"}]
    with pytest.raises(CodeInvalid):
        await wire.client().exchange("c")


@pytest.mark.anyio
async def test_an_exchange_is_never_repeated(wire: Wire) -> None:
    wire.answers[EXCHANGE] = [{"errcode": -1, "errmsg": "system error"}]
    with pytest.raises(Busy):
        await wire.client().exchange("c")
    assert len(wire.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("answer", [{}, {"openid": ""}, httpx.ConnectTimeout("slow")])
async def test_an_answer_without_an_openid_is_no_answer(
    wire: Wire, answer: dict[str, str] | Exception
) -> None:
    wire.answers[EXCHANGE] = [answer]
    with pytest.raises(TransportFailed):
        await wire.client().exchange("c")


@pytest.mark.anyio
async def test_a_ticket_lives_as_long_as_a_token(wire: Wire) -> None:
    wire.answers[TICKET] = [
        {"errcode": -1, "errmsg": "busy"},
        {"errcode": 0, "errmsg": "ok", "ticket": "T", "expires_in": 7200},
    ]
    ticket = await wire.client().jsapi_ticket()
    assert (ticket.value, ticket.expires_at) == ("T", 1000.0 + 7000)
    assert wire.requests[-1].url.params["type"] == "jsapi"


@pytest.mark.anyio
async def test_a_ticket_without_its_time_is_no_ticket(wire: Wire) -> None:
    wire.answers[TICKET] = [{"errcode": 0, "errmsg": "ok", "ticket": "T"}]
    with pytest.raises(TransportFailed):
        await wire.client().jsapi_ticket()
