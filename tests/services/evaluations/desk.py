"""Hands at the desk for evaluations, and answers that are there already."""

import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission import Grant, Role
from app.campus.units import Unit
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.keeping import Said, keep
from app.services.evaluations.models import Answer, Form, Subject
from tests.desk.conftest import DeskOf
from tests.people import UNIT, Somebody

HERE, OTHER = "/desk/evaluations", "维修中心"


@dataclass
class Desk:
    """Somebody at the desk, and what they look at."""

    client: httpx.AsyncClient
    database: Database

    async def page(self, path: str, code: int = 200) -> str:
        answer = await self.client.get(f"{HERE}{path}")
        assert answer.status_code == code, (path, answer.status_code, answer.text)
        return html.unescape(answer.text)

    async def send(self, path: str, form: str = "", **data: Any) -> httpx.Response:
        """A form's fields, with the token and key of the page at `form` (or `path`)."""
        return await self.post(path, form or path, data)

    async def post(self, path: str, form: str, data: Mapping[str, Any]) -> httpx.Response:
        found = await self.client.get(f"{HERE}{form}")
        hidden = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', found.text)[:1]
            for name in ("csrftoken", "once", "version")
        }
        given = {name: value[0] for name, value in hidden.items() if value}
        return await self.client.post(f"{HERE}{path}", data=given | dict(data))

    async def did(self, path: str, form: str = "", **data: Any) -> str:
        """As `send`, and the page that it leads to."""
        done = await self.send(path, form, **data)
        assert done.status_code == 303, done.text
        return html.unescape((await self.client.get(done.headers["location"])).text)


async def sit_down(desk_of: DeskOf, database: Database, name: str = "operator") -> Desk:
    """`name` at the desk of a campus with two units."""
    async with database.session() as db:
        db.add_all([Unit(name=UNIT, position=1), Unit(name=OTHER, position=2)])
    return Desk(await desk_of(name), database)


async def limited(database: Database, somebody: Somebody, unit: str) -> None:
    """Their rights are those of an operator and head of one unit from now on."""
    async with database.session() as db:
        now, person = clock.now(), somebody.person_id
        await db.execute(delete(Grant).where(Grant.person_id == person))
        for role in (Role.OPERATOR, Role.HEAD):
            db.add(Grant(person_id=person, role=role, at=now, unit=unit))


async def answered(
    database: Database, form: Form, subject: Subject, *, person_id: int | None = None,
    day: date | None = None, **given: Any,
) -> Answer:  # fmt: skip
    """An answer that was given to version 1; by nobody: an anonymous one."""
    async with database.session() as db:
        return await _kept(db, form.id, subject.id, person_id, day, given)


async def _kept(
    db: AsyncSession, form_id: int, subject_id: int, *of: Any
) -> Answer:  # fmt: skip
    person_id, day, given = of
    now = clock.now()
    said = Said(
        1, given, (), day or now.date(), person_id, at=now if person_id else None,
        receipt=None if person_id else secrets.token_bytes(32),
    )  # fmt: skip
    form, subject = await db.get_one(Form, form_id), await db.get_one(Subject, subject_id)
    return await keep(db, form, subject, said)
