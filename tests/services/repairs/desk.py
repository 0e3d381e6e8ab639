"""Hands at the desk for repairs: orders of this very moment, and forms that are pressed."""

import html
import re
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.db import Database
from app.services.repairs import dispatch
from app.services.repairs.models import Order
from tests.desk.conftest import DeskOf
from tests.services.repairs.conftest import Scene

HERE = "/desk/repairs"


@dataclass
class Desk:
    """Somebody at the desk, and what they look at."""

    client: httpx.AsyncClient
    scene: Scene

    @property
    def database(self) -> Database:
        return self.scene.database

    async def page(self, path: str, code: int = 200) -> str:
        answer = await self.client.get(f"{HERE}/{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return html.unescape(answer.text)

    async def send(self, path: str, form: str = "", **data: Any) -> httpx.Response:
        """A form's fields, with the token and key of the page at `form` (or `path`)."""
        found = await self.client.get(f"{HERE}/{form or path}")
        hidden = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', found.text)[:1]
            for name in ("csrftoken", "once")
        }
        given = {name: value[0] for name, value in hidden.items() if value}
        return await self.client.post(f"{HERE}/{path}", data=given | data)

    async def did(self, path: str, form: str = "", **data: Any) -> str:
        """As `send`, and the page that it leads to."""
        done = await self.send(path, form, **data)
        assert done.status_code == 303, done.text
        return html.unescape((await self.client.get(done.headers["location"])).text)

    async def reported(self, name: str = "alice", **said: Any) -> Order:
        async with self.database.session() as db:
            return await self.scene.report(db, name, now=clock.now(), **said)

    async def accepted(self, **said: Any) -> Order:
        order, now = await self.reported(**said), clock.now()
        async with self.database.session() as db:
            leader, worker = [await self.scene.me(db, n) for n in ("leader", "worker")]
            order = await dispatch.offer(db, leader, order, now, worker_id=self.scene.ids["worker"])
            return await dispatch.accept(db, worker, order, now)

    async def order(self, number: str) -> Order:
        async with self.database.session() as db:
            return await _order(db, number)


async def _order(db: AsyncSession, number: str) -> Order:
    return (await db.scalars(select(Order).where(Order.number == number))).one()


async def sit_down(desk_of: DeskOf, scene: Scene, name: str = "operator") -> Desk:
    """`name` at the desk, over the orders of `scene`."""
    return Desk(await desk_of(name), scene)
