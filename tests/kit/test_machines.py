from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import Depends, FastAPI

from app import edge
from app.kit.machines import machine

pytestmark = pytest.mark.anyio


def counter(token: str) -> httpx.AsyncClient:
    """A client of an application with one protected route and this token."""
    app = FastAPI()
    app.state.push_token = token
    edge.install(app)

    @app.post("/api/bath", dependencies=[Depends(machine)])
    async def push() -> dict[str, bool]:
        return {"ok": True}

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with counter("the-token") as client:
        yield client


async def test_a_machine_with_the_token_may_push(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/bath", headers={"authorization": "Bearer the-token"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "the-token", "Basic the-token", "密"]
)
async def test_any_other_is_refused(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header.encode()}
    answer = await client.post("/api/bath", headers=headers)
    assert answer.status_code == 403
    assert "令牌不对" in answer.json()["error"]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer "])
async def test_an_empty_token_lets_nobody_in(header: str | None) -> None:
    async with counter("") as client:
        headers = {} if header is None else {"authorization": header}
        assert (await client.post("/api/bath", headers=headers)).status_code == 403
