"""The form behind a code: shown, sent, and what comes after."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.uploads.pictures import BYTES_IN, Picture
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import CampusError, Invalid
from app.kit.pages import redirect, render
from app.services.evaluations import answering, occasions, words
from app.services.evaluations.checking import FIELD
from app.services.evaluations.codes import PATH, find_subject
from app.services.evaluations.occasions import Occasion
from app.services.evaluations.rules import MOST_PHOTOS, SEVERAL, Kind
from app.services.evaluations.words import PERIODS, SAYS, say_until

pages = APIRouter()
Code = Annotated[str, Path(max_length=40)]
MOST_FIELDS, MOST_FILES = 400, 12


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: fields by name, photos by question, and the version they were shown with.

    `wrong`: what is wrong with photos, by question.
    """

    version: int
    fields: Mapping[str, list[str]]
    pictures: Mapping[str, list[Picture]]
    wrong: Mapping[str, str]


async def sent(request: Request) -> AsyncIterator[Sent]:
    """FastAPI dependency: the form, its photos made small before the database is asked."""
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name.startswith(FIELD):
            fields.setdefault(name, []).append(value)
    version = str(form.get("version", ""))
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 7 else 0
    pictures, wrong = await _developed(form)
    try:
        yield Sent(number, fields, pictures, wrong)
    finally:
        await request.close()


async def _developed(form: FormData) -> tuple[dict[str, list[Picture]], dict[str, str]]:
    pictures: dict[str, list[Picture]] = {}
    wrong: dict[str, str] = {}
    for field, file in form.multi_items():
        name = field.removeprefix(FIELD)
        if isinstance(file, str) or not file.filename or name == field:
            continue
        if len(pictures.get(name, ())) >= MOST_PHOTOS:
            wrong[name] = f"最多 {MOST_PHOTOS} 张，去掉几张再发"
            continue
        try:
            picture = await answering.develop(await file.read(BYTES_IN + 1))
        except Invalid as refusal:
            wrong[name] = str(refusal)
        else:
            pictures.setdefault(name, []).append(picture)
    return pictures, wrong


async def _occasion(
    request: Request, db: AsyncSession, me: Me, code: str, now: datetime
) -> Occasion:
    subject = await find_subject(db, code, request.client.host if request.client else "")
    return await occasions.find(db, me, subject, now)


@pages.get("/{code}")
async def ask(request: Request, db: Db, me: Bound, code: Code) -> Response:
    """The form of what hangs there; or that it was answered, or cannot be."""
    now = clock.now()
    return _shown(request, await _occasion(request, db, me, code, now), code, now)


@pages.post("/{code}")
async def send(
    request: Request, db: Db, me: Bound, code: Code, form: Annotated[Sent, Depends(sent)]
) -> Response:
    """Kept, once; what was filled in stays if it is refused."""
    now = clock.now()
    try:
        await answering.pace(request.app.state.database, me, now)
    except CampusError as refusal:
        occasion = await _occasion(request, db, me, code, now)
        return _shown(request, occasion, code, now, form, refusal=refusal)
    occasion = await _occasion(request, db, me, code, now)
    if occasion.used or occasion.closed:
        return _shown(request, occasion, code, now, code_if_closed=409)
    counts = {name: len(many) for name, many in form.pictures.items()}
    settled = await answering.settle(db, occasion, form.version, form.fields, counts)
    wrong = {**settled.wrong, **form.wrong}
    if settled.sentence or wrong:
        said = Invalid(settled.sentence or answering.WRONG)
        return _shown(request, occasion, code, now, form, wrong, said)
    pictures = {name: form.pictures[name] for name in settled.given if name in form.pictures}
    try:
        async with db.begin_nested():
            kept = await answering.answer(db, me, occasion, settled, pictures, now=now)
    except CampusError as refusal:
        return _shown(request, occasion, code, now, form, refusal=refusal)
    return _done(request, occasion, code, kept)


def _done(request: Request, occasion: Occasion, code: str, kept: answering.Kept) -> Response:
    """The receipt of an anonymous answer stands in this page alone, and in no address."""
    if kept.answer is not None:
        return redirect(request, f"{PATH}{code}", "记下了，谢谢你说一声")
    answer = render(
        request, "evaluations/done.html", occasion=occasion, receipt=kept.receipt,
        page=f"{PATH}{code}",
    )  # fmt: skip
    answer.headers["cache-control"] = "no-store"
    return answer


def _shown(  # noqa: PLR0917 - of a page, all that it may say
    request: Request, occasion: Occasion, code: str, now: datetime, form: Sent | None = None,
    wrong: Mapping[str, str] | None = None, refusal: CampusError | None = None,
    code_if_closed: int = 200,
) -> Response:  # fmt: skip
    page = f"{PATH}{code}"
    if occasion.used or occasion.closed:
        return render(
            request, "evaluations/used.html", code_if_closed, occasion=occasion, page=page,
            periods=PERIODS,
        )  # fmt: skip
    closes = occasion.form.closes_at
    return render(
        request, "evaluations/form.html", refusal.status if refusal else 200,
        sdk=any(one.kind is Kind.PHOTO for one in occasion.questions),
        occasion=occasion, page=page, typed=form.fields if form else {}, wrong=wrong or {},
        error=str(refusal) if refusal else "", closes=say_until(closes, now) if closes else "",
        **_helpers(),
    )  # fmt: skip


def _helpers() -> dict[str, Any]:
    return {
        "SAYS": SAYS, "SEVERAL": SEVERAL, "FIELD": FIELD,
        "periods": PERIODS, "secret": words.ABOUT_SECRET,
    }  # fmt: skip
