"""`/live/rooms`: the session, one-time tickets, the pace, the queue, and what is told to whom."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from itsdangerous import Signer
from sqlalchemy import delete, text

from app.campus.people import sessions
from app.campus.people.models import Binding, Follower
from app.kit import clock
from app.kit.db import Database
from app.main import create_app
from app.services.rooms import service
from app.services.rooms.engine import choosing, who
from app.services.rooms.settings import limits
from app.settings import DEMO_SECRETS, Settings
from tests.services.rooms.dorm import HOUR, Dorm

pytestmark = pytest.mark.anyio
PACE = limits().pace / 1000 + 0.02


class Phone:
    """A phone on the fast lane: keeps the ticket that it was given last."""

    def __init__(self, http: httpx.AsyncClient, database: Database, round_id: int) -> None:
        self.http, self.database, self.round_id, self.ticket = http, database, round_id, ""

    async def look(self, path: str) -> httpx.Response:
        answer = await self.http.get(f"/live/rooms/{self.round_id}/{path}")
        self.ticket = answer.headers.get("x-ticket", self.ticket)
        return answer

    async def send(self, do: str, ticket: str | None = None, **fields: Any) -> dict[str, Any]:
        sent = {"do": do, "ticket": ticket or self.ticket, **fields}
        answer = await self.http.post(f"/live/rooms/{self.round_id}/choose", json=sent)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def tap(self, do: str, **fields: Any) -> dict[str, Any]:
        """At a human's pace."""
        await asyncio.sleep(PACE)
        said = await self.send(do, **fields)
        self.ticket = said["ticket"]
        return said


@pytest.fixture
async def phones(dorm: Dorm, settings: Settings) -> AsyncIterator[list[Phone]]:
    """Of the first two girls, on one application."""
    app = create_app(settings, {"rooms": service})
    signer, found = Signer(DEMO_SECRETS["secret_key"], salt="session"), []
    for person in dorm.girls[:2]:
        async with dorm.database.session() as db:
            db.add(Follower(who=f"o-{person}", joined_at=clock.now()))
            await db.flush()
            db.add(Binding(who=f"o-{person}", person_id=person, at=clock.now()))
            token = await sessions.start(db, clock.now(), who=f"o-{person}")
        cookie = {"sid": signer.sign(token).decode()}
        transport = httpx.ASGITransport(app)
        http = httpx.AsyncClient(transport=transport, base_url="http://test", cookies=cookie)
        found.append(Phone(http, app.state.database, dorm.round_id))
    yield found
    for phone in found:
        await phone.http.aclose()
    await app.state.database.close()


async def test_from_the_overview_to_a_bed(dorm: Dorm, phones: list[Phone]) -> None:
    phone, *_ = phones
    [house] = (await phone.look("overview")).json()
    assert (house["name"], house["free"], house["beds"]) == ("12号楼", 16, 16)
    floors = (await phone.look(f"building/{house['id']}")).json()
    assert [(floor["floor"], floor["free"]) for floor in floors] == [(1, 12), (2, 4)]
    room = (await phone.look(f"room/{floors[0]['rooms'][0]['id']}")).json()
    held = await phone.tap("hold", bed=room["beds"][0][0])
    assert (held["outcome"], held["say"], held["left"] > 290) == ("done", "给你留住了", True)
    assert (await phone.tap("confirm"))["outcome"] == "done"
    mine = (await phone.look("me")).json()
    assert (mine["taken"]["room"], mine["taken"]["label"], mine["held"]) == ("101", "1号床", None)


async def test_a_taken_bed_is_refused_with_the_nearest_free_ones(
    dorm: Dorm, phones: list[Phone]
) -> None:
    await dorm.live(dorm.girls[5], dorm.beds[0][1])
    await phones[0].look("me")
    said = await phones[0].tap("hold", bed=dorm.beds[0][1])
    await choosing(phones[0].database).settled()
    assert said["outcome"] == "taken"
    assert [bed["bed"] for bed in said["near"]] == [dorm.beds[0][n] for n in (0, 2, 3)]
    assert ("hold", "taken") in await dorm.log()
    assert (await dorm.proof()).broken == []


async def test_a_double_tap_gets_one_answer(dorm: Dorm, phones: list[Phone]) -> None:
    await phones[0].look("me")
    await asyncio.sleep(PACE)
    twice = await asyncio.gather(*(phones[0].send("hold", bed=dorm.beds[0][0]) for _ in range(3)))
    assert [said["outcome"] for said in twice] == ["done"] * 3
    assert (await dorm.log()).count(("hold", "done")) == 1


