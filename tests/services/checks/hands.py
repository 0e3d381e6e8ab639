"""Pages of checks as people of the scene open them, and their forms as phones send them."""

import hmac
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

import httpx
from fastapi import FastAPI

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.kit import clock
from app.settings import DEMO_SECRETS
from tests.people import Somebody, cookie_of
from tests.services.checks.conftest import Scene

HOME = "/h5/checks"
_keys = itertools.count(1)


@dataclass
class Hands:
    """`await hands.get("inspector")`, `await hands.send("hired", "/faults/1/fix", photos=…)`."""

    scene: Scene
    people: dict[str, Somebody]
    app: FastAPI

    async def somebody(self, name: str) -> Somebody:
        """Who that is, logged in: also those that only the scene has."""
        if name not in self.people:
            async with self.scene.database.session() as db:
                token = await sessions.start(db, clock.now(), who=self.scene.who[name])
            self.people[name] = Somebody(self.scene.who[name], token, self.scene.ids[name])
        return self.people[name]

    async def phone(self, name: str) -> httpx.AsyncClient:
        cookie = cookie_of(await self.somebody(name))
        key = DEMO_SECRETS["secret_key"].encode()
        token = hmac.new(key, f"csrf:{cookie}".encode(), "sha256").hexdigest()
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://test", cookies={COOKIE: cookie}, headers={"x-csrf-token": token},
        )  # fmt: skip

    async def get(self, name: str, path: str = "") -> httpx.Response:
        async with await self.phone(name) as phone:
            return await phone.get(f"{HOME}{path}" if path[:4] != "/h5/" else path)

    async def words(self, name: str, path: str = "") -> str:
        """The words of a page that opens."""
        answer = await self.get(name, path)
        assert answer.status_code == 200, (path, answer.status_code)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))

    async def send(
        self, name: str, path: str, *, key: str = "", queued: bool = False,
        photos: Sequence[tuple[str, bytes]] = (), **fields: object,
    ) -> httpx.Response:  # fmt: skip
        """`key`: the form's own, another one each time unless given. `photos`: (field, JPEG)."""
        fields["once"] = key or f"test-form-key-{next(_keys):04}"
        files = [(field, ("1.jpg", data, "image/jpeg")) for field, data in photos]
        headers = {"x-queued": "1"} if queued else {}
        async with await self.phone(name) as phone:
            return await phone.post(f"{HOME}{path}", data=fields, files=files, headers=headers)
