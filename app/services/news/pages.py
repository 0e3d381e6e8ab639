"""Pages: the list, which loads on, an article, and its pictures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup as Safe
from pydantic import Field
from sqlalchemy import select

from app.campus.people.me import anyone
from app.campus.uploads import Upload
from app.kit.clock import say_age
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.news import book
from app.services.news.draft import KINDS, Kind
from app.services.news.models import Article, Picture
from app.services.news.shelf import newest
from app.services.news.text import shown

pages = APIRouter(dependencies=[Depends(anyone)])
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
MOST = 20


@pages.get("")
async def index(
    request: Request, db: Db, kind: Annotated[Kind | None, Query()] = None, before: Before = None
) -> Response:
    """Everything, or one kind; htmx takes what comes after `before` out of it."""
    items = await newest(db, kind, MOST + 1, before)
    return render(
        request, "news/index.html", items=items[:MOST], on=len(items) > MOST, kind=kind,
        kinds=KINDS, say_age=say_age,
    )  # fmt: skip


@pages.get("/{id}")
async def one(request: Request, db: Db, id: Id) -> Response:
    """An article that is published."""
    row = await db.get(Article, id)
    if row is None or row.published_at is None:
        raise NotFound("这篇没有了，可能撤回去改了，看看别的")
    body = Safe(shown(row.html, book.public))  # noqa: S704 cleaned by nh3, here once more
    return render(request, "news/one.html", row=row, body=body, kinds=KINDS, say_age=say_age)


@pages.get("/pictures/{id}.jpg")
async def picture(db: Db, id: Id) -> Response:
    """A picture of a published article; others are shown to operators alone."""
    there = (
        select(Upload.picture)
        .join(Picture, Picture.upload_id == Upload.id)
        .join(Article, Article.id == Picture.article_id)
        .where(Upload.id == id, Article.published_at.is_not(None))
    )
    if (data := await db.scalar(there.limit(1))) is None:
        raise NotFound("这张图没有了")
    kept = {"cache-control": "public, max-age=3600"}  # an hour: an article may be taken back
    return Response(data, media_type="image/jpeg", headers=kept)
