"""A campaign under everything that can go wrong: each is told at most once, everyone reachable is
told, and every miss has its reason.

The hours that the platform's limits take are not waited for: the clock of the rows is moved.
"""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from app import embedded, migrate
from app.campus.notify.models import MANY
from app.kit.db import Database
from app.settings import ROOT
from tests.gateway.conftest import free_port
from tests.gateway.sending.platform import POWER, write

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(180)]
PEOPLE, BUSY = 5000, 30
SEND = "/cgi-bin/message/template/send"
# Leases and stops are over at once; what waits for its next try goes on waiting.
TIME_FLIES = """
UPDATE campus_deliveries SET due_at = now() WHERE state = 'sending' OR due_at > now() + '20 s';
UPDATE gateway_paces SET stopped_until = now(), calm_until = NULL;
"""
LEFT = "SELECT count(*) FROM campus_deliveries WHERE state IN ('waiting', 'sending')"


@dataclass
class Campus:
    """A database, the platform, the app that hears receipts, and workers: processes all."""

    server: Any
    url: str
    platform: str
    env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=self.env)
        self.processes.append(process)
        return process

    def work(self) -> None:
        self.workers.append(self.start("tests.gateway.sending.worker"))

    def kill_one(self) -> None:
        """One worker dies; another takes its place."""
        victim = self.workers.pop(random.randrange(len(self.workers)))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.work()

    def crash_database(self) -> None:
        os.kill(self.server.get_pid(), signal.SIGQUIT)
        while self.server.get_postmaster_info().process.is_running():
            time.sleep(0.05)
        self.server.start()

    def run(self, query: str) -> Any:
        """The first value of what a query finds; None while the database is down."""
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url) as db:
            found = db.execute(query)
            return found.fetchone() if found.description else None
        return None

    async def control(self, verb: str, **body: Any) -> Any:
        async with httpx.AsyncClient(base_url=self.platform, timeout=30) as http:
            answer = await http.post(f"/sandbox/{verb}", json=body)
        return answer.raise_for_status().json()

    async def fault(self, name: str, **more: Any) -> None:
        await self.control("faults", name=name, on=True, **more)

    async def told(self) -> tuple[list[Any], dict[str, int]]:
        """Who was told twice, and how many copies everybody got."""
        async with httpx.AsyncClient(base_url=self.platform, timeout=30) as http:
            summary = (await http.get("/sandbox/told")).json()
            people = (await http.get("/sandbox/told?people=1")).json()["people"]
        return summary["twice"], people


@pytest.fixture
def campus() -> Iterator[Campus]:
    server = embedded.start(ROOT / ".data" / "faults")
    with psycopg.connect(server.get_uri(), autocommit=True) as db:
        db.execute("DROP DATABASE IF EXISTS faults WITH (FORCE)")
        db.execute("CREATE DATABASE faults")
    url = server.get_uri().replace("/postgres?", "/faults?")
    migrate.upgrade(url)
    platform, app = free_port(), free_port()
    env = {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR", "SEND_CONNECTIONS": "6",
           "WECHAT_API_URL": f"http://127.0.0.1:{platform}"}  # fmt: skip
    made = Campus(server, url, f"http://127.0.0.1:{platform}", env)
    made.start("app.sandbox", "--port", str(platform),
               "--callback", f"http://127.0.0.1:{app}/wechat")  # fmt: skip
    made.start("app.cli", "serve", "--port", str(app))
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    server.cleanup()


async def test_a_campaign_under_all_faults(campus: Campus) -> None:
    await _up(campus.platform)
    people = (await campus.control("crowd", count=PEOPLE))["openids"]
    refusals = await _refuse(campus, people)
    await _write(campus, people)
    async with _trouble(campus):
        campus.work()
        campus.work()
        await _kill_and_crash(campus)
    await _until_over(campus)
    twice, told = await campus.told()
    assert twice == []
    reachable = set(people) - set(refusals)
    assert reachable - told.keys() == set()
    assert told.keys() & refusals.keys() == set()
    _reasons_are_right(campus, refusals)


async def _refuse(campus: Campus, people: list[str]) -> dict[str, int | str]:
    """Some cannot be reached, each for a reason."""
    found: dict[str, int | str] = {}
    for number, why in enumerate((40003, 43004, 43019, "block", "system")):
        some = people[number * 40 : number * 40 + 40]
        await campus.control("refuse", openids=some, why=why)
        found |= dict.fromkeys(some, why)
    return found


