"""The other end of the wire: pushes as WeChat does, with wechatpy's codec, not ours."""

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx
from wechatpy.crypto import WeChatCrypto

from app.settings import DEMO_SECRETS

APP_ID, GH = "wx0000000000000000", "gh_3c884a361561"
TOKEN, KEY = DEMO_SECRETS["wechat_token"], DEMO_SECRETS["wechat_encoding_aes_key"]
ENVELOPE = "<xml><ToUserName>{}</ToUserName><Encrypt>{}</Encrypt></xml>"


@dataclass(frozen=True)
class Push:
    """One message, ready to be delivered any number of times."""

    body: str

    @classmethod
    def text(cls, words: str, msg_id: int, who: str = "o-alice", created: int = 0) -> "Push":
        return cls.of(who, created, f"<MsgType>text</MsgType><Content><![CDATA[{words}]]></Content>"
                      f"<MsgId>{msg_id}</MsgId>")  # fmt: skip

    @classmethod
    def event(cls, name: str, key: str = "", who: str = "o-alice", created: int = 0) -> "Push":
        return cls.of(who, created, f"<MsgType>event</MsgType><Event>{name}</Event>"
                      f"<EventKey><![CDATA[{key}]]></EventKey>")  # fmt: skip

    @classmethod
    def of(cls, who: str, created: int, inside: str) -> "Push":
        return cls(
            f"<xml><ToUserName>{GH}</ToUserName><FromUserName>{who}</FromUserName>"
            f"<CreateTime>{created or int(time.time())}</CreateTime>{inside}</xml>"
        )

    async def deliver(self, client: httpx.AsyncClient, patience: float = 5.0) -> str | None:
        """The answer's text; "" for `success`; None where WeChat would have hung up."""
        crypto, stamp, nonce = WeChatCrypto(TOKEN, KEY, APP_ID), str(int(time.time())), "n0nce"
        sealed = crypto.encrypt_message(self.body, nonce, stamp)
        found: Any = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>.*<MsgSignature><!\[CDATA\[(.*?)\]",
                               sealed, re.DOTALL)  # fmt: skip
        plain = hashlib.sha1("".join(sorted([TOKEN, stamp, nonce])).encode()).hexdigest()
        query = {"signature": plain, "timestamp": stamp, "nonce": nonce, "encrypt_type": "aes",
                 "msg_signature": found[2]}  # fmt: skip
        try:
            answer = await client.post(
                "/wechat", params=query, content=ENVELOPE.format(GH, found[1]), timeout=patience
            )
        except httpx.TransportError:
            return None
        assert answer.status_code == 200, answer.status_code
        return opened(answer.text) if answer.text != "success" else ""


def opened(body: str) -> str:
    """The words in an encrypted reply."""
    sealed: Any = {
        name: re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", body, re.DOTALL)
        for name in ("MsgSignature", "TimeStamp", "Nonce")
    }
    xml = WeChatCrypto(TOKEN, KEY, APP_ID).decrypt_message(
        body, sealed["MsgSignature"][1], sealed["TimeStamp"][1], sealed["Nonce"][1]
    )
    text = re.search(r"<Content><!\[CDATA\[(.*)\]\]></Content>", xml, re.DOTALL)
    return text[1] if text else xml
