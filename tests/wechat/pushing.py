"""What WeChat's side of the callback does: addresses, signatures, envelopes."""

import hashlib
from typing import Any

from app.wechat.crypto import Cipher

TOKEN = "campusToken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
NOW = 1_760_000_000.0
OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
GH_ID = "gh_97417a04a28d"

cipher = Cipher(TOKEN, AES_KEY, APP_ID)


def sha1(*parts: str) -> str:
    """The signature by the letter of the documentation, without our code."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def signed(now: float = NOW, **more: str) -> dict[str, str]:
    """The query of a plain push."""
    stamp = str(int(now))
    return {"timestamp": stamp, "nonce": "n1", "signature": sha1(TOKEN, stamp, "n1"), **more}


def sealed(encrypted: str, now: float = NOW) -> dict[str, str]:
    """The query of an encrypted push."""
    signature = sha1(TOKEN, str(int(now)), "n1", encrypted)
    return signed(now, encrypt_type="aes", msg_signature=signature)


def envelope(encrypted: str) -> bytes:
    return (
        f"<xml>\n    <ToUserName><![CDATA[{GH_ID}]]></ToUserName>\n"
        f"    <Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>"
    ).encode()


def push(inner: str | bytes, now: float = NOW) -> tuple[dict[str, str], bytes, str, float]:
    """The arguments of `Callback.open` for an encrypted push of `inner`."""
    encrypted = cipher.encrypt(inner.encode() if isinstance(inner, str) else inner)
    return sealed(encrypted, now), envelope(encrypted), "text/xml", now


def message(kind: str, inside: str, msg_id: str = "<MsgId>23456789012345678</MsgId>") -> str:
    return (
        f"<xml><ToUserName><![CDATA[{GH_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[{OPENID}]]></FromUserName>"
        f"<CreateTime>{int(NOW)}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        f"{inside}{msg_id}</xml>"
    )


def event(name: str, inside: str = "") -> str:
    return message("event", f"<Event><![CDATA[{name}]]></Event>{inside}", msg_id="")


def fields(**more: Any) -> dict[str, Any]:
    """A text message as fields."""
    common = {"ToUserName": GH_ID, "FromUserName": OPENID, "CreateTime": str(int(NOW))}
    return {**common, "MsgType": "text", "Content": "班车", "MsgId": "1", **more}
