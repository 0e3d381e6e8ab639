"""What a page offers of subscription notices."""

from collections.abc import Callable

import httpx
import pytest

from app.gateway.sending.models import Credit, Template
from app.gateway.sending.outcomes import Channel
from app.kit.db import Database
from tests.people import Somebody

pytestmark = pytest.mark.anyio
Phones = Callable[[str], httpx.AsyncClient]


async def mapped(database: Database, **notices: str) -> None:
    async with database.session() as db:
        db.add_all(
            Template(notice=notice.replace("__", "."), channel=Channel.SUBSCRIBE,
                     template_id=template, keywords={})
            for notice, template in notices.items()
        )  # fmt: skip


async def offers(phones: Phones, name: str) -> list[dict[str, object]]:
    async with phones(name) as phone:
        found: list[dict[str, object]] = (await phone.get("/h5/subscriptions")).json()["offers"]
        return found


async def test_it_offers_what_is_mapped_and_says_how_many_are_left_to_me(
    database: Database, people: dict[str, Somebody], phone_of: Phones
) -> None:
    await mapped(database, repairs__step="t-repairs", outages__now="t-outages",
                 outages__over="t-outages", moon__rises="t-moon")  # fmt: skip
    async with database.session() as db:
        db.add(Credit(who=people["alice"].who, template_id="t-outages", left_over=2))
    hers = [(one["template"], one["left"]) for one in await offers(phone_of, "alice")]
    assert hers == [("t-repairs", 0), ("t-outages", 2)]
    assert [one["left"] for one in await offers(phone_of, "bob")] == [0, 0]


async def test_one_pop_up_asks_for_no_more_than_the_platform_takes(
    database: Database, phone_of: Phones
) -> None:
    names = ["step", "done", "later", "grab", "news", "leader", "gone"]
    await mapped(database, **{f"repairs__{name}": f"t-{name}" for name in names})
    assert len(await offers(phone_of, "alice")) <= 5


async def test_where_nothing_is_mapped_nothing_is_offered(phone_of: Phones) -> None:
    assert await offers(phone_of, "charlie") == []
