"""A tiny application over the H5 shell: states, error, message, a fragment and an order."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request, Response
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app import edge
from app.kit import pages
from app.kit.forms import same_site

needs_packages = pytest.mark.skipif(
    not all((pages.H5 / path).exists() for path in pages.PACKAGES.values()),
    reason="h5/node_modules is missing: run `npm ci` in h5",
)
STATES = Path(__file__).with_name("states.html")
FORMS = Path(__file__).with_name("forms.html")
KWH = [6.2, 5.8, 6.5, 7.1, 4.0, 0.4, 0.3, 0.3, 0.5, 0.4, 0.6, 3.9, 6.8, 6.1]
DAYS = ["9/26", "9/27", "9/28", "9/29", "9/30", *(f"10/{day}" for day in range(1, 10))]
KINDS = [
    ("lamp", "灯", "lamp"), ("fan", "电扇", "fan"), ("ac", "空调", "ac"), ("power", "电路", "bolt"),
    ("net", "网络", "wifi"), ("pipe", "水管", "tap"), ("bed", "床桌", "bed"),
]  # fmt: skip
KEPT = ("kind", "building", "room", "phone", "number", "slot", "words", "urgent")
LONG = "16:30 经东校区\n17:00 直达 <b>不是粗体</b>\n" * 40


def shell(left: int = 756, fragment: int = 200) -> FastAPI:
    """The app; a countdown begins at `left` seconds, its fragment answers with `fragment`."""
    app = FastAPI()
    app.state.hotlines = [("24 小时抢修", "8880 0110"), ("投诉", "8880 0315")]
    app.state.secret_key = "a key for tests"
    app.state.orders = 0
    app.state.sent = []
    app.router.routes.append(Route("/static/{hash}/{name:path}", pages.static))
    edge.install(app)
    app.add_middleware(edge.SecurityHeaders, frame_ancestors="'none'")
    with_forms(app)

    @app.get("/h5/states")
    def states(request: Request) -> HTMLResponse:
        template = pages.environment().from_string(STATES.read_text("utf-8"))
        hotlines = app.state.hotlines
        return HTMLResponse(
            template.render(request=request, hotlines=hotlines, kwh=KWH, days=DAYS, left=left)
        )

    @app.get("/h5/fragment")
    def next_one() -> HTMLResponse:
        return HTMLResponse('换成了 <b id="new" data-left="99">99 秒</b>', fragment)

    @app.post("/h5/order")
    async def order() -> HTMLResponse:
        app.state.orders += 1
        await asyncio.sleep(0.5)
        return HTMLResponse(f'<b id="done">第 {app.state.orders} 单</b>')

    @app.get("/h5/message")
    def message(request: Request) -> HTMLResponse:
        return pages.render(request, "message.html", title="今天的班次", text=LONG)

    @app.get("/h5/error/{status}")
    def error(request: Request, status: int) -> Response:
        return edge.answer(request, status, "电表那边没回话", "E7K2-19" if status == 500 else "")

    return app


def with_forms(app: FastAPI) -> None:
    """A form that refuses a phone number of fewer than 11 digits, its rooms, and a reminder."""

    def page(request: Request, sent: Mapping[str, Any], errors: Mapping[str, str]) -> Response:
        template = pages.environment().from_string(FORMS.read_text("utf-8"))
        shown = {name: sent.get(name, "") for name in KEPT} | {"sign": sent.get("sign", [])}
        errors = {name: errors.get(name, "") for name in KEPT}
        page = int(request.query_params.get("page", 0))
        html = template.render(
            request=request, hotlines=app.state.hotlines, toast=pages._told(request),
            sent=shown, errors=errors, kinds_of=KINDS, page=page,
        )  # fmt: skip
        return HTMLResponse(html, 422 if any(errors.values()) else 200)

    @app.get("/h5/forms")
    def form(request: Request) -> Response:
        return page(request, {}, {})

    @app.post("/h5/forms", dependencies=[Depends(same_site)])
    async def sent(request: Request) -> Response:
        given = await request.form()
        app.state.sent.append(given)
        if len(str(given.get("phone", ""))) not in (0, 11):
            values = {**given, "sign": given.getlist("sign")}
            return page(request, values, {"phone": "手机号是 11 位，这里只有几位"})
        return pages.redirect(request, "/h5/message", "报上了，今天 21:30 前修好")

    @app.get("/h5/rooms")
    def rooms(building: str) -> HTMLResponse:
        numbers = {"1": [501, 502], "2": []}[building]
        return HTMLResponse(blank(f"{{{{ room_field({[(n, n) for n in numbers]}) }}}}"))

    @app.get("/h5/jssdk")
    def sdk() -> dict[str, str]:
        return {"appId": "wx1", "timestamp": "1", "nonceStr": "n", "signature": "signed"}

    @app.post("/h5/remind", dependencies=[Depends(same_site)])
    def remind(request: Request) -> Response:
        return pages.tell(request, Response(), "催过了，王师傅知道了")


def blank(macros: str) -> str:
    """What `macros` (Jinja that may use every macro) render to."""
    names = "back, bars, cell, empty, icon, more, note, skeleton, tabs"
    fields = "chips, dialog, field, kinds, photo_field, room_field, select, submit, switch, words"
    imports = ((f"{file}.html", found) for file, found in (("macros", names), ("forms", fields)))
    source = "".join(f'{{% from "{file}" import {found} %}}' for file, found in imports) + macros
    return pages.environment().from_string(source).render()
