"""The account's answer, read as strictly as the platform reads it.

Anything it does not take is a BadReply, and the follower sees the error bubble instead.
Sources: the reply page of the official documentation, and what users of other libraries ran into
(leading whitespace, JSON, an empty Content, To and From not swapped, over 2,047 bytes).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from wechatpy.exceptions import WeChatException

from app.sandbox.envelope import crypto, readable
from app.sandbox.messages import Message
from app.sandbox.settings import Settings

MAX_TEXT = 2047  # bytes of UTF-8
MAX_ARTICLES = 8
_PLAIN_KINDS = {"text", "image", "voice", "video", "news", "location", "link", "shortvideo"}
Fields = dict[str, Any]


class BadReply(Exception):
    """Why the platform would not take the answer: one Chinese sentence."""


@dataclass(frozen=True)
class Reply:
    """A taken answer: `kind` and `data` make a chat line; `shown` is its clear text."""

    kind: str
    data: dict[str, Any]
    shown: str


def read_reply(body: bytes, message: Message, settings: Settings) -> Reply | None:
    """The reply to `message`, or None where the account says nothing; else BadReply."""
    if body in (b"", b"success"):
        return None
    fields = _fields(_text(body), settings)
    if settings.mode != "plain":
        fields = _fields(_decrypt(fields, settings), settings)
    if fields.get("ToUserName") != message["FromUserName"]:
        raise BadReply("ToUserName 不是发消息的人")
    if fields.get("FromUserName") != message["ToUserName"]:
        raise BadReply("FromUserName 不是这个公众号的 gh_ 号")
    if not str(fields.get("CreateTime", "")).isdigit():
        raise BadReply("CreateTime 不是整数")
    kind = str(fields.get("MsgType", ""))
    reader = _KINDS.get(kind)
    if reader is None:
        raise BadReply(f"不认识的 MsgType「{kind}」")
    data = reader(fields)
    if kind == "news" and message.get("MsgType") in _PLAIN_KINDS:
        data = {"articles": data["articles"][:1]}  # the platform sends no more than it allows
    return Reply(kind, data, readable(fields, settings))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadReply("不是 UTF-8") from error


def _fields(text: str, settings: Settings) -> Fields:
    if text[:1].isspace():
        raise BadReply("开头有空白")
    if settings.body_format == "json":
        return _from_json(text)
    if not text.startswith("<"):
        raise BadReply("不是 XML")
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise BadReply("XML 读不通") from error
    if root.tag != "xml":
        raise BadReply("最外层不是 <xml>")
    fields = _children(root)
    return fields if isinstance(fields, dict) else {}


def _from_json(text: str) -> Fields:
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BadReply("JSON 读不通") from error
    if not isinstance(fields, dict):
        raise BadReply("JSON 不是一个对象")
    return fields


def _children(element: Element) -> Fields | str:
    if len(element) == 0:
        return element.text or ""
    found: Fields = {}
    for child in element:
        value = _children(child)
        if child.tag in found:
            former = found[child.tag]
            found[child.tag] = [*former, value] if isinstance(former, list) else [former, value]
        else:
            found[child.tag] = value
    return found


def _decrypt(outer: Fields, settings: Settings) -> str:
    if "Encrypt" not in outer:
        raise BadReply("没有加密")
    values = [str(outer.get(name, "")) for name in ("MsgSignature", "TimeStamp", "Nonce")]
    try:
        clear = crypto(settings).decrypt_message({"Encrypt": str(outer["Encrypt"])}, *values)
        return clear if isinstance(clear, str) else bytes(clear).decode()
    except WeChatException as error:  # a wrong signature or app id
        raise BadReply("签名或 AppID 对不上") from error
    except Exception as error:  # wechatpy lets base64, cipher and struct errors out
        raise BadReply("解不开密文") from error


def _read_text(fields: Fields) -> dict[str, Any]:
    content = fields.get("Content")
    if not isinstance(content, str) or not content:
        raise BadReply("Content 是空的")
    if len(content.encode()) > MAX_TEXT:
        raise BadReply(f"文字有 {len(content.encode())} 字节，最多 {MAX_TEXT}")
    return {"text": content}


def _read_media(tag: str) -> Callable[[Fields], dict[str, Any]]:
    def read(fields: Fields) -> dict[str, Any]:
        part = _part(fields, tag)
        if not part.get("MediaId"):
            raise BadReply("缺 MediaId")
        return {
            "media_id": str(part["MediaId"]),
            "title": str(part.get("Title", "")),
            "description": str(part.get("Description", "")),
        }

    return read


def _read_music(fields: Fields) -> dict[str, Any]:
    part = _part(fields, "Music")
    names = {"title": "Title", "description": "Description", "url": "MusicUrl"}
    return {key: str(part.get(tag, "")) for key, tag in names.items()}


def _read_news(fields: Fields) -> dict[str, Any]:
    articles = fields.get("Articles")
    items = articles.get("item") if isinstance(articles, dict) else articles
    items = items if isinstance(items, list) else [items]
    if str(fields.get("ArticleCount", "")) != str(len(items)):
        raise BadReply("ArticleCount 和条数对不上")
    if not all(isinstance(item, dict) and item.get("Title") for item in items):
        raise BadReply("图文缺标题")
    names = {"title": "Title", "description": "Description", "picurl": "PicUrl", "url": "Url"}
    read = [{key: str(item.get(tag, "")) for key, tag in names.items()} for item in items]
    return {"articles": read[:MAX_ARTICLES]}


def _part(fields: Fields, tag: str) -> Fields:
    part = fields.get(tag)
    if not isinstance(part, dict):
        raise BadReply(f"缺 {tag}")
    return part


_KINDS: dict[str, Callable[[Fields], dict[str, Any]]] = {
    "text": _read_text,
    "image": _read_media("Image"),
    "voice": _read_media("Voice"),
    "video": _read_media("Video"),
    "music": _read_music,
    "news": _read_news,
    "transfer_customer_service": lambda fields: {"text": "已转给人工客服"},
}
