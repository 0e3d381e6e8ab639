"""The account's templates: of template messages, and of subscription notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.wechat.answers import number, required, rows
from app.wechat.calling import Caller

_KEYWORD = re.compile(r"\s*([^\n{}]*?)[:\uff1a]?\s*\{\{([a-z_]+?)(\d*)\.DATA\}\}")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A blank in a template: `name` is its key in `data` (`thing3`), `kind` the type in it
    (`thing`; first or remark in templates of old), `title` the words before it.
    """

    name: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Template:
    """`content` and `example` have a line for each keyword."""

    id: str
    title: str
    content: str
    example: str
    keywords: tuple[Keyword, ...]


def keywords(content: str) -> tuple[Keyword, ...]:
    """The blanks of a template's content: `{{thing3.DATA}}` after the words of its line."""
    return tuple(
        Keyword(kind + digits, kind, title.strip())
        for title, kind, digits in _KEYWORD.findall(content)
    )


class Templates(Caller):
    """The calls. Lists may be asked again; to add one twice would give two."""

    async def templates(self) -> list[Template]:
        """Those that template messages may use, at most 25."""
        path = "/cgi-bin/template/get_all_private_template"
        answer = await self._repeat(self._get, path)
        return [_template(row, "template_id") for row in rows(answer, "template_list")]

    async def template_add(self, number: str, names: Sequence[str]) -> str:
        """The id of a template of the public library: its `number`, with these keywords."""
        body = {"template_id_short": number, "keyword_name_list": list(names)}
        answer = await self._post("/cgi-bin/template/api_add_template", body)
        return required(answer, "template_id")

    async def template_delete(self, template_id: str) -> None:
        """Take one off the account."""
        body = {"template_id": template_id}
        await self._repeat(self._post, "/cgi-bin/template/del_private_template", body)

    async def subscribe_templates(self) -> list[Template]:
        """Those that subscription notices may use."""
        answer = await self._repeat(self._get, "/wxaapi/newtmpl/gettemplate")
        return [_template(row, "priTmplId") for row in rows(answer, "data")]


def _template(row: dict[str, Any], identity: str) -> Template:
    content = str(row.get("content", ""))
    return Template(
        number(row, identity), str(row.get("title", "")), content,
        str(row.get("example", "")), keywords(content),
    )  # fmt: skip
