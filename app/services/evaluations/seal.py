"""What makes an anonymous answer anonymous: keys that are not in the database.

From SECRET_KEY, as the whole account's, two keys are made: one that hides who has answered, one
that encrypts an answer until it is opened with the others. See docs/decisions/0021.
"""

import base64
import hashlib
import hmac
import json
import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

NONCE = 12
STEP, LARGE_STEP = 2_048, 131_072  # bytes that envelopes are filled up to multiples of
RECEIPT = 12  # letters: 60 bits, tried online and paced


class Settings(BaseSettings):
    """SECRET_KEY of app/settings.py, which refuses the demo value anywhere but at home."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")
    secret_key: SecretStr = SecretStr("demo-secret-key-only-for-this-machine")


@lru_cache
def _key(use: str) -> bytes:
    secret = Settings().secret_key.get_secret_value().encode()
    return hmac.digest(secret, f"evaluations:{use}".encode(), "sha256")


def taken_key(person_id: int, form_id: int, subject_id: int, occasion: str) -> bytes:
    """What stands for «this person has answered on this occasion», and tells nobody else so."""
    said = f"{form_id}:{subject_id}:{person_id}:{occasion}"
    return hmac.digest(_key("taken"), said.encode(), "sha256")


def pace_key(person_id: int) -> str:
    """Under what the pace of a person's answers is counted."""
    found = hmac.digest(_key("pace"), str(person_id).encode(), "sha256")
    return f"evaluations:{found.hex()[:24]}"


def seal(content: dict[str, Any]) -> bytes:
    """`content` (JSON) encrypted; how long it is tells only roughly how much there was."""
    plain = json.dumps(content, ensure_ascii=False).encode()
    step = STEP if len(plain) < 4 * STEP else LARGE_STEP
    padded = plain + b" " * (-len(plain) % step)
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, padded, None)


def unseal(envelope: bytes) -> dict[str, Any] | None:
    """What was sealed; None if SECRET_KEY was another then."""
    try:
        plain = AESGCM(_key("seal")).decrypt(envelope[:NONCE], envelope[NONCE:], None)
    except InvalidTag:
        return None
    found: dict[str, Any] = json.loads(plain)
    return found


def new_receipt() -> str:
    """A code by which who answered, and nobody else, reads the reply."""
    return base64.b32encode(secrets.token_bytes(8)).decode().lower()[:RECEIPT]


def hash_receipt(code: str) -> bytes | None:
    """What is kept of a receipt, as somebody types it; None if it cannot be one."""
    kept = "".join(c for c in code.lower() if c not in " -\n\t")
    if len(kept) != RECEIPT or not kept.isascii():
        return None
    return hashlib.sha256(b"evaluations:receipt:" + kept.encode()).digest()
