"""Files into tables: choose one, see what it would do, do it.

The preview runs the very same import and rolls it back, so that it can neither differ from what
is done nor leave anything behind. Nothing is kept between the two: the browser sends the file
again, and its digest says that it is the one that was shown.
"""

import hashlib
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.permission.rules import Action
from app.desk.base import me_of
from app.kit import once
from app.kit.errors import CampusError, Invalid
from app.kit.pages import asset

MOST_BYTES = 20 * 1024 * 1024  # each import has a bound of its own; this one is of the desk
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Rows done of all, by the form's key, while a file is read in this process.
_running: dict[str, tuple[int, int]] = {}
_key: ContextVar[str] = ContextVar("import_key", default="")

Load = Callable[[AsyncSession, bytes, str], Awaitable[str]]
Take = Callable[[AsyncSession, bytes, str, Me], Awaitable[str]]


def report(done: int, total: int) -> None:
    """Tell the page that waits how far its file is; what `load`, `look` and `take` may call."""
    if key := _key.get():
        _running[key] = (done, total)


@dataclass(frozen=True)
class Import:
    """One kind of file. `key` names the page `/desk/import/<key>`, in the audit trail too.

    load      takes a file, answers one sentence; may raise CampusError with a line per error
    may       who may import
    help      sentences above the form: what is replaced, what stays
    template  an example of the file (xlsx); None: there is none
    dump      what there is now, as such a file; None: it cannot be saved
    look      the preview, if it is not `load` rolled back
    take      replaces `load` for who confirms; it writes the audit trail itself
    accept    endings of files, as a browser wants them
    back      words and address of the page that led here; empty: the menu did
    """

    key: str
    title: str
    load: Load
    may: Action
    help: tuple[str, ...] = ()
    template: Callable[[], bytes] | None = None
    dump: Callable[[AsyncSession], Awaitable[bytes]] | None = None
    look: Load | None = None
    take: Take | None = None
    accept: str = ".xlsx,.csv"
    back: tuple[str, str] | None = None


@dataclass(slots=True)
class _Shown:
    """What the page says below its form. `digest` of a file that may be taken, else empty."""

    said: str = ""
    errors: list[str] = field(default_factory=list)
    digest: str = ""
    filename: str = ""


class ImportView(CustomView):
    """The page of an `Import`; a service hands it in with its other views."""

    icon = "fa fa-file-import"

    def __init__(self, kind: Import) -> None:
        self.kind = kind
        super().__init__(
            menu_label=kind.title, path=f"/import/{kind.key}", route_name=f"import-{kind.key}"
        )

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(self.kind.may)

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        if request.method != "POST":
            return self._page(request, _Shown())
        async with request.form(max_files=1, max_fields=10) as form:
            key = str(form.get("wait", ""))[:64]
            _key.set(f"{me_of(request).person_id}:{key}" if key else "")
            try:
                data, filename = await _file(form.get("file"))
                shown = await self._answer(request, form, data, filename)
            except CampusError as refusal:
                return self._page(request, _Shown(errors=str(refusal).splitlines()), code=422)
            finally:
                _running.pop(_key.get(), None)
        return self._page(request, shown)

    async def _answer(self, request: Request, form: FormData, data: bytes, filename: str) -> _Shown:
        """What the file would do; without a digest, what it did. Raises CampusError."""
        digest = hashlib.sha256(data).hexdigest()
        if form.get("step") != "do":
            said = await self._look(request.state.session, data, filename)
            return _Shown(said, digest=digest, filename=filename)
        if form.get("digest") != digest:
            raise Invalid("文件和刚才看的不是同一份，再看一遍")
        return _Shown(await self._take(request, data, filename))

    @route("/progress")
    async def progress(self, request: Request) -> Response:
        """How far the file of a form is; nothing (204) before it is read, or in another process."""
        key = f"{me_of(request).person_id}:{request.query_params.get('key', '')}"
        if key not in _running:
            return Response(status_code=204)
        done, total = _running[key]
        return JSONResponse({"done": done, "total": total})

    @route("/template.xlsx")
    async def template(self, request: Request) -> Response:
        made = self.kind.template() if self.kind.template else b""
        return _download(made, f"{self.kind.key}-template.xlsx")

    @route("/all.xlsx")
    async def dump(self, request: Request) -> Response:
        db: AsyncSession = request.state.session
        made = await self.kind.dump(db) if self.kind.dump else b""
        audit.record(db, me_of(request), f"{self.kind.key}.export", f"{self.kind.key}:*")
        return _download(made, f"{self.kind.key}.xlsx")

    async def _look(self, db: AsyncSession, data: bytes, filename: str) -> str:
        """What taking the file would say; nothing of it stays."""
        trial = await db.begin_nested()
        try:
            return await (self.kind.look or self.kind.load)(db, data, filename)
        finally:
            await trial.rollback()

    async def _take(self, request: Request, data: bytes, filename: str) -> str:
        db, me = request.state.session, me_of(request)
        async with db.begin_nested():
            if self.kind.take:
                return await self.kind.take(db, data, filename, me)
            said = await self.kind.load(db, data, filename)
        what = {"文件": filename, "结果": said}
        audit.record(db, me, f"{self.kind.key}.import", f"{self.kind.key}:*", after=what)
        return said

    def _page(self, request: Request, shown: _Shown, code: int = 200) -> Response:
        assert self._admin is not None  # noqa: S101 - mounted before it is asked
        context: dict[str, Any] = {
            "title": self.kind.title, "kind": self.kind, "shown": shown, "path": request.url.path,
            "htmx": asset("htmx.js"), "key": once.new_key(),
        }  # fmt: skip
        return self._admin._template_response(
            request=request, name="import.html", context=context, status_code=code
        )


async def _file(sent: object) -> tuple[bytes, str]:
    """The file of a form and its name. Raises Invalid if there is none, or it is too large."""
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Invalid("先选一个文件")
    data = await sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Invalid("文件超过 20 MB，拆成几份再导入")
    return data, sent.filename[-100:]


def _download(data: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=XLSX, headers=headers, status_code=200 if data else 404)
