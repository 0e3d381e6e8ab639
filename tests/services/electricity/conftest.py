"""A building with two rooms, and readings as meters give them."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.campus.places import Room, find_room
from app.gateway.router import as_text
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.sandbox.meter import create_app
from app.services.electricity.readings import Reading, record
from app.services.electricity.rules import Circuit, State
from tests.conftest import Say
from tests.people import Somebody

NOW = datetime(2026, 10, 10, 19, 36, tzinfo=SHANGHAI)
TOKEN = "meter-token"
WH = (6200, 5800, 6500, 7100, 4000, 400, 300, 300, 500, 400, 600, 3900, 6800, 6100)


def reading(circuit: Circuit = Circuit.AIR, **changes: Any) -> Reading:
    """What the air conditioner of the prototype's room says: 8.40 元 at 6:00 today."""
    return Reading.model_validate(
        {
            "circuit": circuit,
            "state": State.NORMAL,
            "balance_fen": 840,
            "price_fen": 55,
            "read_at": NOW.replace(hour=6, minute=0),
            **changes,
        }
    )


def days(figures: tuple[int, ...] = WH, last: datetime = NOW) -> list[dict[str, Any]]:
    """`figures` for the days that end yesterday."""
    first = last.date() - timedelta(days=len(figures))
    return [{"date": first + timedelta(days=n), "wh": wh} for n, wh in enumerate(figures)]


TOPUP = {
    "at": datetime(2026, 9, 28, 19, 42, tzinfo=SHANGHAI),
    "fen": 5000,
    "balance_after_fen": 6130,
    "channel": "微信充值",
    "by": "王小明",
}


@pytest.fixture
async def room(database: Database, people: dict[str, Somebody]) -> Room:
    """3号楼 501, four beds, where alice lives; bob's 502 is beside it."""
    async with database.session() as db:
        return await find_room(db, "3号楼", "501")


@pytest.fixture
def say(say: Say) -> Say:
    """As the fixture of all services, but asked by the keeper of 3号楼, or `by` somebody else."""

    async def answer(words: str, at: datetime | None = None, by: str = "keeper") -> Any:
        return await say(as_text(words, f"o-{by}", at or clock.now()))

    return answer


@pytest.fixture
def client(phone_of: Callable[[str], httpx.AsyncClient]) -> httpx.AsyncClient:
    """The phone of the keeper of 3号楼, who may see each of its rooms."""
    return phone_of("keeper")


Read = Callable[..., Any]


@pytest.fixture
def read(database: Database, room: Room) -> Read:
    """`await read(reading(), …)`: the tables know these readings of 3号楼 501."""

    async def write(*readings: Reading) -> None:
        async with database.session() as db:
            now = max(one.read_at for one in readings)
            await record(db, [(room.id, one) for one in readings], now)

    return write


@pytest.fixture
def meter() -> Iterator[tuple[str, FastAPI]]:
    """The stand-in gateway on a real port: its address, and the application to switch faults."""
    app = create_app(TOKEN)
    app.state.seconds = 1.0
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", app
    server.should_exit = True
    thread.join()
