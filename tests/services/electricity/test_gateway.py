"""The gateway client against the stand-in, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError

from app.campus.places import Room
from app.kit import clock
from app.kit.db import Database
from app.services.electricity import words
from app.services.electricity.breaker import Breaker
from app.services.electricity.gateway import Gateway
from app.services.electricity.rooms import Account, look
from app.services.electricity.settings import Settings, Where
from app.services.electricity.sources import Tables, chosen
from tests.services.electricity.conftest import TOKEN

pytestmark = pytest.mark.anyio
Meter = tuple[str, FastAPI]


def settings(url: str, **changes: Any) -> Settings:
    token = SecretStr(TOKEN)
    base = Settings(source=Where.GATEWAY, gateway_url=url, gateway_token=token, _env_file=None)
    return base.model_copy(update={"timeout": 0.3, "cache": 0.0, **changes})


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def gateway(meter: Meter) -> AsyncIterator[Gateway]:
    breaker = Breaker(failures=2, rest=30, clock=Seconds())
    gateway = Gateway(settings(meter[0]), breaker)
    yield gateway
    await gateway.close()


Ask = Callable[..., Any]


@pytest.fixture
def ask(database: Database, room: Room) -> Ask:
    """What is known of 3号楼 501 when `source` is asked; each time in a new transaction."""

    async def account(source: Gateway, room: Room = room) -> Account:
        async with database.session() as db:
            return await look(db, room, source, clock.now(), Settings().limits)

    return account


async def test_fresh_figures_come_with_days_and_payments(gateway: Gateway, ask: Ask) -> None:
    account = await ask(gateway)
    assert account.answered
    assert {supply.circuit.label for supply in account.supplies} == {"照明", "空调"}
    assert all(len(s.uses) == 14 and len(s.paid) == 1 for s in account.supplies)


@pytest.mark.parametrize("fault", ["slow", "down", "wrong"])
async def test_a_faulty_gateway_leaves_the_last_known_figures(
    gateway: Gateway, ask: Ask, meter: Meter, fault: str
) -> None:
    before = await ask(gateway)
    meter[1].state.fault = fault
    after = await ask(gateway)
    assert not after.answered
    assert after.supplies == before.supplies
    said = words.balance(after, clock.now()).text
    assert said.startswith("电表那边没回话，下面是")


async def test_last_known_figures_survive_a_restart_without_a_gateway(
    gateway: Gateway, ask: Ask
) -> None:
    before = await ask(gateway)
    nobody = Gateway(settings("http://127.0.0.1:9"))
    after = await ask(nobody)
    await nobody.close()
    assert not after.answered
    assert after.supplies == before.supplies


async def test_after_two_failures_it_is_left_alone_and_then_tried_again(
    gateway: Gateway, ask: Ask, meter: Meter
) -> None:
    meter[1].state.fault = "down"
    for _ in range(4):
        assert not (await ask(gateway)).answered
    assert meter[1].state.asked == 2
    meter[1].state.fault = ""
    assert not (await ask(gateway)).answered
    gateway.breaker.clock.now += 30  # type: ignore[attr-defined]  # our own clock
    assert [(await ask(gateway)).answered for _ in range(2)] == [True, True]
    assert meter[1].state.asked == 4


async def test_a_crowd_does_not_hold_every_database_connection(ask: Ask, meter: Meter) -> None:
    meter[1].state.fault, meter[1].state.seconds = "slow", 0.2
    gateway = Gateway(settings(meter[0], timeout=2.0))
    accounts = await asyncio.gather(*(ask(gateway) for _ in range(7)))
    assert sorted(account.answered for account in accounts) == [False] * 3 + [True] * 4
    await gateway.close()


async def test_within_the_cache_time_it_is_asked_once(ask: Ask, meter: Meter) -> None:
    first, second = (Gateway(settings(meter[0], cache=60.0)) for _ in "12")
    assert (await ask(first)).answered
    assert (await ask(second)).answered  # another process
    assert meter[1].state.asked == 1
    await first.close()
    await second.close()


async def test_a_room_that_the_gateway_does_not_know_is_no_failure(
    gateway: Gateway, ask: Ask, database: Database, room: Room
) -> None:
    async with database.session() as db:
        hut = Room(building_id=room.building_id, building=room.building, number="50A", floor=5)
        db.add(hut)
    account = await ask(gateway, hut)
    assert account.answered
    assert account.supplies == []


async def test_a_wrong_token_is_a_failure_that_hides_the_token(
    ask: Ask, meter: Meter, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = Gateway(settings(meter[0], gateway_token=SecretStr("wrong-secret")))
    assert not (await ask(gateway)).answered
    assert "wrong-secret" not in "".join(capsys.readouterr())
    await gateway.close()


async def test_a_gateway_that_wants_no_token_gets_none(ask: Ask, meter: Meter) -> None:
    meter[1].state.token = ""
    gateway = Gateway(settings(meter[0], gateway_token=SecretStr("")))
    assert (await ask(gateway)).answered
    await gateway.close()


async def test_the_settings_choose_the_source(meter: Meter) -> None:
    assert isinstance(chosen(Settings(_env_file=None)), Tables)
    source = chosen(settings(meter[0]))
    assert isinstance(source, Gateway)
    await source.close()
    with pytest.raises(ValidationError, match="ELECTRICITY_GATEWAY_URL"):
        Settings(source=Where.GATEWAY, _env_file=None)


async def test_an_answer_from_the_future_is_a_failure(
    gateway: Gateway, database: Database, room: Room
) -> None:
    async with database.session() as db:
        assert not await gateway.bring(db, room, clock.now() - timedelta(days=1))
