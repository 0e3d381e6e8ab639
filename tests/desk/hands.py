"""An operator's hands: forms filled in and buttons pressed, as the browser sends them."""

import html
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from openpyxl import load_workbook

Files = dict[str, tuple[str, bytes]] | None
CSRF = "starlette_admin_csrftoken"


@dataclass
class Hand:
    """A browser at the desk; every request carries its token."""

    client: httpx.AsyncClient

    async def page(self, path: str) -> str:
        """The text of a page that opens."""
        answer = await self.client.get(f"/desk/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return html.unescape(answer.text)

    async def create(self, key: str, **data: object) -> httpx.Response:
        return await self._send(f"{key}/create", data)

    async def edit(self, key: str, pk: object, **data: object) -> httpx.Response:
        return await self._send(f"{key}/edit?pk={pk}", data)

    async def press(self, key: str, pk: object, name: str) -> httpx.Response:
        """A button of a row."""
        return await self._send(f"_api/{key}/row-action?pk={pk}&name={name}", {})

    async def saved(self, key: str, query: str = "") -> list[tuple[object, ...]]:
        """The rows of the spreadsheet that 「导出」 gives, heads first."""
        answer = await self._send(f"_api/{key}/action?name=download&_list_query={query}", {})
        assert answer.status_code == 200, answer.text
        return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)

    async def upload(self, key: str, data: bytes, name: str, **more: str) -> httpx.Response:
        """A file at an import's page; `more` is what the preview's form carries."""
        return await self._send(f"import/{key}", more, {"file": (name, data)})

    async def _send(
        self,
        path: str,
        data: Mapping[str, object],
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        if CSRF not in self.client.cookies:
            await self.client.get("/desk/")
        token = {"x-csrftoken": self.client.cookies[CSRF]}
        return await self.client.post(f"/desk/{path}", data=data, files=files, headers=token)


def wrong(answer: httpx.Response) -> list[str]:
    """What a refused form says at its fields."""
    assert answer.status_code == 422, answer.status_code
    found = re.findall(r'class="invalid-feedback[^"]*"[^>]*>(.*?)</', answer.text, re.DOTALL)
    return [html.unescape(text).strip() for text in found if text.strip()]
