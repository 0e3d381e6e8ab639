"""`/live/rooms/…`: the rush's own way in, a bare ASGI app: JSON, the session cookie, and no more.

What many look at is the same bytes for a pool, made once a second; only a choice is decided by
the database.
"""

import asyncio
import gzip
import json
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Receive, Scope, Send

from app.campus.people.me import COOKIE
from app.kit.db import Database
from app.kit.errors import CampusError, NotFound
from app.services.rooms.engine import tickets
from app.services.rooms.engine.asking import ask
from app.services.rooms.engine.core import choosing
from app.services.rooms.engine.gate import Place
from app.services.rooms.engine.mine import Mine
from app.services.rooms.engine.who import Holder, Sessions
from app.services.rooms.rules import Outcome
from app.services.rooms.view import RoomCount, Shown, View

log = structlog.get_logger()
answered = Counter("rooms_choices_total", "Choices by what came of them", ["outcome"])
took = Histogram("rooms_choice_seconds", "From a choice to its answer")
MOST = 4096  # bytes of a body
TAPS = 5_000  # answers remembered for second taps
SMALL = 1_000  # bytes that are sent as they are
UNDECIDED = (Outcome.STALE, Outcome.FAST, Outcome.AGAIN)
Headers = list[tuple[bytes, bytes]]
Reply = tuple[int, bytes, Headers]
PLAIN: Headers = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
PACKED: Headers = [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]


class Front:
    """The app. `state` is the application's: its database and secret key."""

    def __init__(self, state: Any) -> None:
        self.database: Database = state.database
        self.key = f"rooms:{state.secret_key}".encode()[:64]
        self.engine = choosing(state.database)
        self.sessions = Sessions(self.database.url, state.secret_key)
        self.mine = Mine(self.database.url)
        self.database.parts["rooms.front"] = self
        self._taps: dict[tuple[int | str, ...], asyncio.Task[dict[str, Any]]] = {}

    async def close(self) -> None:
        await self.sessions.close()
        await self.mine.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body, headers = await self._answer(scope, receive)
        except CampusError as refusal:
            status, body, headers = refusal.status, _json({"say": str(refusal)}), []
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            log.warning("rooms_without_database", error=type(error).__name__)
            status, body, headers = 503, _json({"say": "网络开了小差，等一下会自己再试"}), []
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status,
                    "headers": [*PLAIN, length, *headers]})  # fmt: skip
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        holder = await self.sessions.holder(_cookie(scope))
        if holder is None:
            return 401, _json({"say": "先登录再看这一页"}), []
        if holder.person_id is None:
            return 403, _json({"say": "先绑定学号，才能看这一页"}), []
        words = scope["path"].split("/")[3:]
        if len(words) not in (2, 3) or not all(_is_number(w) for w in (words[0], *words[2:])):
            raise NotFound("没有这一页，可能是链接旧了")
        round_id = int(words[0])
        view = await self.engine.view(round_id)
        if view is None:
            raise NotFound("没有这一轮选房，可能是链接旧了")
        place = await self.engine.gate(round_id).place(holder.person_id, view.round.version)
        if words[1] == "choose":
            if scope["method"] != "POST":
                return 405, _json({"say": "这一步要在选房的页面里做"}), []
            return await self._choose(receive, holder, view, place)
        if scope["method"] != "GET":
            return 405, _json({"say": "这一步要在选房的页面里做"}), []
        status, body, headers = await self._look(words, holder, view, place)
        if isinstance(body, tuple):
            plain, packed = body
            body = packed if packed and _unpacks(scope) else plain
            headers = headers + PACKED if body is packed else headers
        return status, body, headers

    async def _look(
        self, words: list[str], holder: Holder, view: View, place: Place
    ) -> tuple[int, bytes | Shown, Headers]:
        person_id, now = holder.person_id or 0, self.engine.now()
        if words[1] == "queue":
            return 200, _json(_queue(view, place, now)), []
        ticket = tickets.issue(self.key, holder.session_id, view.round.id, now)
        headers = [(b"x-ticket", ticket.encode()), (b"x-now", str(now).encode())]
        if words[1] == "me":
            found = await self.mine.ask(view, person_id, now)
            return 200, _json({**found, "ticket": ticket}), headers
        if place.pool_id is None:
            return 403, _json({"say": "这一轮选房里没有你的名字"}), []
        if not place.inside:
            return 202, _json({"queue": _queue(view, place, now)}), []
        kind, thing = words[1], int(words[2]) if len(words) == 3 else 0
        if (show := SHOWN.get(kind)) is None or (kind == "overview") != (len(words) == 2):
            raise NotFound("没有这一页，可能是链接旧了")
        key, shown = (kind, place.pool_id, thing), view.states.shown
        if key not in shown:
            body = _json(show(view, place.pool_id, thing))
            shown[key] = body, gzip.compress(body, 1) if len(body) > SMALL else b""
        return 200, shown[key], headers

    async def _choose(self, receive: Receive, holder: Holder, view: View, place: Place) -> Reply:
        if not place.inside:
            return 409, _json({"outcome": "queue", "queue": _queue(view, place, 0)}), []
        fields = _fields(await _read(receive))
        words: tuple[int | str, ...] = tuple(
            str(fields.get(name, "")) for name in ("ticket", "do", "bed", "room")
        )
        tap = (holder.session_id, *words)
        task = self._taps.get(tap)
        if task is None:  # a second tap, with the same ticket, gets the answer of the first
            if len(self._taps) > TAPS:
                self._taps = {key: t for key, t in self._taps.items() if not t.done()}
            work = ask(self.engine, self.key, holder, view, place.pool_id, fields)
            task = self._taps[tap] = asyncio.create_task(work)
            task.add_done_callback(lambda done: self._forget(tap, done))
        with took.time():
            answer = await asyncio.shield(task)
        answered.labels(answer["outcome"]).inc()
        return 200, _json(answer), []

    def _forget(self, tap: tuple[int | str, ...], done: asyncio.Task[dict[str, Any]]) -> None:
        """Of what decided nothing, the next try is another."""
        if done.cancelled() or done.exception() or done.result()["outcome"] in UNDECIDED:
            self._taps.pop(tap, None)


