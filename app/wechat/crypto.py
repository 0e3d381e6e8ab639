"""Signatures and the message cipher of the callback.

AES-256-CBC, IV = first 16 bytes of the key, PKCS7 with a block of **32**; the plaintext is
random(16) + length(4, big-endian) + message + app id. Source: official documentation,
"Message push: encryption and decryption".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from app.wechat.errors import AppIdMismatch, DecryptFailed, PaddingInvalid, SignatureInvalid

_BLOCK = 32
_PADS = [bytes([n]) * n for n in range(_BLOCK + 1)]
_HEAD = 20  # 16 random bytes and the length


class Signer:
    """The sorted SHA-1 with the token from the console."""

    def __init__(self, token: str) -> None:
        self._token = token

    def signature(self, *parts: str) -> str:
        """Hex SHA-1 over the sorted token and parts, as WeChat computes it."""
        joined = "".join(sorted((self._token, *parts)))
        # SHA-1 is the protocol's choice; a lone surrogate must not become a UnicodeError.
        return hashlib.sha1(joined.encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324 - protocol

    def check(self, signature: str, *parts: str) -> None:
        """Constant-time comparison. Raises SignatureInvalid."""
        given = signature.encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self.signature(*parts).encode()):
            raise SignatureInvalid("the signature does not match")


class Cipher(Signer):
    """Signer plus AES for one account.

    `aes_key` is the console's EncodingAESKey: 43 base64 characters. They carry 258 bits, so
    the two last ones may be set; a canonical base64 check would refuse keys that WeChat
    issues. Raises ValueError on a key of another shape.
    """

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        super().__init__(token)
        try:
            key = base64.b64decode(aes_key + "=", validate=True)
        except ValueError as exc:
            raise ValueError("EncodingAESKey is not base64") from exc
        if len(key) != 32:
            raise ValueError("EncodingAESKey must have 43 characters")
        self._app_id = app_id.encode()
        self._aes = ciphers.Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, plain: bytes, random16: bytes | None = None) -> str:
        """Base64 ciphertext of a message. `random16` is for known-answer tests."""
        head = (random16 or os.urandom(16)) + len(plain).to_bytes(4, "big")
        body = b"".join((head, plain, self._app_id))
        encryptor = self._aes.encryptor()
        whole = encryptor.update(body + _PADS[_BLOCK - len(body) % _BLOCK]) + encryptor.finalize()
        return binascii.b2a_base64(whole, newline=False).decode("ascii")

    def decrypt(self, encrypted: str) -> bytes:
        """The message inside. Check the signature first: CBC alone does not notice changes.

        Raises DecryptFailed, PaddingInvalid or AppIdMismatch, and nothing else.
        """
        content = self._unpad(self._blocks(encrypted))
        end = _HEAD + int.from_bytes(content[16:_HEAD], "big")
        if len(content) < _HEAD or end > len(content):
            raise DecryptFailed("the length field does not fit")
        if not hmac.compare_digest(content[end:], self._app_id):
            raise AppIdMismatch("encrypted for another account")
        return content[_HEAD:end]

    def _blocks(self, encrypted: str) -> bytes:
        try:
            data = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError as exc:
            raise DecryptFailed("not base64") from exc
        if not data or len(data) % 16:
            raise DecryptFailed("not a whole number of blocks")
        decryptor = self._aes.decryptor()
        return decryptor.update(data) + decryptor.finalize()

    @staticmethod
    def _unpad(padded: bytes) -> bytes:
        size = padded[-1]
        if not 1 <= size <= _BLOCK or not padded.endswith(_PADS[size]):
            raise PaddingInvalid("the padding is wrong")
        return padded[:-size]
