"""Which answers the platform takes, and which ones cost the follower an error bubble."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from app.sandbox.envelope import to_xml
from app.sandbox.replies import BadReply, read_reply
from app.sandbox.settings import Settings
from tests.sandbox.conftest import Make, Sandbox

SETTINGS = Settings(mode="plain")
MESSAGE = {"ToUserName": "gh_1", "FromUserName": "o_alice", "CreateTime": 1, "MsgType": "text",
           "Content": "电费", "MsgId": 1}  # fmt: skip
EVENT = {**MESSAGE, "MsgType": "event", "Event": "CLICK", "EventKey": "x"}
ENVELOPE = {"ToUserName": "o_alice", "FromUserName": "gh_1", "CreateTime": 2}
TEXT = {**ENVELOPE, "MsgType": "text", "Content": "好"}
ITEM = {"Title": "停水", "Description": "", "PicUrl": "", "Url": "http://example.edu"}


def news(count: int, said: int | None = None) -> dict[str, Any]:
    articles = {"item": [ITEM] * count}
    return {**ENVELOPE, "MsgType": "news", "ArticleCount": said or count, "Articles": articles}


def read(fields: dict[str, Any], message: dict[str, Any] = MESSAGE) -> Any:
    return read_reply(to_xml(fields).encode(), message, SETTINGS)


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_nothing_are_silence(body: bytes) -> None:
    assert read_reply(body, MESSAGE, SETTINGS) is None


GOOD: list[tuple[dict[str, Any], str]] = [
    (TEXT, "text"),
    ({**TEXT, "Content": "长" * 682 + "a"}, "text"),
    ({**ENVELOPE, "MsgType": "image", "Image": {"MediaId": "m"}}, "image"),
    ({**ENVELOPE, "MsgType": "music", "Music": {"Title": "校歌"}}, "music"),
    ({**ENVELOPE, "MsgType": "transfer_customer_service"}, "transfer_customer_service"),
    (news(1), "news"),
]


@pytest.mark.parametrize(("fields", "kind"), GOOD)
def test_it_takes_what_the_platform_takes(fields: dict[str, Any], kind: str) -> None:
    assert read(fields).kind == kind


def test_a_message_gets_one_article_and_an_event_eight() -> None:
    assert len(read(news(3)).data["articles"]) == 1
    assert len(read(news(9), EVENT).data["articles"]) == 8


BAD: list[tuple[bytes, str]] = [
    (b" " + to_xml(TEXT).encode(), "开头有空白"),
    (b'{"MsgType": "text"}', "不是 XML"),
    (b"<xml><a></xml>", "XML 读不通"),
    (b"<xml><!DOCTYPE", "XML 读不通"),
    (b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>', "XML 读不通"),
    (b"\xff", "不是 UTF-8"),
    (to_xml({**TEXT, "Content": ""}).encode(), "Content 是空的"),
    (to_xml({**TEXT, "Content": "长" * 683}).encode(), "文字有 2049 字节，最多 2047"),
    (to_xml({**TEXT, "ToUserName": "gh_1"}).encode(), "ToUserName 不是发消息的人"),
    (to_xml({**TEXT, "FromUserName": "wx1"}).encode(), "FromUserName 不是这个公众号的 gh_ 号"),
    (to_xml({**TEXT, "CreateTime": "now"}).encode(), "CreateTime 不是整数"),
    (to_xml({**TEXT, "MsgType": "fax"}).encode(), "不认识的 MsgType「fax」"),
    (to_xml(news(2, 3)).encode(), "ArticleCount 和条数对不上"),
]


@pytest.mark.parametrize(("body", "why"), BAD)
def test_it_refuses_what_the_platform_refuses(body: bytes, why: str) -> None:
    with pytest.raises(BadReply, match=why):
        read_reply(body, MESSAGE, SETTINGS)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_answer_makes_it_stumble(body: bytes) -> None:
    for settings in (SETTINGS, Settings(), Settings(body_format="json")):
        if body not in (b"", b"success"):
            with pytest.raises(BadReply):
                read_reply(body, MESSAGE, settings)


@pytest.mark.anyio
async def test_a_plain_answer_in_safe_mode_is_an_error(sandbox: Sandbox) -> None:
    sandbox.account.answer = lambda message: to_xml({**TEXT, "ToUserName": "x"}).encode()
    attempts = await sandbox.say("电费")
    assert [(a["outcome"], a["why"]) for a in attempts] == [("malformed", "没有加密")]
    assert sandbox.chat()[-1][0] == "error"


@pytest.mark.anyio
async def test_a_reply_for_another_app_is_an_error(make: Make) -> None:
    sandbox = await make()
    sandbox.account.settings = Settings(app_id="wx_another")
    request = {"nonce": "1", "timestamp": "2"}
    sealed = sandbox.account.seal(to_xml(TEXT), request)
    with pytest.raises(BadReply, match="AppID"):
        read_reply(sealed.encode(), MESSAGE, sandbox.platform.settings)


ANSWERS: list[tuple[Callable[[Any], Any], str, int]] = [
    (lambda message: Response("no", 403), "refused", 1),
    (lambda message: Response("no", 500), "failed", 3),
    (lambda message: b"success", "silent", 1),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("answer", "outcome", "tries"), ANSWERS)
async def test_a_server_error_is_tried_again_and_a_refusal_is_not(
    sandbox: Sandbox, answer: Callable[[Any], Any], outcome: str, tries: int
) -> None:
    sandbox.account.answer = answer
    attempts = await sandbox.say("电费")
    assert [a["outcome"] for a in attempts] == [outcome] * tries
    assert (sandbox.chat()[-1][0] == "error") == (outcome != "silent")
