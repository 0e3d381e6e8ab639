"""Whatever the bytes: a value, or a CallbackError."""

import contextlib
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.wechat.callback import Callback, Mode
from app.wechat.errors import CallbackError, Malformed
from app.wechat.event_readers import EVENTS
from app.wechat.fields import read_body
from app.wechat.messages import Message, Text, parse
from app.wechat.replies import NOTHING, render
from app.wechat.replies import Text as TextReply
from tests.wechat.pushing import (
    AES_KEY,
    APP_ID,
    GH_ID,
    NOW,
    OPENID,
    TOKEN,
    cipher,
    envelope,
    fields,
    message,
    sealed,
    signed,
)

CODECS = [Callback(TOKEN, AES_KEY, APP_ID, mode) for mode in Mode]
BUS = message("text", "<Content><![CDATA[班车]]></Content>").encode()
any_text = st.text(st.characters(codec=None, exclude_categories=()))
scraps = st.sampled_from(["<xml>", "</xml>", "<Encrypt>", "</Encrypt>", "<![CDATA[", "]]>", "班"])
bodies = st.one_of(
    st.binary(max_size=300),
    st.lists(scraps | st.text(max_size=5), max_size=20).map(lambda words: "".join(words).encode()),
    st.builds(lambda value: json.dumps({"Encrypt": value}).encode(), st.text() | st.integers()),
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | any_text
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3)
)
NAMES = [
    *("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "MsgID", "Event", "EventKey"),
    *("Content", "MediaId", "Location_X", "Latitude", "Longitude", "ScanCodeInfo", "Status"),
    *("SendPicsInfo", "SendLocationInfo", "List", "SubscribeMsgSentEvent", "PublishEventInfo"),
    *("ArticleUrlResult", "CopyrightCheckResult"),
]


@given(bodies, st.dictionaries(st.sampled_from(sorted(sealed("x"))), any_text), any_text)
def test_opening_any_bytes_raises_only_what_it_says(
    body: bytes, query: dict[str, str], content_type: str
) -> None:
    for codec in CODECS:
        for given_query in (query, signed() | query, signed()):
            with contextlib.suppress(CallbackError):
                codec.open(given_query, body, content_type, NOW)


@given(bodies | st.binary(max_size=2000))
def test_any_bytes_inside_a_good_envelope_raise_only_what_they_should(inner: bytes) -> None:
    encrypted = cipher.encrypt(inner)
    with contextlib.suppress(CallbackError):
        CODECS[-1].open(sealed(encrypted), envelope(encrypted), "text/xml", NOW)


@given(
    st.sampled_from(["text", "image", "voice", "video", "location", "link", "event", "new"]),
    st.sampled_from([*sorted(EVENTS), "unheard_of"]),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
)
def test_fields_of_any_type_parse_or_are_malformed(
    kind: str, event: str, odd: dict[str, Any]
) -> None:
    with contextlib.suppress(Malformed):
        parsed = parse(fields(MsgType=kind, Event=event) | odd)
        assert isinstance(parsed, Message)
        assert 2 < len(parsed.key) <= 200
        assert parsed.created >= 0


@given(st.binary(max_size=500))
def test_what_is_encrypted_decrypts(plain: bytes) -> None:
    assert cipher.decrypt(cipher.encrypt(plain)) == plain


@given(st.text("ABCDabcd0189+/=", max_size=200) | any_text)
def test_any_ciphertext_gives_bytes_or_a_callback_error(encrypted: str) -> None:
    with contextlib.suppress(CallbackError):
        assert isinstance(cipher.decrypt(encrypted), bytes)


@given(st.data())
def test_one_changed_character_of_an_encrypted_push_is_noticed(data: st.DataObject) -> None:
    encrypted = cipher.encrypt(BUS)
    place = data.draw(st.integers(0, len(encrypted) - 1))
    bit = data.draw(st.integers(0, 6))
    changed = encrypted[:place] + chr(ord(encrypted[place]) ^ (1 << bit)) + encrypted[place + 1 :]
    body = envelope(encrypted).replace(encrypted.encode(), changed.encode())
    try:
        CODECS[-1].open(sealed(encrypted), body, "text/xml", NOW)
    except CallbackError:
        return
    raise AssertionError("a changed push was accepted")


@given(any_text, st.none() | any_text)
@example("]]>" * 800, None)
@example("\r\n\x00\ud800]]]]>>", None)
@example("👨‍👩‍👧‍👦" * 200, "https://a.example/more?x=1&y=2")
def test_any_text_renders_to_xml_that_reads_back_the_same(words: str, more: str | None) -> None:
    xml = render(TextReply(words, more), OPENID, GH_ID, 1)
    if xml == NOTHING:
        return
    back = read_body(xml.encode(), is_json=False)
    assert len(back["Content"].encode()) <= 2047
    assert back["ToUserName"] == OPENID
    again = TextReply(back["Content"])
    assert read_body(render(again, OPENID, GH_ID, 1).encode(), is_json=False) == back


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn")), max_size=300))
def test_ordinary_words_come_back_unchanged(words: str) -> None:
    xml = render(TextReply("报" + words), OPENID, GH_ID, 1)
    back = parse(read_body(xml.encode(), is_json=False) | {"MsgId": "1"})
    assert isinstance(back, Text)
    assert back.content == "报" + words
