"""「新闻和通知」 at the desk: write, see it as on the phone, publish here and on the platform."""

import io
from typing import Any

from fastapi import UploadFile
from markupsafe import Markup as Safe
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile as SentFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.articles import Release, Step, release_of
from app.campus.uploads import MOST, address
from app.campus.uploads.pictures import BYTES_IN
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError
from app.services.news import book, draft
from app.services.news.models import Article
from app.services.news.text import Markup, clean, shown

PAGE = 50
STEPS = {
    Step.WAITING: ("blue", "排着队，马上推给公众号"),
    Step.DRAFTED: ("blue", "在公众号草稿箱里"),
    Step.PUBLISHING: ("blue", "正在让公众号发"),
    Step.CHECKING: ("blue", "公众号收下了，正在审"),
    Step.PUBLISHED: ("green", "公众号上发出去了"),
    Step.FAILED: ("red", "公众号没发成"),
    Step.UNSURE: ("orange", "不知道发没发"),
}
BUSY = (Step.WAITING, Step.PUBLISHING, Step.CHECKING)
DID = {
    "saved": "存好了。",
    "publish": "发出去了，手机上发「新闻」「通知」就看得到。",
    "withdraw": "撤回了，手机上看不到了。公众号上发过的要到公众平台去删。",
    "draft": "正在放进公众号的草稿箱。",
    "release": "正在让公众号发，审完这里会变。",
}


