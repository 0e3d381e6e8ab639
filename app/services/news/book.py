"""What operators do with an article: write, change, publish, take back, hand to the platform."""

from collections.abc import Sequence
from typing import Any

from fastapi import UploadFile
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.articles import Piece, hand_over
from app.campus.people.me import Me
from app.campus.permission import Action, Role
from app.campus.uploads import save_all
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.news.draft import BODY, Draft
from app.services.news.models import Article, Picture
from app.services.news.shelf import shelf
from app.services.news.text import Markup, clean, pictures_in, words

WRITE = Action("news.write", frozenset({Role.OPERATOR}))
DIGEST = 54  # characters of the body that stand for a summary


def public(upload_id: int) -> str:
    """Where everybody sees a picture of a published article."""
    return f"/h5/news/pictures/{upload_id}.jpg"


async def get(db: AsyncSession, number: int) -> Article:
    """Raises NotFound."""
    row = await db.get(Article, number, populate_existing=True)
    if row is None:
        raise NotFound("没有这篇，可能被同事删了")
    return row


async def pictures(db: AsyncSession, number: int) -> list[int]:
    """The uploads of an article, oldest first."""
    query = select(Picture.upload_id).where(Picture.article_id == number)
    return list(await db.scalars(query.order_by(Picture.upload_id)))


async def add(db: AsyncSession, me: Me, draft: Draft, files: Sequence[UploadFile] = ()) -> Article:
    """A new article that only operators see. Raises Forbidden, Invalid (a file is no picture)."""
    me.must(WRITE)
    row = Article(**{**draft.values, "cover_id": None}, changed_at=clock.now(), changed_by=me.name)
    db.add(row)
    await db.flush()
    await _settle(db, row, draft, files)
    audit.record(db, me, "news.add", f"news:{row.id}", after={"title": row.title})
    return row


async def change(
    db: AsyncSession, me: Me, number: int, *, version: int, draft: Draft,
    files: Sequence[UploadFile] = (),
) -> Article:  # fmt: skip
    """Write the form over it. Raises Conflict when it is no longer at `version`; as `add`."""
    me.must(WRITE)
    row = await get(db, number)
    before = {"title": row.title, "source": row.source}
    new = update(Article).where(Article.id == number, Article.version == version).values(
        **{**draft.values, "cover_id": None}, version=version + 1, changed_at=clock.now(),
        changed_by=me.name,
    )  # fmt: skip
    if await db.scalar(new.returning(Article.id)) is None:
        by = row.changed_by or "同事"
        raise Conflict(f"{by}刚改过这篇。下面是你写的，再存一次就用你的；想看新的就重新打开")
    row = await get(db, number)
    await _settle(db, row, draft, files)
    audit.record(db, me, "news.change", f"news:{number}", before=before,
                 after={"title": row.title, "source": row.source})  # fmt: skip
    await shelf.changed(db)
    return row


async def _settle(
    db: AsyncSession, row: Article, draft: Draft, files: Sequence[UploadFile]
) -> None:
    """Keep new pictures, at the end of the text; the cover is one of the article's own."""
    # Nobody's: an article stays when the data of who wrote it are deleted.
    uploads = await save_all(db, files, person_id=None, now=clock.now())
    for upload in uploads:
        await db.execute(insert(Picture).values(article_id=row.id, upload_id=upload.id))
        row.source += said(Markup(row.markup), upload.id)
    if len(row.source) > BODY:
        raise Invalid(f"加上图片，正文超过 {BODY} 个字了")
    row.html = clean(Markup(row.markup), row.source)
    own = await pictures(db, row.id)
    inside = [one for one in pictures_in(row.html) if one in own]
    wanted = draft.values["cover_id"]
    row.cover_id = wanted if wanted in own else next(iter(inside or own), None)
    row.summary = row.summary or words(row.html, DIGEST)
    await db.flush()


def said(markup: Markup, upload_id: int) -> str:
    """A picture as it is written in the text."""
    if markup is Markup.HTML:
        return f'\n<p><img src="picture:{upload_id}" alt=""></p>'
    return f"\n\n![](picture:{upload_id})"


async def publish(db: AsyncSession, me: Me, number: int) -> None:
    """Show it on our pages and in the chat. Done twice, it keeps its first time."""
    await _show(db, me, number, "publish")


async def withdraw(db: AsyncSession, me: Me, number: int) -> None:
    """Take it off our pages; what the platform has published stays there."""
    await _show(db, me, number, "withdraw")


async def _show(db: AsyncSession, me: Me, number: int, verb: str) -> None:
    me.must(WRITE)
    await get(db, number)
    out = verb == "publish"
    here = Article.published_at.is_(None) if out else Article.published_at.is_not(None)
    changed = update(Article).where(Article.id == number, here)
    changed = changed.values(published_at=clock.now() if out else None)
    if await db.scalar(changed.returning(Article.id)) is not None:
        audit.record(db, me, f"news.{verb}", f"news:{number}")
        await shelf.changed(db)


async def remove(db: AsyncSession, me: Me, number: int) -> None:
    """Gone for good. Raises Conflict for one that is published."""
    me.must(WRITE)
    row = await get(db, number)
    if row.published_at is not None:
        raise Conflict("还在外面，先撤回再删")
    before: dict[str, Any] = {"title": row.title, "source": row.source}
    audit.record(db, me, "news.remove", f"news:{number}", before=before)
    await db.execute(delete(Picture).where(Picture.article_id == number))
    await db.execute(delete(Article).where(Article.id == number))


async def release(db: AsyncSession, me: Me, number: int, *, publish: bool) -> None:
    """Hand it to the platform: into its drafts, or on to its readers.

    Raises Invalid without a cover, Conflict while an earlier one is under way.
    """
    me.must(WRITE)
    row = await get(db, number)
    if row.cover_id is None:
        raise Invalid("公众号要有封面：传一张图，再推")
    if len(row.html) > BODY:
        raise Invalid("公众号最多收 2 万个字符，正文短一点再推")
    piece = Piece(
        title=row.title, author=row.author, digest=row.summary, html=row.html,
        page=f"/h5/news/{row.id}", cover_id=row.cover_id,
    )  # fmt: skip
    await hand_over(db, source(number), piece, publish=publish)
    verb = "release" if publish else "draft"
    audit.record(db, me, f"news.{verb}", f"news:{number}", after={"title": row.title})


def source(number: int) -> str:
    """How the platform's side knows it."""
    return f"news:{number}"
