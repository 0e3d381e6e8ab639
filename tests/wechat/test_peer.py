"""wechatpy as an independent peer: what one side writes, the other reads."""

import pytest
import wechatpy.replies as theirs
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from app.wechat.callback import Callback
from app.wechat.crypto import Signer
from app.wechat.errors import Malformed
from app.wechat.fields import read_body
from app.wechat.messages import Message, Text, parse
from app.wechat.replies import Article, Image, Music, News, Reply, Transfer, Video, Voice, render
from app.wechat.replies import Text as TextReply
from tests.wechat.pushing import AES_KEY, APP_ID, GH_ID, NOW, OPENID, TOKEN, event, message, sha1
from tests.wechat.samples import EVENTS, MESSAGES

peer = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
ours = Callback(TOKEN, AES_KEY, APP_ID)
UNKNOWN_TO_PEER = ("subscribe_msg_", "user_authorization_", "PUBLISHJOBFINISH")


def tag(xml: str, name: str) -> str:
    value = read_body(xml.encode(), is_json=False)[name]
    assert isinstance(value, str)
    return value


def test_we_open_what_the_peer_seals() -> None:
    body = peer.encrypt_message(message("text", "<Content>班车</Content>"), "n1", str(int(NOW)))
    signature = tag(body, "MsgSignature")
    query = {"timestamp": str(int(NOW)), "nonce": "n1", "msg_signature": signature}
    opened = ours.open(query, body.encode(), "text/xml", NOW).message
    assert isinstance(opened, Text)
    assert opened.content == "班车"


def test_the_peer_opens_what_we_seal() -> None:
    words = "班车 😀 ]]>"
    body = ours.seal(words, NOW).decode()
    opened = peer.decrypt_message(
        body, tag(body, "MsgSignature"), tag(body, "TimeStamp"), tag(body, "Nonce")
    )
    assert opened == words


def test_both_sign_alike() -> None:
    assert Signer(TOKEN).signature("10", "9", "x") == sha1(TOKEN, "10", "9", "x")


@pytest.mark.parametrize(
    "reply",
    [
        TextReply("班车 ]]> <b>"),
        Image("m1"),
        Voice("m1"),
        Video("m1", "t", "d"),
        Music("m1", "t", "d", "u"),
        News((Article("t", "d", "u"), Article("t", "d", "u"))),
        Transfer("a@b"),
    ],
)
def test_the_peer_reads_what_we_render(reply: Reply) -> None:
    xml = render(reply, OPENID, GH_ID, int(NOW))
    read = theirs.deserialize_reply(xml)
    assert (read.target, read.source, read.time) == (OPENID, GH_ID, int(NOW))
    assert tag(xml, "MsgType") == read.type
    if isinstance(reply, TextReply):
        assert read.content == reply.content


def test_we_read_what_the_peer_renders() -> None:
    reply = theirs.TextReply(content="班车", source=GH_ID, target=OPENID, time=1)
    read = read_body(reply.render().encode(), is_json=False)
    own = read_body(render(TextReply("班车"), OPENID, GH_ID, 1).encode(), is_json=False)
    assert read == own


PUSHES = [message(kind, inside) for kind, inside, _ in MESSAGES] + [
    event(name, inside) for name, inside, _ in EVENTS if not name.startswith(UNKNOWN_TO_PEER)
]


@pytest.mark.parametrize("xml", PUSHES)
def test_both_read_the_same_push_as_known_and_alike(xml: str) -> None:
    own: Message = parse(read_body(xml.encode(), is_json=False))
    other = parse_message(xml)
    assert (other.source, other.target) == (own.from_, own.to)
    assert other.create_time.timestamp() == own.created
    assert other.type != "unknown"


@pytest.mark.parametrize(
    ("odd", "fault"),
    [
        ("<xml><a/></xml>", KeyError),
        ("<xml>text</xml>", TypeError),
        ("<xml><MsgType/></xml>", AttributeError),
    ],
)
def test_what_breaks_the_peer_is_malformed_to_us(odd: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        parse_message(odd)
    with pytest.raises(Malformed):
        parse(read_body(odd.encode(), is_json=False))


def test_text_that_breaks_the_peers_xml_does_not_break_ours() -> None:
    peers = theirs.TextReply(content="a]]>b\x01", source=GH_ID, target=OPENID, time=1).render()
    with pytest.raises(Malformed):
        read_body(peers.encode(), is_json=False)
    assert tag(render(TextReply("a]]>b\x01"), OPENID, GH_ID, 1), "Content") == "a]]>b"