async def _write(campus: Campus, people: list[str]) -> None:
    """The campaign: a template of the sandbox's, a delivery to everybody."""
    async with httpx.AsyncClient(base_url=campus.platform) as http:
        body = {"grant_type": "client_credential", "appid": "wx0000000000000000",
                "secret": "demo-app-secret", "force_refresh": False}  # fmt: skip
        token = (await http.post("/cgi-bin/stable_token", json=body)).json()["access_token"]
        listed = await http.get(
            "/cgi-bin/template/get_all_private_template", params={"access_token": token}
        )
    template = next(t for t in listed.json()["template_list"] if t["title"] == "恢复供应通知")
    words = [line.split(":{{")[1].removesuffix(".DATA}}")
             for line in template["content"].split("\n") if line]  # fmt: skip
    assert [word.rstrip("0123456789") for word in words] == ["thing", "time", "thing"]
    keywords = {"where": words[0], "until": words[1], "why": words[2]}
    database = Database(campus.url, 2)
    async with database.session() as db:
        await write(db, people, rank=MANY, fields={"where": "3号楼", "until": "18:00", "why": "修"})
        connection = await db.connection()
        await connection.exec_driver_sql(
            "INSERT INTO gateway_templates VALUES (%s, 'template', %s, %s)",
            (POWER.name, template["template_id"], Jsonb(keywords)),
        )
    await database.close()


@contextlib.asynccontextmanager
async def _trouble(campus: Campus) -> AsyncIterator[None]:
    """Everything that the platform can do to us, again and again."""
    await campus.fault("api_slow", path=SEND, seconds=0.05)  # as far away as it is
    await campus.fault("receipt_early", every=3)
    await campus.fault("receipt_twice", every=5)
    await campus.fault("receipt_never", every=11)
    await campus.fault("api_cut", path=SEND, every=101)

    async def again_and_again() -> None:
        while True:
            await campus.fault("token_expired", times=1)
            await campus.fault("api_late", path=SEND, times=2, seconds=10)
            await asyncio.sleep(3)
            await campus.fault("minute_quota", path=SEND, times=1)
            await asyncio.sleep(2)
            await campus.fault("token_invalid", times=1)
            await asyncio.sleep(3)
            await campus.fault("daily_quota", path=SEND, times=1)
            await asyncio.sleep(2)

    task = asyncio.create_task(again_and_again())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for name in ("minute_quota", "daily_quota", "busy", "api_late", "api_slow"):
        await campus.control("faults", name=name, on=False)


async def _kill_and_crash(campus: Campus) -> None:
    for number in range(6):
        await asyncio.sleep(2 + random.random() * 3)
        campus.kill_one()
        if number == 2:
            await asyncio.to_thread(campus.crash_database)
        if number == 3:  # -1 to everything, for as long as it happens
            await campus.fault("busy", path=SEND, lasts=BUSY)
            await asyncio.sleep(BUSY)
        campus.run(TIME_FLIES)


async def _until_over(campus: Campus) -> None:
    async with asyncio.timeout(90):
        while (await asyncio.to_thread(campus.run, LEFT)) != (0,):
            await asyncio.to_thread(campus.run, TIME_FLIES)
            await asyncio.sleep(1)


def _reasons_are_right(campus: Campus, refusals: dict[str, int | str]) -> None:
    """Whoever was told is recorded so; whoever was not, with the reason. What was refused after a
    doubtful answer is UNSURE: that is all one can know.
    """
    with psycopg.connect(campus.url) as db:
        rows = db.execute("SELECT who, state, reason FROM campus_deliveries").fetchall()
    expected: dict[int | str | None, set[tuple[str, str]]] = {
        None: {("sent", ""), ("delivered", "")},
        40003: {("failed", "gone"), ("unsure", "gone")},
        43004: {("failed", "gone"), ("unsure", "gone")},
        43019: {("blocked", "refuses"), ("unsure", "refuses")},
        "block": {("blocked", "refuses"), ("sent", "")},
        "system": {("failed", "platform"), ("sent", "")},
    }
    for who, state, reason in rows:
        assert (state, reason) in expected[refusals.get(who)], (who, state, reason)
    delivered = sum(state == "delivered" for _, state, _ in rows)
    assert delivered > PEOPLE / 2


async def _up(url: str) -> None:
    async with httpx.AsyncClient() as http, asyncio.timeout(40):
        while True:
            with contextlib.suppress(httpx.TransportError):
                await http.get(f"{url}/sandbox/told")
                return
            await asyncio.sleep(0.2)
