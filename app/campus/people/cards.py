"""The last six of an ID card: kept as a keyed hash, compared in constant time."""

import hashlib
import hmac
import re
from functools import lru_cache

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_WHOLE = re.compile(r"\d{17}[\dX]")
_SIX = re.compile(r"\d{5}[\dX]")


class Settings(BaseSettings):
    """`SECRET_KEY`, which the account's settings refuse to leave at its demo value in public."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    secret_key: SecretStr = SecretStr("demo-secret-key-only-for-this-machine")


@lru_cache
def _key() -> bytes:
    """A key for cards alone, so that nothing signed elsewhere with `SECRET_KEY` says anything."""
    return hmac.digest(Settings().secret_key.get_secret_value().encode(), b"cards", "sha256")


def keyed(number: str, six: str) -> bytes:
    """The hash of `six` for the person `number`: equal cards of two people look different."""
    return hmac.new(_key(), f"{number}:{six.upper()}".encode(), hashlib.sha256).digest()


def last_six(cell: str) -> str:
    """The last six of a cell, in capitals; raises ValueError with what to write.

    A spreadsheet takes leading zeros away, and people paste the whole number.
    """
    text = cell.strip().upper().removesuffix(".0")
    if _WHOLE.fullmatch(text):
        text = text[-6:]
    text = text.zfill(6) if 3 < len(text) < 6 else text
    if not _SIX.fullmatch(text):
        raise ValueError("写身份证后六位，末位可以是 X")
    return text
