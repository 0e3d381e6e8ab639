"""One access token for all processes, guarded by a row."""

import asyncio
import time

import pytest

from app.gateway.token import TokenRow, ticket_name
from app.kit.db import Database
from app.wechat.token import Token

pytestmark = pytest.mark.anyio


class Platform:
    """Counts how often it is asked for a token."""

    def __init__(self, life: float = 100) -> None:
        self.fetched, self.life = 0, life

    async def fetch(self) -> Token:
        await asyncio.sleep(0.05)
        self.fetched += 1
        return Token(f"token-{self.fetched}", time.time() + self.life)


async def test_ten_processes_fetch_one_token(database: Database) -> None:
    platform = Platform()
    stores = [TokenRow(database, "wx1") for _ in range(10)]
    tokens = await asyncio.gather(*(store.renew(None, platform.fetch) for store in stores))
    assert {token.value for token in tokens} == {"token-1"}
    assert platform.fetched == 1


async def test_a_rejected_token_is_replaced_once_and_all_find_the_new_one(
    database: Database,
) -> None:
    platform = Platform()
    stores = [TokenRow(database, "wx1") for _ in range(5)]
    old = await stores[0].renew(None, platform.fetch)
    tokens = await asyncio.gather(*(store.renew(old.value, platform.fetch) for store in stores))
    assert {token.value for token in tokens} == {"token-2"}
    assert (await TokenRow(database, "wx1").current()) == tokens[0]


async def test_an_expired_token_is_no_token(database: Database) -> None:
    platform = Platform(life=-1)
    await TokenRow(database, "wx1").renew(None, platform.fetch)
    assert await TokenRow(database, "wx1").current() is None


async def test_a_failed_fetch_leaves_the_row_as_it_was(database: Database) -> None:
    async def fail() -> Token:
        raise ConnectionError

    good = await TokenRow(database, "wx1").renew(None, Platform().fetch)
    with pytest.raises(ConnectionError):
        await TokenRow(database, "wx1").renew(good.value, fail)
    assert await TokenRow(database, "wx1").current() == good


async def test_the_ticket_of_an_account_is_kept_beside_its_token(database: Database) -> None:
    token = await TokenRow(database, "wx1").renew(None, Platform().fetch)
    assert await TokenRow(database, ticket_name("wx1")).current() is None
    assert await TokenRow(database, "wx1").current() == token
