"""The short road: kept connections, cut answers, and what is known of a request afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from app.wechat.errors import Busy, FollowerGone, TokenRejected, TransportFailed
from app.wechat.express import Express, Road, direct
from app.wechat.sending import template_letter
from app.wechat.token import MemoryStore

pytestmark = pytest.mark.anyio
LETTER = template_letter("T1", {"thing1": "3号楼"}, "https://campus/x")
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = {"errcode": 0, "errmsg": "ok", "msgid": 9007199254740993}


def answer(body: dict[str, object] | bytes, extra: bytes = b"") -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + extra
    return head + b"Content-Length: " + str(len(content)).encode() + b"\r\n\r\n" + content


class Peer:
    """Answers with `answers` in turn, the last of them for ever; "" cuts the connection."""

    def __init__(self, *answers: bytes, then_close: bool = False) -> None:
        self.answers, self.then_close = list(answers), then_close
        self.requests: list[tuple[str, bytes]] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            self.requests.append((head.split(b" ")[1].decode(), await reader.readexactly(length)))
            said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            writer.write(said)
            if not said or self.then_close:
                break
        writer.close()


@asynccontextmanager
async def express(peer: Talk, patience: float = 5) -> AsyncIterator[tuple[Express, list[int]]]:
    """A client on the short road to `peer`, and how often it has fetched a token."""
    fetched: list[int] = []

    async def fetch(request: httpx.Request) -> httpx.Response:
        fetched.append(1)
        return httpx.Response(200, json={"access_token": f"t{len(fetched)}", "expires_in": 7200})

    talks: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is gone
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(talk(reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    http = httpx.AsyncClient(base_url=url, transport=httpx.MockTransport(fetch))
    async with server, http, Road(url, patience) as road:
        yield Express(http, "wx0", "secret", MemoryStore(), road), fetched
    await asyncio.gather(*talks)


async def test_many_messages_share_few_connections() -> None:
    peer = Peer(answer(OK))
    async with express(peer) as (client, fetched):
        for number in range(20):
            told_as = await client.send_template(f"o-{number}", LETTER, f"d{number}")
            assert told_as == str(OK["msgid"])
    assert peer.connections == len(fetched) == 1
    path, body = peer.requests[3]
    assert path == "/cgi-bin/message/template/send?access_token=t1"
    assert json.loads(body)["touser"] == "o-3"
    assert json.loads(body)["data"]["thing1"]["value"] == "3号楼"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'4\r\n{"ms\r\n8\r\ngid": 7}\r\n0\r\n\r\n',
        b'HTTP/1.0 200 OK\r\n\r\n{"msgid": 7}',
        b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"msgid": 7}',
    ],
)
async def test_it_reads_every_form_of_answer(said: bytes) -> None:
    async with express(Peer(said, then_close=b"close" in said or b"1.0" in said)) as (client, _):
        assert await client.send_template("o-1", LETTER, "d1") == "7"
        assert await client.send_template("o-2", LETTER, "d2") == "7"


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n{", b"nonsense\r\n\r\n",
     b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\n{}",
     answer(b"<html>"), answer(b"[]"), answer({"errcode": "0"}),
     b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 1_100_000],
)  # fmt: skip
async def test_what_is_no_answer_leaves_doubt(said: bytes) -> None:
    async with express(Peer(said, then_close=True)) as (client, _):
        with pytest.raises(TransportFailed) as failed:
            await client.send_template("o-1", LETTER, "d1")
    assert failed.value.reached


async def test_an_answer_that_does_not_come_leaves_doubt() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        writer.close()

    async with express(silent, patience=0.1) as (client, _):
        with pytest.raises(TransportFailed) as failed:
            await client.send_template("o-1", LETTER, "d1")
    assert failed.value.reached


async def test_a_late_answer_is_never_taken_for_the_next_ones() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(answer({"msgid": 1}))
        await asyncio.sleep(0.2)
        writer.close()

    async with express(late, patience=0.1) as (client, _):
        for _ in range(2):
            with pytest.raises(TransportFailed):
                await client.send_template("o-1", LETTER, "d1")


async def test_who_cannot_be_reached_has_seen_nothing() -> None:
    async with express(Peer(answer(OK))) as (client, _):
        client._road = Road("http://127.0.0.1:1")  # nobody listens there
        with pytest.raises(TransportFailed) as failed:
            await client.send_template("o-1", LETTER, "d1")
    assert not failed.value.reached


async def test_a_rejected_token_is_renewed_once_and_no_more() -> None:
    peer = Peer(answer({"errcode": 42001, "errmsg": "expired"}), answer(OK))
    async with express(peer) as (client, fetched):
        assert await client.send_template("o-1", LETTER, "d1")
        assert len(fetched) == 2
    peer = Peer(answer({"errcode": 42001, "errmsg": "expired"}))
    async with express(peer) as (client, _):
        with pytest.raises(TokenRejected):
            await client.send_template("o-1", LETTER, "d1")
    assert len(peer.requests) == 2


@pytest.mark.parametrize(("code", "kind"), [(-1, Busy), (43004, FollowerGone)])
async def test_refusals_are_those_of_the_client(code: int, kind: type[Exception]) -> None:
    async with express(Peer(answer({"errcode": code, "errmsg": "no"}))) as (client, _):
        with pytest.raises(kind):
            await client.send_template("o-1", LETTER, "d1")


def test_behind_a_proxy_the_road_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert direct("https://api.weixin.qq.com")
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    assert not direct("https://api.weixin.qq.com")
