"""A whole class at once: nobody twice, and no more than there are places."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.models import Answer, Quota, Sealed, Taken
from app.services.evaluations.opening import mix, open_sealed
from tests.people import Somebody
from tests.services.evaluations.made import a_class, opened, phone, send

pytestmark = pytest.mark.anyio


async def rush(
    app: FastAPI, who: Sequence[Somebody], page: str
) -> tuple[Counter[int], list[httpx.Response]]:
    """Everybody of `who` sends in the same moment."""
    phones = [phone(app, somebody) for somebody in who]
    try:
        heard = await asyncio.gather(*(send(browser, page, stars="4") for browser in phones))
    finally:
        for browser in phones:
            await browser.aclose()
    return Counter(answer.status_code for answer in heard), list(heard)


async def count(database: Database, table: type) -> int:
    async with database.session() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


async def test_a_whole_class_scans_one_code_in_one_second(app: FastAPI, database: Database) -> None:
    _, _, page = await opened(database, anonymous=True)
    students = await a_class(database, 60)
    told, _ = await rush(app, students, page)
    assert told == {200: 60}
    assert await open_sealed(database, clock.now()) == 60
    assert await count(database, Answer) == await count(database, Taken) == 60


@pytest.mark.parametrize("anonymous", [True, False])
async def test_one_person_with_twenty_taps_answers_once(
    app: FastAPI, database: Database, anonymous: bool
) -> None:
    _, _, page = await opened(database, anonymous=anonymous)
    [student] = await a_class(database, 1)
    told, _ = await rush(app, [student] * 20, page)
    assert told[200] == 1
    assert told[409] == 19
    assert await count(database, Sealed if anonymous else Answer) == 1


async def test_the_places_of_all_hold_under_a_rush(app: FastAPI, database: Database) -> None:
    form, _, page = await opened(database, most=25)
    students = await a_class(database, 60)
    told, heard = await rush(app, students, page)
    assert told == {200: 25, 409: 35}
    assert any("名额刚刚满了" in answer.text for answer in heard)
    assert await count(database, Answer) == await count(database, Taken) == 25
    async with database.session() as db:
        assert (await db.get_one(Quota, (form.id, ""))).taken == 25


async def test_a_college_cannot_take_more_than_its_places(app: FastAPI, database: Database) -> None:
    form, _, page = await opened(database, most=30, colleges={"能源学院": 5}, anonymous=True)
    energy = await a_class(database, 20, "能源学院")
    safety = await a_class(database, 20, "安全学院")
    told, _ = await rush(app, [*energy, *safety], page)
    assert told == {200: 25, 409: 15}
    async with database.session() as db:
        taken = {q.college: q.taken for q in await db.scalars(
            select(Quota).where(Quota.form_id == form.id))}  # fmt: skip
    assert taken == {"": 25, "能源学院": 5}
    assert await count(database, Sealed) == 25


async def test_nobody_answers_twice_while_the_night_writes_all_anew(
    app: FastAPI, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    students = await a_class(database, 20)
    await rush(app, students, page)

    async def night() -> None:
        for _ in range(5):
            async with database.session() as db:
                await mix(db, clock.now())

    _, (told, _) = await asyncio.gather(night(), rush(app, students, page))
    assert told == {409: 20}
    assert await count(database, Taken) == await count(database, Sealed) == 20
