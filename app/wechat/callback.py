"""Opening what WeChat pushes to the callback URL, and sealing the answer.

No I/O and no clock: `now` is Unix time in seconds. Deliveries repeat and can be replayed
inside the freshness window; the unique key of a message (`Message.key`) is what makes that
harmless, and it belongs to the caller's database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.wechat.crypto import Cipher, Signer
from app.wechat.errors import MAX_BODY, Malformed, Stale, TooLarge, UnsupportedMode
from app.wechat.fields import Fields, read_body, text
from app.wechat.messages import Message, parse

# The envelope of safe mode as WeChat writes it; any other order or field takes the XML parser.
_ENVELOPE = re.compile(
    rb"\s*<xml>\s*(?:<ToUserName>[^<>]*(?:<!\[CDATA\[[^\]<>]*\]\]>)?</ToUserName>\s*)?"
    rb"<Encrypt>(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?</Encrypt>\s*</xml>\s*"
)
_XML_ENVELOPE = (
    "<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature>"
    "<TimeStamp>%s</TimeStamp><Nonce><![CDATA[%s]]></Nonce></xml>"
)
_JSON_ENVELOPE = '{"Encrypt": "%s", "MsgSignature": "%s", "TimeStamp": %s, "Nonce": "%s"}'
_BARE = (b"", b"success")  # the two answers that WeChat wants unencrypted


class Mode(StrEnum):
    """The console's setting for message encryption: 明文, 兼容, 安全."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One push. `encrypted` and `json` say how it came, and so how its answer must go."""

    message: Message
    fields: Fields
    encrypted: bool
    json: bool


class Callback:
    """The codec of one account.

    `max_skew` is in seconds; WeChat documents no window, 300 is our own. In plain mode
    `aes_key` may be empty. Raises ValueError when the key has a wrong shape.
    """

    def __init__(
        self,
        token: str,
        aes_key: str,
        app_id: str,
        mode: Mode = Mode.SAFE,
        max_skew: int = 300,
    ) -> None:
        self._signer = Signer(token)
        self._cipher = None if mode is Mode.PLAIN else Cipher(token, aes_key, app_id)
        self._mode = mode
        self._max_skew = max_skew

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """The answer to the console's verification GET: echostr verbatim, as text/plain.

        Signed with `signature` in every mode. Raises SignatureInvalid, Stale, Malformed.
        """
        self._check(query, now)
        return _param(query, "echostr")

    def open(
        self, query: Mapping[str, str], body: bytes, content_type: str, now: float
    ) -> Incoming:
        """Verify, decrypt and parse one POST. Raises CallbackError, and nothing else."""
        if len(body) > MAX_BODY:
            raise TooLarge(f"the body has more than {MAX_BODY} bytes")
        is_json = _is_json(body, content_type)
        if self._cipher is None:
            self._check(query, now)
            fields: Fields = read_body(body, is_json=is_json)
            if "Encrypt" in fields:
                raise UnsupportedMode("an encrypted body where only plain ones are taken")
            return Incoming(parse(fields), fields, encrypted=False, json=is_json)
        encrypted, fields = _envelope(body, is_json, bare=self._mode is Mode.SAFE)
        if encrypted:
            fields = self._decrypt(self._cipher, query, encrypted, now)
        elif self._mode is Mode.SAFE:
            raise UnsupportedMode("a plain body where only encrypted ones are taken")
        else:
            self._check(query, now)
        return Incoming(parse(fields), fields, encrypted=bool(encrypted), json=is_json)

    def seal(self, reply: bytes | str, now: float, incoming: Incoming | None = None) -> bytes:
        """The response body for a rendered reply.

        Encrypted if `incoming` was (without it: unless the mode is plain), in a JSON envelope
        if `incoming` was JSON. An empty reply and `success` always go as they are.
        """
        plain = reply.encode() if isinstance(reply, str) else reply
        sealed = self._mode is not Mode.PLAIN if incoming is None else incoming.encrypted
        if self._cipher is None or not sealed or plain in _BARE:
            return plain
        encrypted = self._cipher.encrypt(plain)
        stamp, nonce = str(int(now)), os.urandom(8).hex()
        signature = self._cipher.signature(stamp, nonce, encrypted)
        envelope = _JSON_ENVELOPE if incoming is not None and incoming.json else _XML_ENVELOPE
        return (envelope % (encrypted, signature, stamp, nonce)).encode()

    def _decrypt(
        self, cipher: Cipher, query: Mapping[str, str], encrypted: str, now: float
    ) -> Fields:
        stamp, nonce = _param(query, "timestamp"), _param(query, "nonce")
        cipher.check(_param(query, "msg_signature"), stamp, nonce, encrypted)
        self._fresh(stamp, now)
        inner = cipher.decrypt(encrypted)
        return read_body(inner, is_json=inner[:1] == b"{")

    def _check(self, query: Mapping[str, str], now: float) -> None:
        """`signature` proves the sender but, by the protocol, not the body."""
        stamp = _param(query, "timestamp")
        self._signer.check(_param(query, "signature"), stamp, _param(query, "nonce"))
        self._fresh(stamp, now)

    def _fresh(self, stamp: str, now: float) -> None:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise Malformed("timestamp is not a Unix time")
        if abs(now - int(stamp)) > self._max_skew:
            raise Stale("the timestamp is outside the freshness window")


def _param(query: Mapping[str, str], name: str) -> str:
    # An absent parameter is an empty one: as a signature it fails like any wrong signature.
    return query.get(name, "")


def _is_json(body: bytes, content_type: str) -> bool:
    first = body.lstrip()[:1]
    return first == b"{" or (first != b"<" and "json" in content_type)


def _envelope(body: bytes, is_json: bool, *, bare: bool) -> tuple[str, Fields]:
    """Encrypt, or "" when there is none, and the fields around it.

    `bare` tries the one-regex way, which reads nothing but Encrypt. It is for safe mode: a
    compatible body carries the user's own words, and the parser knows what is markup there.
    """
    if bare and not is_json and (found := _ENVELOPE.fullmatch(body)):
        return found.group(1).decode("ascii"), {}
    fields = read_body(body, is_json=is_json)
    return text(fields, "Encrypt", ""), fields