class News(CustomView):
    menu_label, icon, path, route_name = "新闻和通知", "fa fa-newspaper", "/news", "news"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(book.WRITE)

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    @route("")
    async def index(self, request: Request) -> Response:
        """Newest change first; `q` searches titles and texts."""
        db: AsyncSession = request.state.session
        query = request.query_params.get("q", "").strip()[:60]
        some = select(Article).order_by(Article.changed_at.desc(), Article.id.desc()).limit(PAGE)
        if query:
            columns = (Article.title, Article.source)
            found = [column.icontains(query, autoescape=True) for column in columns]
            some = some.where(found[0] | found[1])
        rows = (await db.scalars(some)).all()
        names = [book.source(row.id) for row in rows]
        releases = await db.scalars(select(Release).where(Release.source.in_(names)))
        there = {release.source: release for release in releases}
        listed = [(row, there.get(book.source(row.id))) for row in rows]
        return self._show(request, "news.html", rows=listed, q=query)

    @route("/new", methods=["GET", "POST"], name="news-new")
    async def new(self, request: Request) -> Response:
        """A new article."""
        db, me = request.state.session, me_of(request)
        if request.method == "GET":
            blank = {"kind": draft.Kind.NOTICE.value, "markup": Markup.MARKDOWN.value}
            return await self._form(request, draft.Draft(blank))
        read, files = await _sent(request)
        if read.errors:
            return await self._form(request, read, 422)
        key, owner = read.fields.get(once.FIELD, ""), f"news:{me.person_id}"
        try:
            if (before := await once.first(db, owner, key, clock.now())) is not None:
                return RedirectResponse(before, 303)
            row = await book.add(db, me, read, files)
        except CampusError as refusal:
            return await self._form(request, read, refusal.status, error=str(refusal))
        there = f"{self._here(request)}/{row.id}?did=saved"
        await once.led_to(db, owner, key, there)
        return RedirectResponse(there, 303)

    @route("/preview", methods=["POST"], name="news-preview")
    async def preview(self, request: Request) -> Response:
        """The fragment with the article as the phone shows it, while it is written."""
        read, _ = await _sent(request)
        return self._show(request, "news_preview.html", look=_look(request, read))

    @route("/{number:int}", methods=["GET", "POST"], name="news-one")
    async def one(self, request: Request) -> Response:
        """One article: to read, to change, and where it is published."""
        db, me, number = request.state.session, me_of(request), request.path_params["number"]
        read, row = draft.Draft(), None
        try:
            row = await book.get(db, number)
            if request.method == "GET":
                return await self._form(request, draft.shown(row), row=row)
            read, files = await _sent(request)
            if read.errors:
                return await self._form(request, read, 422, row=row)
            version = read.fields.get("version", "")
            known = int(version) if version.isdecimal() and len(version) < 9 else 0
            await book.change(db, me, number, version=known, draft=read, files=files)
        except CampusError as refusal:
            return await self._form(request, read, refusal.status, row=row, error=str(refusal))
        return RedirectResponse(f"{self._here(request)}/{number}?did=saved", 303)

    @route("/{number:int}/status", name="news-status")
    async def status(self, request: Request) -> Response:
        """The fragment with how far the platform is."""
        release = await release_of(
            request.state.session, book.source(request.path_params["number"])
        )
        return self._show(
            request, "news_status.html", release=release, number=request.path_params["number"]
        )

    @route("/{number:int}/{verb}", methods=["POST"], name="news-do")
    async def do(self, request: Request) -> Response:
        """A button: publish, withdraw, draft, release, remove."""
        db, me, number = request.state.session, me_of(request), request.path_params["number"]
        verb = request.path_params["verb"]
        try:
            match verb:
                case "publish":
                    await book.publish(db, me, number)
                case "withdraw":
                    await book.withdraw(db, me, number)
                case "draft" | "release":
                    await book.release(db, me, number, publish=verb == "release")
                case "remove":
                    await book.remove(db, me, number)
                    return RedirectResponse(self._here(request), 303)
        except CampusError as refusal:
            row = await db.get(Article, number)
            read = draft.shown(row) if row else draft.Draft()
            return await self._form(request, read, refusal.status, row=row, error=str(refusal))
        return RedirectResponse(f"{self._here(request)}/{number}?did={verb}", 303)

    async def _form(
        self, request: Request, read: draft.Draft, code: int = 200, *,
        row: Article | None = None, error: str = "",
    ) -> Response:  # fmt: skip
        db, me = request.state.session, me_of(request)
        own = await book.pictures(db, row.id) if row else []
        return self._show(
            request, "news_form.html", code, draft=read, row=row, error=error,
            version=row.version if row else "", kinds=draft.KINDS, markups=draft.MARKUPS,
            pictures=[(one, address(request, me, one)) for one in own], most=MOST,
            look=_look(request, read), number=row.id if row else 0,
            release=await release_of(db, book.source(row.id)) if row else None,
            said=DID.get(request.query_params.get("did", ""), "") if code == 200 else "",
        )  # fmt: skip

    def _here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"

    def _show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        context |= {
            "here": self._here(request), "title": self.menu_label, "once": once.new_key(),
            "say_age": clock.say_age, "now": clock.now(), "steps": STEPS, "busy": BUSY,
            "kinds": draft.KINDS,
        }  # fmt: skip
        return self.templates.TemplateResponse(request, name, context, code)


async def _sent(request: Request) -> tuple[draft.Draft, list[UploadFile]]:
    async with request.form(max_files=MOST + 1, max_fields=40) as form:
        read = draft.read({name: value for name, value in form.items() if isinstance(value, str)})
        files = [
            UploadFile(io.BytesIO(await one.read(BYTES_IN + 1)), filename=one.filename)
            for one in form.getlist("pictures")
            if isinstance(one, SentFile)
        ]
    return read, files


def _look(request: Request, read: draft.Draft) -> dict[str, Any]:
    """Title, day and body as the phone shows them; empty parts where nothing is written yet."""
    me = me_of(request)
    markup = read.fields.get("markup", Markup.MARKDOWN)
    source = read.fields.get("source", "")[: draft.BODY]
    body = clean(Markup(markup), source) if markup in set(Markup) else ""
    shown_body = shown(body, lambda upload_id: address(request, me, upload_id))
    return {
        "title": read.fields.get("title", ""), "author": read.fields.get("author", ""),
        "body": Safe(shown_body),  # noqa: S704 cleaned by nh3 in both steps
    }  # fmt: skip
