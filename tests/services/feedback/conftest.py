"""Feedback on the campus of `people`: units, and cases along their way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify.models import Delivery, Message
from app.campus.people.lookup import person_of
from app.campus.people.me import Me
from app.campus.permission import Grant, Role
from app.campus.units import Unit
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.feedback import cases, office
from app.services.feedback.models import Case, Line
from app.services.feedback.parts import BY_RECEIPT, actor, receipt, seal
from app.services.feedback.rules import Kind
from tests.people import UNIT, Somebody

OTHER = "公寓中心"
NOON = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)  # a Wednesday, in working hours
CODE = receipt("key", "form-key-of-a-test")


def after(**time: float) -> datetime:
    """That long after ten o'clock."""
    return NOON + timedelta(**time)


@dataclass
class Scene:
    """Who there is by name, and shorthands for what most tests begin with."""

    database: Database
    people: dict[str, Somebody]

    def id(self, name: str) -> int:
        found = self.people[name].person_id
        assert found is not None
        return found

    async def me(self, db: AsyncSession, name: str) -> Me:
        return await person_of(db, self.people[name].who, NOON)

    async def ask(
        self, db: AsyncSession, name: str = "alice", now: datetime = NOON, **said: Any
    ) -> Case:
        """A complaint about the canteen; `name` empty: with the receipt CODE."""
        how = {"asker_id": self.id(name)} if name else {"seal": seal(CODE)}
        new = {"kind": Kind.COMPLAIN, "unit": UNIT, "words": "饭里有根头发"} | how | said
        case = await cases.ask(db, cases.New(**new), now)
        assert case is not None
        return case

    async def answer(
        self, db: AsyncSession, case: Case, name: str = "head", now: datetime = NOON
    ) -> Case:
        me = await self.me(db, name)
        return await office.answer(db, actor(me, case), case, now, words="换了帽子，罚了窗口")

    async def told(self, db: AsyncSession, name: str) -> list[tuple[str, str]]:
        """(notice, what it says) of everything that somebody was told, oldest first."""
        query = (
            select(Message.notice, Message.fields)
            .join(Delivery, Delivery.message_id == Message.id)
            .where(Delivery.person_id == self.id(name))
            .order_by(Message.id)
        )
        return [(notice.split(".")[1], f["says"]) for notice, f in await db.execute(query)]

    async def steps(self, db: AsyncSession, case: Case) -> list[str]:
        return list(await db.scalars(
            select(Line.what).where(Line.case_id == case.id).order_by(Line.id)
        ))  # fmt: skip

    async def grant(self, name: str, role: Role, unit: str | None) -> None:
        async with self.database.session() as db:
            db.add(Grant(person_id=self.id(name), role=role, unit=unit, at=NOON))


@pytest.fixture
async def scene(people: dict[str, Somebody], database: Database) -> Scene:
    """Two units; `head` heads 饮食中心, and nobody heads 公寓中心."""
    async with database.session() as db:
        db.add_all(Unit(name=name, position=at) for at, name in enumerate((UNIT, OTHER)))
    database.forget()
    return Scene(database, people)


__all__ = ["BY_RECEIPT", "CODE", "NOON", "OTHER", "Scene", "after", "scene"]
