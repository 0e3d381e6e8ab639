"""A campaign to a whole university through the sandbox, beside a bare loop of httpx posts.

    python -m bench.campaign [--people 78000] [--bare 10000] [--workers 2]

The same bodies go out by both: first half of the bare posts, then the campaign, then the other
half, by as many processes with as many connections. Only the ratio travels to other machines.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
from psycopg.types.json import Jsonb

from app.gateway.sending.settings import Limits
from app.settings import ROOT
from app.wechat.sending import template_letter
from bench.servers import database, server

NOTICE, TITLE = "outages.now", "停水通知"
FIELDS = {"what": "停水", "place": "3号楼", "since": "2026-11-21T08:00:00+08:00",
          "until": "2026-11-21T18:00:00+08:00", "reason": "换水表", "contact": "8880 0110",
          "outage": 1}  # fmt: skip
SAID = {"thing": "3号楼", "time": "2026年11月21日 08:00", "phone_number": "8880 0110"}
USED = {"区域": "place", "时间": "since", "原因": "reason", "电话": "contact"}
SEND = "/cgi-bin/message/template/send"
APP = {"appid": "wx0000000000000000", "secret": "demo-app-secret"}
QUIET = {"SANDBOX_RECEIPTS": "false", "SANDBOX_DAILY_QUOTA": "10000000",
         "SEND_PER_MINUTE": "10000000", "SEND_PER_DAY": "10000000"}  # fmt: skip
WRITE = """
WITH people AS (SELECT unnest(%(who)s::text[]) AS who),
followers AS (
    INSERT INTO campus_followers (who, joined_at, scene)
    SELECT who, now(), '' FROM people RETURNING who),
campaign AS (
    INSERT INTO campus_campaigns (title, way, notice, words, page, stage, made_at)
    VALUES ('停水', 'notice', %(notice)s, '', '', 'running', now()) RETURNING id),
message AS (
    INSERT INTO campus_messages (notice, title, words, fields, page, at, campaign_id)
    SELECT %(notice)s, '停水停电了', '', %(fields)s, '/h5/outages/1', now(), id FROM campaign
    RETURNING id)
INSERT INTO campus_deliveries (message_id, who, rank, state, due_at, channel)
SELECT message.id, followers.who, 2, 'waiting', now(), '' FROM message, followers
"""
COUNT = """
SELECT count(*) FILTER (WHERE state NOT IN ('waiting', 'sending')),
    count(*) FILTER (WHERE state = 'sent') FROM campus_deliveries
"""


def bodies(template_id: str, keywords: list[str], people: list[str]) -> Iterator[bytes]:
    """What the campaign sends, under keys of its own."""
    data = {word: SAID[word.rstrip("0123456789")] for word in keywords}
    letter = template_letter(template_id, data, "http://127.0.0.1:8000/h5/outages/1")
    return (letter.to(who, f"bare{number}-{time.time_ns()}") for number, who in enumerate(people))


async def post(url: str, token: str, template_id: str, keywords: list[str], count: int) -> float:
    """Post `count` messages as fast as one httpx client does; seconds."""
    people = (await _control(url, "crowd", {"count": count}))["openids"]
    waiting, connections = bodies(template_id, keywords, people), Limits().connections
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=10) as http:

        async def one() -> None:
            for body in waiting:
                answer = await http.post(SEND, params={"access_token": token}, content=body)
                assert answer.json()["errcode"] == 0, answer.text

        begun = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(connections)))
        return time.perf_counter() - begun


async def _control(url: str, name: str, body: dict[str, Any]) -> Any:
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        return (await http.post(f"/sandbox/{name}", json=body)).raise_for_status().json()


def token_of(url: str) -> str:
    """An access token of the sandbox's account."""
    body = {"grant_type": "client_credential", **APP}
    token: str = httpx.post(f"{url}/cgi-bin/stable_token", json=body).json()["access_token"]
    return token


def bare(url: str, template: tuple[str, list[str]], count: int, processes: int) -> float:
    """Messages per second of the bare loop, in `processes` at once."""
    token = token_of(url)
    each = count // processes
    command = [sys.executable, "-m", "bench.campaign", "--post", url, token, template[0],
               ",".join(template[1]), str(each)]  # fmt: skip
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
               for _ in range(processes)]  # fmt: skip
    took = [float(process.communicate()[0]) for process in running]
    return each * processes / max(took)


