"""The operators' form: what was typed, read, with what is wrong beside each field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.services.news.text import Markup, clean


class Kind(StrEnum):
    NEWS = "news"
    NOTICE = "notice"


KINDS = {Kind.NEWS: "新闻", Kind.NOTICE: "通知"}
MARKUPS = {Markup.MARKDOWN: "Markdown", Markup.HTML: "HTML"}
# The platform's limits, so that what is written here can be handed on.
TITLE, AUTHOR, SUMMARY, BODY = 32, 16, 120, 20_000


@dataclass
class Draft:
    """`fields` as typed; `values` are the columns once nothing is in `errors`."""

    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def read(form: Mapping[str, str]) -> Draft:
    """The form: kind, title, author, summary, markup, source, cover."""
    draft = Draft({name: value.strip().replace("\r\n", "\n") for name, value in form.items()})
    for name, most in (("title", TITLE), ("author", AUTHOR), ("summary", SUMMARY)):
        draft.values[name] = " ".join(draft.fields.get(name, "").split())
        if len(draft.values[name]) > most:
            draft.errors[name] = f"最多 {most} 个字，现在 {len(draft.values[name])} 个"
    if not draft.values["title"]:
        draft.errors["title"] = "写个标题"
    _kinds(draft)
    _body(draft)
    return draft


def shown(row: Any) -> Draft:
    """The form of an article that there is."""
    names = ("kind", "title", "author", "summary", "markup", "source")
    fields = {name: str(getattr(row, name)) for name in names}
    return Draft({**fields, "cover": str(row.cover_id or "")})


def _kinds(draft: Draft) -> None:
    for name, kinds, ask in (("kind", Kind, "选新闻还是通知"), ("markup", Markup, "选一种写法")):
        value = draft.fields.get(name, "")
        draft.values[name] = value
        if value not in set(kinds):
            draft.errors[name] = ask
    cover = draft.fields.get("cover", "")
    draft.values["cover_id"] = int(cover) if cover.isdecimal() and len(cover) < 10 else None


def _body(draft: Draft) -> None:
    source = draft.fields.get("source", "").replace("\0", "")
    draft.values |= {"source": source, "html": ""}
    if not source:
        draft.errors["source"] = "写正文"
    elif len(source) > BODY:
        draft.errors["source"] = f"最多 {BODY} 个字，现在 {len(source)} 个"
    elif "markup" not in draft.errors:
        draft.values["html"] = clean(Markup(draft.values["markup"]), source)
        if not draft.values["html"]:
            draft.errors["source"] = "能显示的内容一点也没有"