async def test_a_ticket_works_once_and_for_its_session_alone(
    dorm: Dorm, phones: list[Phone]
) -> None:
    one, two = phones
    await one.look("me")
    used = one.ticket
    assert (await one.tap("hold", bed=dorm.beds[0][0]))["outcome"] == "done"
    assert (await one.send("hold", used, bed=dorm.beds[0][1]))["outcome"] == "stale"
    await asyncio.sleep(PACE)
    assert (await two.send("hold", one.ticket, bed=dorm.beds[0][1]))["outcome"] == "stale"
    assert (await two.send("hold", "1.made-up", bed=dorm.beds[0][1]))["outcome"] == "stale"


async def test_tickets_gathered_before_are_void_after_a_choice(
    dorm: Dorm, phones: list[Phone]
) -> None:
    gathered = []
    for _ in range(3):
        await phones[0].look("me")
        gathered.append(phones[0].ticket)
    await asyncio.sleep(PACE)
    said = [(await phones[0].send("hold", ticket, bed=bed))["outcome"]
            for ticket, bed in zip(gathered, dorm.beds[0][:3], strict=True)]  # fmt: skip
    assert said == ["done", "stale", "stale"]


async def test_who_taps_too_fast_waits_and_keeps_the_ticket(
    dorm: Dorm, phones: list[Phone]
) -> None:
    await phones[0].look("me")
    said = await phones[0].send("hold", bed=dorm.beds[0][0])
    assert (said["outcome"], said["ticket"]) == ("fast", phones[0].ticket)
    await asyncio.sleep(said["retry"] / 1000)
    assert (await phones[0].send("hold", bed=dorm.beds[0][0]))["outcome"] == "done"


async def test_nobody_without_a_session_or_a_person_comes_in(
    dorm: Dorm, phones: list[Phone]
) -> None:
    http, page = phones[0].http, f"/live/rooms/{dorm.round_id}/overview"
    async with dorm.database.session() as db:
        await db.execute(delete(Binding).where(Binding.person_id == dorm.girls[0]))
    assert (await http.get(page)).status_code == 403
    http.cookies.clear()
    assert (await http.get(page)).status_code == 401
    http.cookies.set("sid", "made.up")
    assert (await http.get(page)).status_code == 401


async def test_addresses_that_lead_nowhere_say_so(dorm: Dorm, phones: list[Phone]) -> None:
    for path, status in (("999/overview", 404), ("1", 404), ("x/me", 404), ("1/room/99", 404)):
        assert (await phones[0].http.get(f"/live/rooms/{path}")).status_code == status
    assert (await phones[0].http.post(f"/live/rooms/{dorm.round_id}/me")).status_code == 405


async def test_a_session_that_ended_is_known_within_seconds(
    dorm: Dorm, phones: list[Phone]
) -> None:
    assert (await phones[0].look("me")).status_code == 200
    async with dorm.database.session() as db:
        await sessions.end_all(db, clock.now(), person_id=dorm.girls[0])
    await asyncio.sleep(who.REMEMBERED + 0.1)
    assert (await phones[0].look("me")).status_code == 401


async def test_no_answer_says_who_is_where(dorm: Dorm, phones: list[Phone]) -> None:
    await dorm.live(dorm.girls[7], dorm.beds[0][1])
    for path in ("overview", f"room/{dorm.rooms[0]}", "me", "queue"):
        said = (await phones[0].look(path)).text
        assert "新生7" not in said
        assert "26990007" not in said


async def test_who_is_not_let_in_yet_is_told_when_to_ask(dorm: Dorm, phones: list[Phone]) -> None:
    async with dorm.database.session() as db:
        await db.execute(text("UPDATE rooms_gates SET last = 500000"))
    waiting = await phones[0].look("overview")
    place = waiting.json()["queue"]
    assert (waiting.status_code, place["in"]) == (202, False)
    assert 490_000 < place["ahead"] <= 500_001
    assert 15_000 < place["poll"] < 25_000
    refused = await phones[0].http.post(f"/live/rooms/{dorm.round_id}/choose", json={"do": "hold"})
    assert refused.status_code == 409
    again = (await phones[0].look("queue")).json()
    assert again["ahead"] <= place["ahead"]


async def test_before_it_opens_all_may_look_and_none_may_choose(
    dorm: Dorm, phones: list[Phone]
) -> None:
    await dorm.edit(opens_at=clock.now() + HOUR / 2)
    assert (await phones[0].look("overview")).status_code == 200
    assert (await phones[0].look("queue")).json()["opens"] > 1_700_000
    assert (await phones[0].tap("hold", bed=dorm.beds[0][0]))["outcome"] == "early"


async def test_counts_are_true_within_two_seconds(dorm: Dorm, phones: list[Phone]) -> None:
    before = (await phones[0].look("overview")).json()[0]["free"]
    await dorm.live(dorm.girls[6], dorm.beds[2][0])  # by another process than the phones'
    await asyncio.sleep(1.1)
    assert (await phones[0].look("overview")).json()[0]["free"] == before - 1
