"""The three modes, and every way in which a push can be refused."""

import json

import pytest

from app.wechat.callback import Callback, Incoming, Mode
from app.wechat.errors import (
    AppIdMismatch,
    CallbackError,
    Malformed,
    SignatureInvalid,
    Stale,
    TooLarge,
    UnsupportedMode,
)
from app.wechat.messages import Text
from tests.wechat.pushing import (
    AES_KEY,
    APP_ID,
    NOW,
    TOKEN,
    cipher,
    envelope,
    message,
    push,
    sealed,
    sha1,
    signed,
)

BUS = message("text", "<Content><![CDATA[班车]]></Content>")


def callback(mode: Mode = Mode.SAFE) -> Callback:
    return Callback(TOKEN, AES_KEY, APP_ID, mode)


def content(incoming: Incoming) -> str:
    assert isinstance(incoming.message, Text)
    return incoming.message.content


def refused(mode: Mode, query: dict[str, str], body: bytes) -> type[CallbackError]:
    with pytest.raises(CallbackError) as caught:
        callback(mode).open(query, body, "text/xml", NOW)
    return caught.type


@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
def test_an_encrypted_message_opens(mode: Mode) -> None:
    incoming = callback(mode).open(*push(BUS))
    assert content(incoming) == "班车"
    assert incoming.encrypted
    assert not incoming.json


@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.COMPATIBLE])
def test_a_plain_message_opens_where_the_mode_allows_it(mode: Mode) -> None:
    incoming = callback(mode).open(signed(), BUS.encode(), "text/xml", NOW)
    assert content(incoming) == "班车"
    assert not incoming.encrypted


def test_plain_mode_needs_no_key() -> None:
    incoming = Callback(TOKEN, "", APP_ID, Mode.PLAIN).open(signed(), BUS.encode(), "", NOW)
    assert content(incoming) == "班车"


def test_in_compatible_mode_the_encrypted_part_is_what_counts() -> None:
    encrypted = cipher.encrypt(BUS.encode())
    forged = message("text", f"<Content>洗浴</Content><Encrypt>{encrypted}</Encrypt>")
    incoming = callback(Mode.COMPATIBLE).open(sealed(encrypted), forged.encode(), "", NOW)
    assert content(incoming) == "班车"


def test_words_that_look_like_an_envelope_stay_words() -> None:
    words = message("text", "<Content><![CDATA[<Encrypt>QUFB</Encrypt>]]></Content>")
    incoming = callback(Mode.COMPATIBLE).open(signed(), words.encode(), "text/xml", NOW)
    assert content(incoming) == "<Encrypt>QUFB</Encrypt>"


def test_safe_mode_refuses_a_plain_body_however_well_signed() -> None:
    assert refused(Mode.SAFE, signed(), BUS.encode()) is UnsupportedMode


def test_plain_mode_refuses_an_encrypted_body() -> None:
    query, body, _, _ = push(BUS)
    assert refused(Mode.PLAIN, query, body) is UnsupportedMode


def test_the_plain_signature_does_not_open_an_encrypted_body() -> None:
    body = envelope(cipher.encrypt(BUS.encode()))
    assert refused(Mode.SAFE, signed(), body) is SignatureInvalid
    assert refused(Mode.SAFE, signed(msg_signature=signed()["signature"]), body) is SignatureInvalid


def test_an_envelope_in_another_order_opens_too() -> None:
    encrypted = cipher.encrypt(BUS.encode())
    body = f"<xml><Encrypt>{encrypted}</Encrypt><AgentID/><ToUserName>gh_1</ToUserName></xml>"
    assert content(callback().open(sealed(encrypted), body.encode(), "", NOW)) == "班车"


def test_a_json_push_gets_a_json_envelope() -> None:
    inner = json.dumps({"ToUserName": "gh_1", "FromUserName": "alice", "CreateTime": 1760000000}
                       | {"MsgType": "text", "Content": "班车", "MsgId": 7})  # fmt: skip
    encrypted = cipher.encrypt(inner.encode())
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).encode()
    incoming = callback().open(sealed(encrypted), body, "application/json", NOW)
    answer = json.loads(callback().seal("<xml/>", NOW, incoming))
    parts = (str(answer["TimeStamp"]), answer["Nonce"], answer["Encrypt"])
    assert content(incoming) == "班车"
    assert answer["MsgSignature"] == sha1(TOKEN, *parts)
    assert cipher.decrypt(answer["Encrypt"]) == b"<xml/>"


def test_a_sealed_reply_opens_again() -> None:
    reply = callback().seal(BUS, NOW)
    encrypted = reply.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()
    assert b"<TimeStamp>1760000000</TimeStamp>" in reply
    assert cipher.decrypt(encrypted) == BUS.encode()


