"""Encrypted text messages with distinct MsgIds, beside two floors in the same run.

    python -m bench.callback [--messages 8000] [--rounds 3]

Only the ratios travel to other machines.
"""

import argparse
import asyncio
import hashlib
import time

import psycopg
from wechatpy.crypto import WeChatCrypto

from bench.floors import APP_ID, KEY, TOKEN
from bench.load import Result, fire
from bench.servers import database, line, ours, plain, server

CONNECTIONS = 64
WORDS = "班车"
SEALED = b"<Encrypt>"


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


def bare(workers: int) -> list[str]:
    return plain("bench.floors:bare", workers)


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
                asyncio.run(fire(port, requests(500, next_id), CONNECTIONS, SEALED))
                shot = requests(messages, next_id + 500)
                results[name].append(asyncio.run(fire(port, shot, CONNECTIONS, SEALED)))
            next_id += messages + 500
    return {name: Result.median(found) for name, found in results.items()}


def report(url: str, messages: int, rounds: int) -> None:
    print(f"{messages} messages 「{WORDS}」, {CONNECTIONS} connections, median of {rounds} rounds")
    for workers in (1, 2):
        results = measure(workers, messages, rounds, url)
        floor = results["bare floor"].rate
        for name, found in results.items():
            print(line(f"{workers} worker(s)  {name}", found, floor))
    with psycopg.connect(url) as connection:
        kept = connection.execute("SELECT count(*) FROM gateway_messages").fetchone()
        print(f"kept by ours: {kept[0] if kept else 0} messages")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with database() as url:
        report(url, options.messages, options.rounds)


if __name__ == "__main__":
    main()
