"""A platform that does as it is told, and counts what each follower really got."""

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Field, Kind, Notice
from app.campus.notify.models import MANY, ORDINARY, Delivery, Message, State
from app.campus.people.models import Follower
from app.gateway.outbound import Speaker
from app.gateway.sending.models import Template
from app.gateway.sending.sender import Sender
from app.gateway.sending.settings import Limits
from app.kit import clock
from app.kit.db import Database
from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore

POWER = Notice(
    "repairs.power", "停电通知", tells="住在这栋楼的人",
    fields=(Field("where", Kind.THING, "区域"), Field("until", Kind.TIME, "到几点"),
            Field("why", Kind.THING, "原因")),
    page="/h5/outages/{where}",
)  # fmt: skip
ORDERS = Notice(
    "repairs.orders", "新单", tells="师傅",
    fields=(Field("what", Kind.THING, "内容"),), several=(("what", "{count} 张新单"),),
)  # fmt: skip
FIELDS = {"where": "3号楼", "why": "检修", "until": "2026-11-21T18:00:00+08:00"}
TEMPLATE, SEND = "T-power", "/cgi-bin/message/template/send"
Answer = int | Exception | Callable[[], Awaitable[Any]]


class Wechat:
    """`answers[openid]`: errcodes, exceptions or things to await, one for each call; then 0.

    An exception comes after the message was taken, as when the connection is cut.
    """

    def __init__(self) -> None:
        self.answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.calls: list[tuple[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.copies: Counter[str] = Counter()
        self.tokens = 0
        self.delay = 0.0  # seconds until it answers
        self._numbers: dict[str, int] = {}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/cgi-bin/stable_token":
            self.tokens += 1
            return _json({"access_token": f"t{self.tokens}", "expires_in": 7200})
        await asyncio.sleep(self.delay)
        body = json.loads(request.content)
        self.bodies.append(body)
        who = body["touser"] if isinstance(body["touser"], str) else "*"
        self.calls.append((path.removeprefix("/cgi-bin/message/"), who))
        answer = self.answers[who].popleft() if self.answers[who] else 0
        if callable(answer):
            said = await answer()
            answer = 0 if said is True or said is None else said  # what Event.wait says
        if isinstance(answer, int) and answer:
            return _json({"errcode": answer, "errmsg": "no"})
        number = self._take(who, body)
        if isinstance(answer, Exception):
            raise answer
        key = "msg_id" if who == "*" else "msgid"
        return _json({"errcode": 0, "errmsg": "ok", key: number})

    def _take(self, who: str, body: dict[str, Any]) -> int:
        key = body.get("client_msg_id") or body.get("clientmsgid") or f"#{len(self.bodies)}"
        if f"{who} {key}" not in self._numbers:
            self._numbers[f"{who} {key}"] = 1000 + len(self._numbers)
            self.copies.update([who] if who != "*" else body["touser"])
        return self._numbers[f"{who} {key}"]


def _json(body: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(body).encode())


def sender(database: Database, wechat: Wechat, **limits: int) -> Sender:
    """A sender on `wechat`, as one process has it."""
    http = open_client("http://wechat", transport=httpx.MockTransport(wechat))
    client = Client(http, "wx0", "secret", MemoryStore())
    speaker = Speaker("https://campus")
    return Sender(database, client, speaker, [POWER, ORDERS], Limits(**limits, _env_file=None))


async def mapped(db: AsyncSession, channel: str = "template") -> None:
    """The notices have templates."""
    for notice in (POWER, ORDERS):
        keywords = {field.name: f"{field.kind}{n}" for n, field in enumerate(notice.fields, 1)}
        db.add(Template(notice=notice.name, channel=channel, template_id=TEMPLATE,
                        keywords=keywords))  # fmt: skip


async def write(
    db: AsyncSession,
    who: Iterable[str],
    notice: Notice | None = POWER,
    fields: dict[str, str] | None = None,
    **more: Any,
) -> int:
    """A message to followers, who come to be if they are not; its id."""
    now = clock.now()
    people = list(who)
    known = set(await db.scalars(select(Follower.who).where(Follower.who.in_(people))))
    new = [{"who": name, "joined_at": now - timedelta(days=9)} for name in people]
    if rows := [row for row in new if row["who"] not in known]:
        await db.execute(insert(Follower), rows)
    message = Message(
        notice=notice.name if notice else "", title=notice.title if notice else "",
        words="" if notice else "今晚停电", fields=fields or FIELDS, page="/h5/outages/3",
        at=now, campaign_id=more.pop("campaign_id", None),
    )  # fmt: skip
    db.add(message)
    await db.flush()
    usual = {"rank": ORDINARY, "state": State.WAITING, "due_at": now, "channel": ""}
    rows = [{**usual, "message_id": message.id, "who": name, **more} for name in people]
    await db.execute(insert(Delivery), rows)
    return message.id


async def seen(database: Database) -> dict[str, tuple[str, str, str]]:
    """Of each follower the delivery's state, channel and reason."""
    async with database.session() as db:
        rows = await db.execute(
            select(Delivery.who, Delivery.state, Delivery.channel, Delivery.reason).order_by(
                Delivery.id
            )
        )
        return {row.who: (row.state, row.channel, row.reason) for row in rows}


async def later(database: Database, seconds: float) -> None:
    """As if that much time had gone by."""
    passed = {"by": timedelta(seconds=seconds)}
    async with database.session() as db:
        await db.execute(
            text("UPDATE campus_deliveries SET due_at = due_at - :by, tried_at = tried_at - :by"),
            passed,
        )
        await db.execute(
            text(
                "UPDATE gateway_paces SET stopped_until = stopped_until - :by,"
                " calm_until = calm_until - :by, minute = minute - :by"
            ),
            passed,
        )


def ago(**delta: float) -> datetime:
    return clock.now() - timedelta(**delta)


__all__ = ["MANY", "ORDERS", "POWER", "SEND", "TEMPLATE", "Wechat", "ago", "later", "mapped",
           "seen", "sender", "write"]  # fmt: skip
