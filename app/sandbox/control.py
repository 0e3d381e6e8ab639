"""/sandbox/*: what the phone in the browser and the tests ask the platform to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from app.sandbox import judging
from app.sandbox.errors import ControlError
from app.sandbox.messages import Message
from app.sandbox.people import Person
from app.sandbox.phone import ACTS
from app.sandbox.platform import Platform
from app.sandbox.push import Plan, deliver, plan_for

CALM = 0.05  # seconds between two words to a browser, however much happens
MAX_BODY = 12 << 20
_FAULT: dict[str, Any] = {
    "times": int, "seconds": (int, float), "path": str, "every": int, "lasts": (int, float),
}  # fmt: skip
Action = Callable[[Platform, dict[str, Any]], Awaitable[Any]]


async def state(request: Request) -> Response:
    """GET state?since=: all but old chat lines and exchanges, which have ids up to `since`."""
    platform: Platform = request.app.state.platform
    since = request.query_params.get("since", "0")
    return JSONResponse(_state(platform, int(since) if since.isdigit() else 0))


async def events(request: Request) -> Response:
    """GET events: a server-sent event with the version whenever something changed."""
    platform: Platform = request.app.state.platform

    async def stream() -> AsyncIterator[str]:
        version = -1
        while not platform.closing:
            if platform.version == version:
                yield ": still here\n\n"
            else:
                version = platform.version
                yield f"data: {version}\n\n"
                await asyncio.sleep(CALM)
            await platform.wait(version, 15)

    return StreamingResponse(stream(), media_type="text/event-stream")


async def media(request: Request) -> Response:
    """GET media/{id}: the bytes of a photo or an upload."""
    platform: Platform = request.app.state.platform
    item = platform.media.get(request.path_params["id"])
    if item is None:
        return Response("", 404)
    return Response(item.content, media_type=item.content_type)


async def add_person(platform: Platform, body: dict[str, Any]) -> Any:
    """POST people {name, note?}: one more phone, which does not follow yet."""
    name = str(body.get("name", "")).strip()[:12]
    if not name:
        raise ControlError("写上名字")
    person = platform.add_person(name, str(body.get("note", ""))[:24])
    return {"openid": person.openid}


async def set_fault(platform: Platform, body: dict[str, Any]) -> Any:
    """POST faults {name, on, times?, seconds?, path?, every?, lasts?}: see Faults.switch."""
    name, on = str(body.get("name", "")), bool(body.get("on", True))
    given = {key: body[key] for key in _FAULT if body.get(key) is not None}
    if not all(isinstance(given[key], _FAULT[key]) for key in given):
        raise ControlError("次数、秒数或路径不对")
    fault = platform.faults.switch(name, on=on, **given)
    platform.touch()
    return asdict(fault)


async def reset(platform: Platform, body: dict[str, Any]) -> Any:
    """POST reset: as after the first start."""
    platform.reset()
    return {"ok": True}


async def push(platform: Platform, body: dict[str, Any]) -> Any:
    """POST push {openid, message, times?, mode?, gap?}: one message, N times, as told.

    `message` has the fields of a kind (MsgType …); `mode` is "sequential" (the default) or
    "overlap", which sends the next `gap` seconds after the last began, answered or not.
    Returns the message as sent and each attempt.
    """
    person = platform.person(str(body.get("openid", "")))
    fields, mode = body.get("message"), body.get("mode", "sequential")
    if not isinstance(fields, dict) or "MsgType" not in fields:
        raise ControlError("message 要有 MsgType")
    times, gap = body.get("times", 1), body.get("gap", 0.0)
    if mode not in ("sequential", "overlap") or not isinstance(times, int) or not 0 < times <= 100:
        raise ControlError("mode 或 times 不对")
    message = {**platform.compose(person, {"MsgType": fields["MsgType"]}), **fields}
    plan = Plan(tries=times, gap=float(gap), repeat=True, overlap=mode == "overlap")
    attempts = await deliver(platform, person, message, plan)
    return {"message": message, "attempts": [attempt.as_json() for attempt in attempts]}


def act(name: str) -> Action:
    """POST {openid, …, wait?}: an act of phone.py; with `wait` the answer holds the attempts."""

    async def run(platform: Platform, body: dict[str, Any]) -> Any:
        person = platform.person(str(body.get("openid", "")))
        fields = ACTS[name](platform, person, body)
        work = platform.spawn(_push_all(platform, person, fields))
        return {"ok": True, "pushed": await work} if body.get("wait") else {"ok": True}

    return run


async def _push_all(
    platform: Platform, person: Person, fields: list[Message]
) -> list[dict[str, Any]]:
    pushed = []
    for message in [platform.compose(person, part) for part in fields]:
        attempts = await deliver(platform, person, message, plan_for(platform))
        pushed.append({"message": message, "attempts": [a.as_json() for a in attempts]})
    return pushed


def _post(action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            body = await _body(request)
            return JSONResponse(await action(request.app.state.platform, body))
        except ControlError as error:
            return JSONResponse({"error": str(error)}, error.status)

    return answer


async def _body(request: Request) -> dict[str, Any]:
    origin = request.headers.get("origin")
    if origin and origin.split("://")[-1] != request.headers.get("host"):
        raise ControlError("别的网页不能动这个沙盒", 403)
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise ControlError("太大了", 413)
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise ControlError("不是 JSON") from error
    if not isinstance(body, dict):
        raise ControlError("不是一个 JSON 对象")
    return body


def _state(platform: Platform, since: int) -> dict[str, Any]:
    people = list(platform.people.values())
    lines = [(p.openid, line) for p in people for line in p.chat if line.id > since]
    log = [asdict(exchange) for exchange in platform.log if exchange.id > since]
    ids = [line.id for p in people for line in p.chat] + [e.id for e in platform.log]
    settings = platform.settings
    account = {"name": settings.account_name, "gh_id": settings.gh_id, "app_id": settings.app_id,
               "mode": settings.mode, "callback": settings.callback_url}  # fmt: skip
    return {
        "version": platform.version,
        "epoch": platform.epoch,
        "cursor": max([since, *ids]),
        "now": platform.now(),
        "account": account,
        "people": [_shown(platform, person) for person in people],
        "notices": [{"id": n.id, "title": n.title} for n in platform.letters.notices.values()],
        "menu": platform.menu,
        "codes": [asdict(code) for code in platform.codes.values()],
        "places": platform.places,
        "faults": [asdict(fault) for fault in platform.faults],
        "summary": platform.summary,
        "chat": [{"openid": openid, **asdict(line)} for openid, line in lines],
        "log": log,
    }


def _shown(platform: Platform, person: Person) -> dict[str, Any]:
    kept = ("openid", "name", "note", "avatar", "follows", "since")
    letters = platform.letters
    return {
        **{name: getattr(person, name) for name in kept},
        "blocked": letters.refusals.get(person.openid) == "block",
        "credits": letters.credits_of(person.openid),
    }


_ACTIONS: dict[str, Action] = {
    **{name: act(name) for name in ACTS},
    "people": add_person, "faults": set_fault, "reset": reset, "push": push,
    "crowd": judging.crowd, "refuse": judging.refuse, "forget": judging.forget,
}  # fmt: skip

ROUTES = [
    Route("/sandbox/state", state),
    Route("/sandbox/events", events),
    Route("/sandbox/media/{id}", media),
    Route("/sandbox/told", judging.told),
    *(
        Route(f"/sandbox/{name}", _post(action), methods=["POST"])
        for name, action in _ACTIONS.items()
    ),
]
