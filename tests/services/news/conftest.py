"""Articles as an operator writes them."""

import io
from collections.abc import Awaitable, Callable

import pytest
from fastapi import UploadFile
from PIL import Image

from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.kit.db import Database
from app.services.news import book
from app.services.news.draft import read
from app.services.news.models import Article

WRITER = Me(1, None, name="赵敏", rights=(Right(Role.OPERATOR),))
Write = Callable[..., Awaitable[Article]]


def form(**more: str) -> dict[str, str]:
    fields = {
        "kind": "notice",
        "title": "供暖时间",
        "markup": "markdown",
        "source": "11 月 15 日起",
    }
    return {**fields, **more}


def photo() -> UploadFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return UploadFile(io.BytesIO(out.getvalue()), filename="p.png")


@pytest.fixture
def write(database: Database) -> Write:
    """`await write(title="…", photos=1, published=False)`: an article, by default published."""

    async def made(*, photos: int = 0, published: bool = True, **more: str) -> Article:
        draft = read(form(**more))
        assert draft.errors == {}
        async with database.session() as db:
            row = await book.add(db, WRITER, draft, [photo() for _ in range(photos)])
            if published:
                await book.publish(db, WRITER, row.id)
        database.forget("news")
        return row

    return made