def _cookie(scope: Scope) -> str:
    """The session's cookie. Parsed by hand: the library takes longer than all the rest."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            for part in value.decode("latin-1").split(";"):
                key, _, found = part.strip().partition("=")
                if key == COOKIE:
                    return _unquoted(found) if found.startswith('"') else found
    return ""


def _unpacks(scope: Scope) -> bool:
    """Whether the phone takes what is packed by gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _unquoted(value: str) -> str:
    try:
        return SimpleCookie(f"{COOKIE}={value}")[COOKIE].value
    except (CookieError, KeyError):
        return ""


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 10


def _json(thing: Any) -> bytes:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(body: bytes) -> dict[str, Any]:
    """The body's fields, of JSON or of a form; none of what is neither."""
    if body[:1] == b"{":
        try:
            found = json.loads(body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}
    return dict(parse_qsl(body.decode("latin-1")))


async def _read(receive: Receive) -> bytes:
    """The body; what is longer than any choice is not read."""
    body = b""
    while len(body) <= MOST:
        event = await receive()
        chunk: bytes = event.get("body", b"")
        body += chunk
        if not event.get("more_body", False):
            return body
    return b""


def _queue(view: View, place: Place, now: int) -> dict[str, Any]:
    opens = int(view.round.opens_at.timestamp() * 1000)
    return {"in": place.inside, "ahead": place.ahead, "poll": place.poll,
            "opens": max(opens - now, 0)}  # fmt: skip


def _overview(view: View, pool_id: int, _: int) -> Any:
    return [{"id": h.id, "name": h.name, "free": h.free, "beds": h.beds}
            for h in view.overview(pool_id)]  # fmt: skip


def _building(view: View, pool_id: int, building_id: int) -> Any:
    return [
        {"floor": f.floor, "free": f.free, "beds": f.beds, "rooms": [_short(r) for r in f.rooms]}
        for f in view.building(pool_id, building_id)
    ]


def _room(view: View, pool_id: int, room_id: int) -> Any:
    found = view.room(pool_id, room_id)
    if found is None:
        raise NotFound("这间不在你能选的范围里，换一间看看")
    return _plain(found)


def _short(room: RoomCount) -> dict[str, Any]:
    """What a floor shows of a room; by hand, as below."""
    return {"id": room.id, "number": room.number, "free": room.free, "beds": room.beds,
            "faces": room.faces}  # fmt: skip


def _plain(room: RoomCount) -> dict[str, Any]:
    """By hand: `asdict` copies all that is in it, which takes ten times as long."""
    return {"id": room.id, "number": room.number, "floor": room.floor,
            "building_id": room.building_id, "building": room.building, "free": room.free,
            "beds": room.beds, "fen": room.fen, "faces": room.faces,
            "extras": room.extras}  # fmt: skip


SHOWN: dict[str, Callable[[View, int, int], Any]] = {
    "overview": _overview, "building": _building, "room": _room,
}  # fmt: skip