def template_of(url: str) -> tuple[str, list[str], dict[str, str]]:
    """The id and keywords of the sandbox's template, and which of our fields each one shows."""
    token = token_of(url)
    listed = httpx.get(f"{url}/cgi-bin/template/get_all_private_template",
                       params={"access_token": token}).json()["template_list"]  # fmt: skip
    found = next(row for row in listed if row["title"] == TITLE)
    lines = [line.split(":{{") for line in found["content"].split("\n") if line]
    words = {title: rest.removesuffix(".DATA}}") for title, rest in lines}
    mapped = {USED[next(end for end in USED if title.endswith(end))]: word
              for title, word in words.items()}  # fmt: skip
    return found["template_id"], list(words.values()), mapped


@contextlib.contextmanager
def workers(count: int, url: str, platform: str) -> Iterator[list[int]]:
    """Workers as operators start them; their process ids."""
    env = {**os.environ, **QUIET, "DATABASE_URL": url, "WECHAT_API_URL": platform,
           "LOG_LEVEL": "ERROR"}  # fmt: skip
    running = [subprocess.Popen([sys.executable, "-m", "app.cli", "work"], cwd=ROOT, env=env)
               for _ in range(count)]  # fmt: skip
    try:
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def campaign(url: str, people: list[str], template: tuple[str, dict[str, str]],
             count: int, platform: str) -> tuple[float, int, list[list[float]]]:  # fmt: skip
    """Seconds until all is told, how many were, and the workers' memory at times."""
    memory: list[list[float]] = []
    with psycopg.connect(url, autocommit=True) as db, workers(count, url, platform) as pids:
        time.sleep(5)  # they are up and idle
        db.execute("DELETE FROM gateway_templates WHERE notice = %s", [NOTICE])
        db.execute("INSERT INTO gateway_templates VALUES (%s, 'template', %s, %s)",
                   [NOTICE, template[0], Jsonb(template[1])])  # fmt: skip
        fields = Jsonb(FIELDS)
        db.execute(WRITE, {"who": people, "notice": NOTICE, "fields": fields})
        begun, ended = time.perf_counter(), 0
        steps = iter((10_000, 40_000, len(people)))
        step = min(next(steps), len(people))
        while ended < len(people):
            time.sleep(0.5)
            ended, sent = db.execute(COUNT).fetchone() or (0, 0)
            if ended >= step:
                memory.append([resident(pid) for pid in pids])
                step = next(steps, len(people))
        return time.perf_counter() - begun, sent, memory


def report(people: int, posts: int, processes: int) -> None:
    with database() as url, sandbox() as port:
        platform = f"http://127.0.0.1:{port}"
        template_id, keywords, mapped = template_of(platform)
        before = bare(platform, (template_id, keywords), posts, processes)
        crowd = asyncio.run(_control(platform, "crowd", {"count": people}))["openids"]
        asyncio.run(_control(platform, "forget", {}))
        seconds, sent, memory = campaign(url, crowd, (template_id, mapped), processes, platform)
        told = httpx.get(f"{platform}/sandbox/told", timeout=60).json()
        after = bare(platform, (template_id, keywords), posts, processes)
    floor, rate = (before + after) / 2, people / seconds
    print(f"campaign of {people} by {processes} workers: {seconds:.1f} s, {rate:.0f} messages/s")
    print(f"bare loop of httpx posts: {before:.0f} and {after:.0f}/s; ratio {rate / floor:.2f}")
    reached = sum(letter["people"] for letter in told["letters"])
    print(f"duplicates {told['total'] - reached}, lost {people - reached}, recorded as sent {sent}")
    print("memory of the workers, MB:", "; ".join(
        " and ".join(f"{mb:.0f}" for mb in step) for step in memory))  # fmt: skip


@contextlib.contextmanager
def sandbox() -> Iterator[int]:
    """The platform in a process of its own."""
    os.environ |= QUIET
    with server(["app.sandbox", "--port", "{port}"], "") as port:
        yield port


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=78_000)
    parser.add_argument("--bare", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--post", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.post:
        url, token, template_id, keywords, count = options.post
        print(asyncio.run(post(url, token, template_id, keywords.split(","), int(count))))
    else:
        report(options.people, options.bare, options.workers)


if __name__ == "__main__":
    main()
