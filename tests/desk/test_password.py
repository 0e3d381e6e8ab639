"""A password of one's own, changed by whoever knows the old one."""

import httpx
import pytest
from sqlalchemy import select

from app.campus.audit import Entry
from app.desk import passwords
from app.desk.models import Credential
from app.kit.db import Database
from tests.desk.conftest import DeskOf, token_of
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
OLD, NEW = "a long enough secret", "another long secret"
PAGE = "/desk/password"


@pytest.fixture
async def desk(desk_of: DeskOf, people: People, database: Database) -> httpx.AsyncClient:
    async with database.session() as db:
        await passwords.choose(db, people["operator"].person_id or 0, OLD)
    return await desk_of("operator")


async def send(desk: httpx.AsyncClient, old: str, new: str, again: str = "") -> httpx.Response:
    form = {"old": old, "new": new, "again": again or new, "csrftoken": await token_of(desk, PAGE)}
    return await desk.post(PAGE, data=form)


async def kept(database: Database, people: People) -> str:
    async with database.session() as db:
        return (await db.get_one(Credential, people["operator"].person_id)).hash


async def test_it_is_changed_and_ends_the_other_browsers_but_not_this_one(
    desk: httpx.AsyncClient, desk_of: DeskOf, database: Database, people: People
) -> None:
    elsewhere = await desk_of("operator")
    assert "密码改好了" in (await send(desk, OLD, NEW)).text
    assert await passwords.verify(await kept(database, people), NEW)
    assert (await desk.get("/desk/")).status_code == 200
    assert (await elsewhere.get("/desk/")).is_redirect
    async with database.session() as db:
        deed = (await db.scalars(select(Entry).where(Entry.action == "desk.password"))).one()
    assert (deed.thing, deed.before, deed.after) == (
        f"person:{people['operator'].person_id}", None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("not the old secret", NEW, NEW, "现在的密码不对"),
        (OLD, "short", "short", "密码至少 10 位"),
        (OLD, NEW, "something else", "两遍不一样"),
    ],
)
async def test_whatever_is_wrong_is_told_at_its_field_and_nothing_changes(  # noqa: PLR0917 - pytest passes them by name
    desk: httpx.AsyncClient, database: Database, people: People, old: str, new: str,
    again: str, says: str,
) -> None:  # fmt: skip
    answer = await send(desk, old, new, again)
    assert answer.status_code in (403, 422)
    assert says in answer.text
    assert not [secret for secret in (OLD, NEW) if secret in answer.text]
    assert await passwords.verify(await kept(database, people), OLD)


async def test_guessing_the_old_one_is_paced(desk: httpx.AsyncClient) -> None:
    answers = [await send(desk, f"a wrong guess {n}", NEW) for n in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert (await send(desk, OLD, NEW)).status_code == 429


async def test_who_only_scans_is_told_whom_to_ask(desk_of: DeskOf, people: People) -> None:
    assert "平时都是扫码进" in (await send(await desk_of("operator"), OLD, NEW)).text


async def test_the_way_there_stands_under_the_name(desk: httpx.AsyncClient) -> None:
    page = (await desk.get("/desk/")).text
    assert page.count('href="/desk/password"') == page.count('action="/desk/logout"') > 0
