"""The cipher alone: each fault is an error of its own."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from app.wechat.crypto import Cipher
from app.wechat.errors import AppIdMismatch, DecryptFailed, PaddingInvalid, SignatureInvalid
from tests.wechat.pushing import AES_KEY, APP_ID, TOKEN, cipher


def raw(plain: bytes) -> str:
    """Ciphertext of exactly these bytes: no head, no padding."""
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Aes(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize("size", range(33))
def test_every_length_of_padding_is_taken(size: int) -> None:
    assert cipher.decrypt(cipher.encrypt(b"x" * size)) == b"x" * size


@pytest.mark.parametrize("encrypted", ["", "!", "abc", "YWJj", "班车", "\ud800", "AAAA\nAAAA"])
def test_what_is_not_whole_base64_blocks_is_refused(encrypted: str) -> None:
    with pytest.raises(DecryptFailed):
        cipher.decrypt(encrypted)


@pytest.mark.parametrize(
    "tail", [b"\0" * 16, b"a" * 15 + b"\x21", b"\x02" * 14 + b"\x01\x02", b"\x11" * 16]
)
def test_wrong_padding_is_noticed(tail: bytes) -> None:
    with pytest.raises(PaddingInvalid):
        cipher.decrypt(raw(b"r" * 16 + tail))


@pytest.mark.parametrize("plain", [b"\x20" * 32, b"r" * 16 + b"\xff" * 4 + b"x" * 11 + b"\1"])
def test_a_length_that_does_not_fit_is_refused(plain: bytes) -> None:
    with pytest.raises(DecryptFailed, match="length"):
        cipher.decrypt(raw(plain))


def test_a_message_for_another_account_is_refused() -> None:
    other = Cipher(TOKEN, AES_KEY, "wx_somebody_else")
    with pytest.raises(AppIdMismatch):
        other.decrypt(cipher.encrypt(b"hello"))


def test_a_message_of_another_key_is_refused() -> None:
    other = Cipher(TOKEN, "B" * 43, APP_ID)
    with pytest.raises(DecryptFailed):
        other.decrypt(cipher.encrypt(b"hello", b"0123456789abcdef"))


@pytest.mark.parametrize("signature", ["", "x", "签名", "\ud800", "A" * 40])
def test_no_odd_signature_passes_or_breaks(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        cipher.check(signature, "1", "2")


def test_the_random_head_differs_each_time() -> None:
    assert cipher.encrypt(b"hello") != cipher.encrypt(b"hello")
