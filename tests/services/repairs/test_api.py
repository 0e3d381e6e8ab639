"""What other systems read: the public list as data, and every step with the shared token."""

import httpx
import pytest

from app.settings import DEMO_SECRETS
from tests.services.repairs.conftest import Scene

pytestmark = pytest.mark.anyio
TOKEN = {"authorization": f"Bearer {DEMO_SECRETS['push_token']}"}
CHANGES = "/api/repairs/changes"


async def test_every_step_is_read_once_in_order(scene: Scene, client: httpx.AsyncClient) -> None:
    async with scene.database.session() as db:
        order = await scene.accepted(db, phone="13900000001")
    said = (await client.get(CHANGES, headers=TOKEN)).json()
    assert [one["what"] for one in said["changes"]] == ["report", "offer", "accept"]
    first = said["changes"][0]["order"]
    assert (first["number"], first["state"], first["room"]) == (order.number, "accepted", "501")
    assert first["reported_at"] == "2026-11-18T10:00:00+08:00"
    assert not said["more"]
    again = (await client.get(f"{CHANGES}?after={said['next']}", headers=TOKEN)).json()
    assert again == {"next": said["next"], "more": False, "changes": []}


async def test_nobody_is_named_to_other_systems(scene: Scene, client: httpx.AsyncClient) -> None:
    async with scene.database.session() as db:
        await scene.done(db, words="找 alice", phone="13900000001")
    for path in (CHANGES, "/h5/repairs/public.json?mended=1"):
        text = (await client.get(path, headers=TOKEN)).text
        assert "水管" in text
        assert "alice" not in text
        assert "1390000" not in text


async def test_without_the_token_there_are_no_steps(client: httpx.AsyncClient) -> None:
    assert (await client.get(CHANGES)).status_code == 403


async def test_the_public_list_is_data_without_rooms(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    async with scene.database.session() as db:
        await scene.report(db)
    [one] = (await client.get("/h5/repairs/public.json")).json()["orders"]
    assert (one["building"], one["fault"], one["state"]) == ("3号楼", "水管漏水", "submitted")
    assert "room" not in one
    assert one["done_at"] is None