@pytest.mark.parametrize("bare", ["", "success", b"success"])
def test_success_and_nothing_are_never_encrypted(bare: str | bytes) -> None:
    assert callback().seal(bare, NOW) == (bare.encode() if isinstance(bare, str) else bare)


def test_a_plain_push_gets_a_plain_reply() -> None:
    both = callback(Mode.COMPATIBLE)
    incoming = both.open(signed(), BUS.encode(), "text/xml", NOW)
    assert both.seal("<xml/>", NOW, incoming) == b"<xml/>"
    assert callback(Mode.PLAIN).seal("<xml/>", NOW) == b"<xml/>"


@pytest.mark.parametrize("drift", [-301, 301, 86_400])
def test_a_signed_push_from_another_time_is_stale(drift: int) -> None:
    with pytest.raises(Stale) as caught:
        callback().open(*push(BUS)[:3], NOW + drift)
    assert caught.value.status == 403


@pytest.mark.parametrize("drift", [-300, 0, 300])
def test_the_freshness_window_has_both_its_ends(drift: int) -> None:
    assert content(callback().open(*push(BUS)[:3], NOW + drift)) == "班车"


@pytest.mark.parametrize("stamp", ["", "abc", "-1", "1.5", "１７", "9" * 5000])
def test_a_timestamp_that_is_none_is_malformed(stamp: str) -> None:
    query = {"timestamp": stamp, "nonce": "n", "signature": sha1(TOKEN, stamp, "n")}
    assert refused(Mode.PLAIN, query, BUS.encode()) is Malformed


@pytest.mark.parametrize("mode", list(Mode))
def test_an_echo_wants_the_plain_signature_in_every_mode(mode: Mode) -> None:
    assert callback(mode).echo(signed(echostr="42 <b>"), NOW) == "42 <b>"
    with pytest.raises(SignatureInvalid) as caught:
        callback(mode).echo(signed(echostr="42") | {"nonce": "n2"}, NOW)
    assert caught.value.status == 403


def test_an_old_echo_is_stale() -> None:
    with pytest.raises(Stale):
        callback().echo(signed(echostr="42"), NOW + 301)


def test_a_megabyte_is_the_limit() -> None:
    body = BUS.encode().ljust(1_048_576)
    assert content(callback(Mode.PLAIN).open(signed(), body, "", NOW)) == "班车"
    assert refused(Mode.PLAIN, signed(), body + b" ") is TooLarge


BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<xml><Content>&b;</Content></xml>"
)
ODD_BODIES = {
    "nothing": b"",
    "half a message": BUS.encode()[:-20],
    "another root": b"<html></html>",
    "an empty root": b"<xml/>",
    "text": b"<xml>text</xml>",
    "an entity bomb": BOMB.encode(),
    "an external entity": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml></xml>',
    "an undeclared entity": b"<xml><Content>&amp;&b;</Content></xml>",
    "a megabyte for the slow parser": b"<xml>" + b"<a/>" * 190_000 + b"<![CDATA[<!DOCTYPE]]></xml>",
    "a hidden doctype": BOMB.encode("utf-16"),
    "another charset": '<?xml version="1.0" encoding="gbk"?><xml>班</xml>'.encode("gbk"),
    "deep XML": b"<xml>" * 60_000 + b"</xml>" * 60_000,
    "deep JSON": b'{"a":' + b"[" * 200_000,
    "closed deep JSON": b'{"a":' + b"[" * 50 + b"]" * 50 + b"}",
    "a JSON list": b"[1]",
    "JSON with NaN": b'{"CreateTime": NaN}',
    "a JSON key twice removed": b'{"MsgType": {"a": 1}}',
    "control characters": b"<xml><Content>\x00\x01</Content></xml>",
}


@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES.keys())
def test_an_odd_body_is_malformed_and_no_traceback(body: bytes) -> None:
    assert refused(Mode.PLAIN, signed(), body) is Malformed
    assert issubclass(refused(Mode.SAFE, *push(body)[:2]), Malformed)


def test_a_doctype_in_the_users_own_words_is_only_words() -> None:
    words = message("text", "<Content><![CDATA[<!DOCTYPE html>]]></Content>")
    assert content(callback().open(*push(words))) == "<!DOCTYPE html>"


@pytest.mark.parametrize("cut", [1, 8, 20, 60, 200])
def test_a_truncated_envelope_is_refused_with_400(cut: int) -> None:
    query, body, _, _ = push(BUS)
    assert refused(Mode.SAFE, query, body[:-cut]).status == 400


def test_a_message_for_another_account_is_403() -> None:
    other = Callback(TOKEN, AES_KEY, "wx_other")
    with pytest.raises(AppIdMismatch) as caught:
        other.open(*push(BUS))
    assert caught.value.status == 403
