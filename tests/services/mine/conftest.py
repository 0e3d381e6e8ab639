"""A student with a card, whom charlie's phone may bind."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from app.campus.people.cards import keyed
from app.campus.people.me import COOKIE
from app.campus.people.models import Person, PersonKind
from app.kit.db import Database
from app.kit.forms import csrf_token
from app.kit.once import new_key
from tests.people import Somebody, cookie_of

RIGHT = {"number": "20240136", "name": "林晓雨", "card": "123456"}
Post = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def lin(database: Database, people: dict[str, Somebody]) -> int:
    async with database.session() as db:
        person = Person(
            number="20240136", name="林晓雨", kind=PersonKind.STUDENT, sex="女",
            phone="13812345678", secret=keyed("20240136", "123456"),
            room_id=people["alice"].room_id,
        )  # fmt: skip
        db.add(person)
        await db.flush()
        return person.id


@pytest.fixture
def post(
    app: object, phone_of: Callable[[str], httpx.AsyncClient], people: dict[str, Somebody]
) -> Post:
    """`await post("alice", "/h5/mine/bind", number=…)`: a form of that phone's page."""

    async def send(name: str, path: str, /, **fields: str) -> httpx.Response:
        request = _Request(app, {COOKIE: cookie_of(people[name])})
        form = {"csrf": csrf_token(request), "once": new_key(), **fields}  # type: ignore[arg-type]  # all of a request that it reads
        async with phone_of(name) as phone:
            return await phone.post(path, data=form)

    return send


class _Request:
    def __init__(self, app: object, cookies: dict[str, str]) -> None:
        self.app, self.cookies = app, cookies
