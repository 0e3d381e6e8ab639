"""Hands on the pages of feedback: forms that are filled and sent."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from PIL import Image

from app.services.feedback.models import Case
from tests.services.feedback.conftest import Scene

HOME = "/h5/feedback"
PhoneOf = Callable[[str], httpx.AsyncClient]
_keys = count(1)


def jpeg(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Pages:
    """Phones on the scene."""

    scene: Scene
    phone_of: PhoneOf

    async def get(self, name: str, path: str = "", code: int = 200) -> str:
        async with self.phone_of(name) as phone:
            answer = await phone.get(f"{HOME}{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return html.unescape(answer.text)

    async def post(
        self, name: str, path: str, photos: int = 0, form: str = "", **fields: Any
    ) -> httpx.Response:
        """A form's fields with the token of the page `form` (or `path`); a new key each time."""
        async with self.phone_of(name) as phone:
            page = await phone.get(f"{HOME}{form or path}")
            token = re.findall(r'name="csrf" value="([^"]*)"', page.text)[:1]
            data = {
                "csrf": token[0] if token else "",
                "once": f"form-key-of-a-test-{next(_keys):04}",
            }
            files = [("photos", (f"{n}.jpg", jpeg(), "image/jpeg")) for n in range(photos)]
            return await phone.post(f"{HOME}{path}", data=data | fields, files=files or None)

    async def write(self, name: str = "alice", photos: int = 0, **said: Any) -> httpx.Response:
        """The form, filled and sent."""
        usual = {"kind": "complain", "unit": "饮食中心", "words": "饭里有根头发"}
        return await self.post(name, "/new", photos, **usual | said)

    async def case(self, id: int) -> Case:
        async with self.scene.database.session() as db:
            return await db.get_one(Case, id)
