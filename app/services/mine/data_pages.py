"""My data: all of it as a file, and gone if I say so twice."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.campus.people import privacy
from app.campus.people.lookup import follower_of
from app.campus.people.me import Bound
from app.campus.people.recognise import forget
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render

pages = APIRouter()


@pages.get("/data")
async def data(request: Request, me: Bound) -> Response:
    return render(request, "mine/data.html", me=me)


@pages.get("/export")
async def export(db: Db, me: Bound) -> Response:
    """Everything that is kept of me, as a JSON file."""
    now = clock.now()
    who = me.who or (await follower_of(db, me.person_id) if me.person_id else None)
    told = await privacy.export(db, privacy.Subject(who, me.person_id), now)
    text = json.dumps(told, ensure_ascii=False, indent=2, default=str)
    disposition = f'attachment; filename="weihouqin-{now:%Y%m%d}.json"'
    headers = {"content-disposition": disposition, "cache-control": "no-store"}
    return Response(text, media_type="application/json; charset=utf-8", headers=headers)


@pages.post("/delete")
async def delete(
    request: Request, db: Db, me: Bound, sure: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """The first time asks once more; with `sure` everything goes and the browser is nobody's."""
    if sure != "yes":
        return render(request, "mine/delete.html", me=me)
    await privacy.forget_person(db, me, clock.now())
    page = render(request, "mine/gone.html")
    forget(page)
    return page
