"""What the tests of the reporter's pages share: a form that is sent, and photos."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

import httpx
from PIL import Image
from sqlalchemy import select

from app.kit import clock
from app.kit.db import Database
from app.services.repairs import dispatch, work
from app.services.repairs.models import Order
from tests.services.repairs.conftest import Scene

HOME, NEW = "/h5/repairs", "/h5/repairs/new"
PhoneOf = Callable[[str], httpx.AsyncClient]
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf|once)" value="([^"]+)">')


def jpeg(colour: str = "red", size: tuple[int, int] = (800, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def hidden(html: str) -> dict[str, str]:
    """The token and the key of the first form of a page."""
    return dict(reversed(_HIDDEN.findall(html)))


def text_of(html: str) -> str:
    """The words of a page, without its tags and with single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@dataclass
class Reporting:
    """Alice's, bob's … phones on a campus with every kind of fault."""

    scene: Scene
    phone_of: PhoneOf

    @property
    def database(self) -> Database:
        return self.scene.database

    async def get(self, name: str, path: str) -> httpx.Response:
        async with self.phone_of(name) as phone:
            return await phone.get(path)

    async def post(
        self, name: str, path: str, photos: Sequence[bytes] = (), page: str = "", **fields: str
    ) -> httpx.Response:
        """Open `page` (default: `path`) and send its form."""
        async with self.phone_of(name) as phone:
            opened = await phone.get(page or path)
            files = [
                ("photos", (f"{at}.jpg", data, "image/jpeg")) for at, data in enumerate(photos)
            ]
            empty = [("photos", ("", b"", "application/octet-stream"))]
            form = {**hidden(opened.text), **fields}
            return await phone.post(path, data=form, files=files or empty)

    async def report(self, name: str = "alice", **fields: str) -> str:
        """A leaking pipe in one's own room; the order's number."""
        said = {"kind": str(self.scene.kind_id), "sign": "漏水", **fields}
        answer = await self.post(name, NEW, **said)
        assert answer.status_code == 303, text_of(answer.text)
        return answer.headers["location"].removeprefix(f"{HOME}/")

    async def order(self, number: str) -> Order:
        async with self.database.session() as db:
            return (await db.scalars(select(Order).where(Order.number == number))).one()

    async def accept(self, number: str) -> Order:
        """Offered to the worker, who accepts."""
        order, now = await self.order(number), clock.now()
        async with self.database.session() as db:
            leader, worker = [await self.scene.me(db, name) for name in ("leader", "worker")]
            chosen = self.scene.ids["worker"]
            order = await dispatch.offer(db, leader, order, now, worker_id=chosen)
            return await dispatch.accept(db, worker, order, now)

    async def finish(self, number: str) -> Order:
        """Accepted, reached and mended."""
        order, now = await self.accept(number), clock.now()
        async with self.database.session() as db:
            worker = await self.scene.me(db, "worker")
            door = next(n for n, room in self.scene.rooms.items() if room == order.room_id)
            code = await self.scene.code(db, door)
            order = await work.arrive(db, worker, order, now, code=code)
            return await work.finish(db, worker, order, now)
