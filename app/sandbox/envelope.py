"""From a message to the signed request the account's callback receives."""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from app.sandbox.messages import Message
from app.sandbox.settings import Settings

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Sealed:
    """One try's query and body, and `shown`, what the panel shows of it in the clear."""

    query: dict[str, str]
    body: bytes
    content_type: str
    shown: str


def signature(*parts: str) -> str:
    """The platform's sha1 over the sorted parts, in hex."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def crypto(settings: Settings) -> WeChatCrypto:
    """wechatpy's codec for this account."""
    return WeChatCrypto(settings.token, settings.aes_key, settings.app_id)


def seal(message: Message, settings: Settings, stamp: int, *, wrong: bool = False) -> Sealed:
    """Sign, and encrypt as the mode asks; a new nonce each time. `wrong` spoils the signatures."""
    timestamp, nonce = str(stamp), str(secrets.randbelow(10**10)).zfill(10)
    query = {
        "signature": signature(settings.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": str(message["FromUserName"]),
    }
    fields: dict[str, Any] = message
    if settings.mode != "plain":
        secret = _render(message, settings)
        sealed = PrpCrypto(crypto(settings).key).encrypt(secret, settings.app_id).decode()
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature(settings.token, timestamp, nonce, sealed),
        }
        clear = message if settings.mode == "compatible" else {"ToUserName": settings.gh_id}
        fields = {**clear, "Encrypt": sealed}
    if wrong:
        spoiled = {key: _spoil(query[key]) for key in query if key.endswith("signature")}
        query |= spoiled
    body = _render(fields, settings).encode()
    kind = "application/json" if settings.body_format == "json" else "text/xml"
    return Sealed(query, body, kind, readable(message, settings))


def readable(fields: dict[str, Any], settings: Settings) -> str:
    """The fields a line each, without CDATA, for people."""
    if settings.body_format == "json":
        return json.dumps(fields, ensure_ascii=False, indent=2)
    return "\n".join(["<xml>", *_lines(fields, "  "), "</xml>"])


def to_xml(fields: dict[str, Any]) -> str:
    """The platform's XML: text in CDATA, numbers bare, a list repeats its tag."""
    return f"<xml>{_elements(fields)}\n</xml>"


def _render(fields: dict[str, Any], settings: Settings) -> str:
    if settings.body_format == "json":
        return json.dumps(fields, ensure_ascii=False)
    return to_xml(fields)


def _elements(fields: dict[str, Any]) -> str:
    parts = []
    for tag, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            parts.append(f"\n<{tag}>{_value(item)}</{tag}>")
    return "".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, int | float):
        return str(value)
    safe = _ILLEGAL.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"


def _lines(fields: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for tag, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                lines += [f"{indent}<{tag}>", *_lines(item, indent + "  "), f"{indent}</{tag}>"]
            else:
                lines.append(f"{indent}<{tag}>{item}</{tag}>")
    return lines


def _spoil(value: str) -> str:
    return ("1" if value[0] == "0" else "0") + value[1:]
