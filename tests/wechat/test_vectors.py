"""Known answers: published by WeChat, or by Tencent's own demo."""

import json

import pytest

from app.wechat.callback import Callback, Mode
from app.wechat.crypto import Cipher, Signer
from app.wechat.messages import Unknown

OFFICIAL_KEY = "A" * 43
OFFICIAL_APP = "wxba5fad812f8e6fb9"
INBOUND = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
QUERY = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


@pytest.fixture
def official() -> Callback:
    return Callback("AAAAA", OFFICIAL_KEY, OFFICIAL_APP)


def test_the_official_verification_gets_its_echostr(official: Callback) -> None:
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    assert official.echo(query, 1714036504.0) == "4375120948345356249"


def test_the_official_plain_post_is_signed_as_we_sign() -> None:
    signature = Signer("AAAAA").signature("1714037059", "486452656")
    assert signature == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_the_official_safe_push_opens(official: Callback) -> None:
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": INBOUND}).encode()
    incoming = official.open(QUERY, body, "application/json", 1714112445.0)
    assert incoming.encrypted
    assert incoming.json
    assert isinstance(incoming.message, Unknown)
    assert incoming.message.event == "debug_demo"
    assert incoming.fields["debug_str"] == "hello world"


def test_the_official_safe_push_opens_in_an_xml_envelope_too(official: Callback) -> None:
    body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{INBOUND}</Encrypt></xml>".encode()
    assert official.open(QUERY, body, "text/xml", 1714112445.0).message.created == 1714112445


def test_the_official_reply_is_encrypted_and_signed_as_published() -> None:
    cipher = Cipher("AAAAA", OFFICIAL_KEY, OFFICIAL_APP)
    assert cipher.encrypt(b'{"demo_resp":"good luck"}', b"707722b803182950") == REPLY
    signature = cipher.signature("1713424427", "415670741", REPLY)
    assert signature == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_tencents_demo_key_with_its_trailing_bits_works_both_ways() -> None:
    cipher = Cipher("pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
    words = "我是中文abcd123".encode()
    expected = (
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    )
    assert cipher.encrypt(words, b"aaaabbbbccccdddd") == expected
    assert cipher.decrypt(expected) == words


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "!" * 43, "密" * 43])
def test_a_key_of_another_shape_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        Callback("AAAAA", key, OFFICIAL_APP, Mode.SAFE)
