"""Encrypted text messages with distinct MsgIds, beside two floors in the same run.

    python -m bench.callback [--messages 8000] [--rounds 3]

Only the ratios travel to other machines.
"""

import argparse
import asyncio
import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import psycopg
from wechatpy.crypto import WeChatCrypto

from app.embedded import start
from app.settings import ROOT
from bench.floors import APP_ID, KEY, TOKEN
from bench.load import Result, fire

CONNECTIONS = 64
WORDS = "班车"


def requests(count: int, first_id: int) -> list[bytes]:
    """Whole HTTP requests, signed and encrypted now (the freshness window is 5 minutes)."""
    crypto, made = WeChatCrypto(TOKEN, KEY, APP_ID), []
    for number in range(first_id, first_id + count):
        stamp = str(int(time.time()))
        xml = (
            f"<xml><ToUserName>gh_3c884a361561</ToUserName><FromUserName>o6_bmjrPTlm6{number % 900}"
            f"</FromUserName><CreateTime>{stamp}</CreateTime><MsgType>text</MsgType>"
            f"<Content><![CDATA[{WORDS}]]></Content><MsgId>{number}</MsgId></xml>"
        )
        sealed = crypto.encrypt_message(xml, "n0nce", stamp)
        cut = lambda tag, text=sealed: text.split(f"<{tag}><![CDATA[")[1].split("]]>")[0]  # noqa: E731
        body = (
            f"<xml><ToUserName><![CDATA[gh_3c884a361561]]></ToUserName>"
            f"<Encrypt><![CDATA[{cut('Encrypt')}]]></Encrypt></xml>"
        ).encode()
        plain = hashlib.sha1("".join(sorted([TOKEN, stamp, "n0nce"])).encode()).hexdigest()
        made.append(
            f"POST /wechat?signature={plain}&timestamp={stamp}&nonce=n0nce&encrypt_type=aes"
            f"&msg_signature={cut('MsgSignature')} HTTP/1.1\r\nhost: test\r\n"
            f"content-type: text/xml\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def server(command: list[str], url: str) -> Iterator[int]:
    """A server process group on a free port, answering before the block begins."""
    port = free_port()
    words = [part.format(port=port) for part in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/wechat")
                break
            time.sleep(0.2)
        time.sleep(1.5)  # the other workers
        yield port
    finally:
        process.terminate()
        process.wait(20)


def ours(workers: int) -> list[str]:
    return ["app.cli", "serve", "--port", "{port}", "--workers", str(workers)]


def bare(workers: int) -> list[str]:
    return ["uvicorn", "bench.floors:bare", "--port", "{port}", "--workers", str(workers),
            "--log-level", "error", "--no-access-log"]  # fmt: skip


def werobot(workers: int) -> list[str]:
    return ["gunicorn", "bench.floors:werobot()", "--bind", "127.0.0.1:{port}",
            "--workers", str(workers), "--threads", "8", "--log-level", "error"]  # fmt: skip


SETUPS = {"ours": ours, "bare floor": bare, "WeRoBot": werobot}


def measure(workers: int, messages: int, rounds: int, url: str) -> dict[str, Result]:
    """Interleaved rounds of each setup; the median of each."""
    results: dict[str, list[Result]] = {name: [] for name in SETUPS}
    next_id = int(time.time() * 1000) * 1000
    for _ in range(rounds):
        for name, command in SETUPS.items():
            with server(command(workers), url) as port:
                asyncio.run(fire(port, requests(500, next_id), CONNECTIONS))
                shot = requests(messages, next_id + 500)
                results[name].append(asyncio.run(fire(port, shot, CONNECTIONS)))
            next_id += messages + 500
    return {name: Result.median(found) for name, found in results.items()}


def line(name: str, found: Result, floor: float) -> str:
    return (
        f"{name:<24}{found.rate:8.0f} req/s  {found.rate / floor:5.2f} of the floor"
        f"  p50 {found.p50:6.1f}  p99 {found.p99:6.1f} ms  wrong {found.wrong}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    running = start(ROOT / ".data" / "bench")
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        connection.execute("CREATE DATABASE bench")
    url = running.get_uri().replace("/postgres?", "/bench?")
    subprocess.run([sys.executable, "-m", "app.cli", "demo"], check=True, cwd=ROOT,
                   env={**os.environ, "DATABASE_URL": url})  # fmt: skip
    print(f"{options.messages} messages 「{WORDS}」, {CONNECTIONS} connections, "
          f"median of {options.rounds} rounds")  # fmt: skip
    for workers in (1, 2):
        results = measure(workers, options.messages, options.rounds, url)
        floor = results["bare floor"].rate
        for name, found in results.items():
            print(line(f"{workers} worker(s)  {name}", found, floor))
    with psycopg.connect(url) as connection:
        kept = connection.execute("SELECT count(*) FROM gateway_messages").fetchone()
        print(f"kept by ours: {kept[0] if kept else 0} messages")
    running.cleanup()


if __name__ == "__main__":
    main()
