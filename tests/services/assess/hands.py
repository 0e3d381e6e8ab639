"""Pages as people of the crew open them, and their forms as browsers send them."""

import hmac
import itertools
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from itsdangerous import Signer

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.kit import clock
from app.settings import DEMO_SECRETS
from tests.services.assess.conftest import Crew

HOME = "/h5/assess"
_keys = itertools.count(1)


@dataclass
class Hands:
    """`await hands.get("m1", "/3")`, `await hands.send("leader", "/team/3/publish")`."""

    crew: Crew
    app: FastAPI

    async def cookie(self, name: str) -> str:
        async with self.crew.database.session() as db:
            token = await sessions.start(db, clock.now(), who=self.crew.who[name])
        return Signer(DEMO_SECRETS["secret_key"], salt="session").sign(token).decode()

    async def phone(self, name: str) -> httpx.AsyncClient:
        cookie, key = await self.cookie(name), DEMO_SECRETS["secret_key"].encode()
        token = hmac.new(key, f"csrf:{cookie}".encode(), "sha256").hexdigest()
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://test", cookies={COOKIE: cookie}, headers={"x-csrf-token": token},
        )  # fmt: skip

    async def get(self, name: str, path: str = "", code: int = 200) -> str:
        async with await self.phone(name) as phone:
            answer = await phone.get(f"{HOME}{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return answer.text

    async def send(self, name: str, path: str, code: int = 303, **fields: Any) -> str:
        """Where it leads, or the refusal."""
        async with await self.phone(name) as phone:
            data = {"once": f"test-form-key-{next(_keys):04}", **fields}
            answer = await phone.post(f"{HOME}{path}", data=data)
        assert answer.status_code == code, (path, answer.status_code, answer.text[-600:])
        return answer.headers.get("location", "") or answer.text
