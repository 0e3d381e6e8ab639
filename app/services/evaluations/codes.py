"""The codes on tables, windows and doors: short, signed, and good until the next rotation.

Made as codes of doors are (app/campus/places/codes.py), with the same key, but not the same tag:
neither can be taken for the other.
"""

import base64
import binascii
import hmac
import struct

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places.doors import code_key
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.limits import attempt
from app.services.evaluations.limits import FORGED_WITHIN, MOST_FORGED
from app.services.evaluations.models import Subject

LENGTH = 24
PATH = "/h5/evaluations/"
SCENE = "rate:"  # how a messenger's own QR code brings one
FORGED = "这张码不是我们贴的，换桌上、门上那张扫一下"
ROTATED = "这张码换过了，扫新贴的那张"
TOO_MANY = "扫错太多次了，一小时后再扫"
_HEAD = struct.Struct(">IH")
_TAG = 9  # bytes


def write(key: bytes, subject_id: int, rotation: int) -> str:
    """The code of a subject."""
    head = _HEAD.pack(subject_id, rotation)
    return base64.b32encode(head + _tag(key, head)).decode().lower()


def read(key: bytes, code: str) -> tuple[int, int] | None:
    """The subject's id and the rotation, or None if `code` was not made with `key`."""
    try:
        data = base64.b32decode(code.encode("ascii", "replace"), casefold=True)
    except (binascii.Error, ValueError):
        return None
    head, tag = data[: _HEAD.size], data[_HEAD.size :]
    if not hmac.compare_digest(tag, _tag(key, head)):
        return None
    id, rotation = _HEAD.unpack(head)
    return id, rotation


def _tag(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, b"rate:" + head, "sha256")[:_TAG]


def address(base_url: str, code: str) -> str:
    """The web address that a printed code holds; `base_url` is the account's public one."""
    return f"{base_url.rstrip('/')}{PATH}{code}"


async def code_of(db: AsyncSession, subject: Subject) -> str:
    """The code of `subject` that is good now."""
    return write(await code_key.within(db), subject.id, subject.rotation)


async def find_subject(db: AsyncSession, code: str, whose: str) -> Subject:
    """The subject with this code, also one that is gone. `whose` tries: an address, a follower.

    Raises NotFound for a forged or rotated code, TooMany after 20 forged ones in an hour.
    """
    named = read(await code_key.within(db), code) if len(code) == LENGTH else None
    subject = await db.get(Subject, named[0]) if named else None
    if named is None or subject is None:
        await attempt(
            db.info["database"], f"evaluations:code:{whose}", clock.now(), most=MOST_FORGED,
            within=FORGED_WITHIN, sentence=TOO_MANY,
        )  # fmt: skip
        raise NotFound(FORGED)
    if named[1] != subject.rotation:
        raise NotFound(ROTATED)
    return subject
