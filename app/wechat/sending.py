"""Messages to followers: template messages, subscription notices, customer service, mass sends.

None of these calls is repeated here: a busy or missing answer may mean that it was sent. Who
sends knows what makes a repeat harmless (`key`) and for how long.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.wechat.answers import encode, number
from app.wechat.calling import Caller
from app.wechat.custom import Sendable, payload
from app.wechat.errors import AlreadySent
from app.wechat.wording import clean

MOST_RECEIVERS = 10_000  # of one mass send by openids; the fewest are 2
_LONGEST_KEY = 64  # bytes of clientmsgid (45067)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message but for its receiver: JSON rendered once, however many get it."""

    tail: bytes

    def to(self, openid: str, key: str = "") -> bytes:
        """The body for one receiver; `key` is its client_msg_id, where the kind has one."""
        head = '{"touser":' + json.dumps(openid)
        if key:
            head += ',"client_msg_id":' + json.dumps(key)
        return head.encode() + self.tail


def template_letter(template_id: str, data: Mapping[str, str], url: str = "") -> Letter:
    """A template message. `data`: the template's keyword names (`thing3`) and their values."""
    return _letter({"template_id": template_id, **({"url": url} if url else {})}, data)


def subscribe_letter(template_id: str, data: Mapping[str, str], page: str = "") -> Letter:
    """A subscription notice. `page` is the address that it opens."""
    return _letter({"template_id": template_id, **({"page": page} if page else {})}, data)


@dataclass(frozen=True, slots=True)
class MassTask:
    """A mass send that was taken, which is not done: MASSSENDJOBFINISH or `mass_status` tells.

    `again` is True when this key was already taken before.
    """

    msg_id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class MassText:
    content: str


@dataclass(frozen=True, slots=True)
class MassNews:
    """A draft by its media_id; `reprint` sends what the platform takes for a reprint, too."""

    media_id: str
    reprint: bool = True


Mass = MassText | MassNews


class Sending(Caller):
    """The calls. Raises ApiErrors; TransportFailed with `reached` where it may have been sent."""

    async def send_template(self, openid: str, letter: Letter, key: str) -> str:
        """The platform's number of the message, which its receipt repeats.

        `key` (client_msg_id): for 10 minutes the same key to the same person is sent once and
        answered with the same number.
        """
        path = "/cgi-bin/message/template/send"
        answer = await self._call(path, "POST", content=letter.to(openid, key))
        return number(answer, "msgid")

    async def send_subscribe(self, openid: str, letter: Letter) -> str:
        """A notice that was subscribed to, which uses up the subscription.

        Without a client_msg_id: after a doubtful answer it must not be asked again. The number
        of the message is empty: the platform tells it only in the event.
        """
        path = "/cgi-bin/message/subscribe/bizsend"
        answer = await self._call(path, "POST", content=letter.to(openid))
        return number(answer, "msgid")

    async def send_custom(self, openid: str, message: Sendable) -> None:
        """One customer-service message. Never repeated: a busy answer may have sent it."""
        await self._post("/cgi-bin/message/custom/send", payload(openid, message))

    async def mass_send(self, openids: Sequence[str], message: Mass, key: str) -> MassTask:
        """To 2-10,000 followers, each of whom may get four a month. Raises ValueError.

        `key` (clientmsgid): for 24 hours the same key is sent once.
        """
        if not 2 <= len(openids) <= MOST_RECEIVERS:
            raise ValueError("a mass send has 2 to 10,000 receivers")
        return await self._mass("send", {"touser": list(openids)}, message, key)

    async def mass_send_all(self, message: Mass, key: str, tag_id: int | None = None) -> MassTask:
        """To all followers, or to those with a tag; an administrator may have to confirm."""
        chosen: dict[str, Any] = {"is_to_all": tag_id is None}
        if tag_id is not None:
            chosen["tag_id"] = tag_id
        return await self._mass("sendall", {"filter": chosen}, message, key)

    async def mass_status(self, msg_id: str) -> str:
        """SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        body = {"msg_id": msg_id}
        answer = await self._repeat(self._post, "/cgi-bin/message/mass/get", body)
        return str(answer.get("msg_status", ""))

    async def mass_delete(self, msg_id: str, article: int = 0) -> None:
        """Take back articles (0: all, 1-8: one); a text stays. Phones keep what they showed."""
        body = {"msg_id": int(msg_id), "article_idx": article}
        await self._repeat(self._post, "/cgi-bin/message/mass/delete", body)

    async def _mass(self, verb: str, to: dict[str, Any], message: Mass, key: str) -> MassTask:
        if len(key.encode()) > _LONGEST_KEY:
            raise ValueError("a clientmsgid has at most 64 bytes")
        body = {**to, **_mass_body(message), "clientmsgid": key}
        try:
            answer = await self._post(f"/cgi-bin/message/mass/{verb}", body)
        except AlreadySent as exc:
            return MassTask(exc.msg_id, again=True)
        return MassTask(number(answer, "msg_id"))


def _mass_body(message: Mass) -> dict[str, Any]:
    match message:
        case MassText():
            return {"msgtype": "text", "text": {"content": clean(message.content)}}
        case MassNews():
            return {
                "msgtype": "mpnews",
                "mpnews": {"media_id": message.media_id},
                "send_ignore_reprint": int(message.reprint),
            }


def _letter(head: dict[str, str], data: Mapping[str, str]) -> Letter:
    values = {name: {"value": clean(value)} for name, value in data.items()}
    return Letter(b"," + encode({**head, "data": values})[1:])
