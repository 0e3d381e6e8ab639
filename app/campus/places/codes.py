"""The codes on doors: short, signed, and good until the next rotation. Pure.

A code is 24 letters of base32 in lower case, which survive being typed, scanned by a messenger
and put into a web address: six bytes that name the door, nine of their HMAC-SHA256.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass

LENGTH = 24
PATH = "/h5/places/"  # where the service `places` answers a code
SCENE = "place:"  # how a messenger's own QR code brings one
_HEAD = struct.Struct(">IH")
_ROOM = 1 << 31
_TAG = 9  # bytes: 72 bits, tried online and paced
MOST_ROTATIONS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Named:
    """What a code names: a room, or else a building, by id, and the rotation it was made in."""

    id: int
    room: bool
    rotation: int


def write(key: bytes, named: Named) -> str:
    """The code of a door. Raises ValueError if an id or a rotation is out of range."""
    if not (0 < named.id < _ROOM and 0 <= named.rotation <= MOST_ROTATIONS):
        raise ValueError(f"{named} does not fit a code")
    head = _HEAD.pack(named.id | (_ROOM if named.room else 0), named.rotation)
    return base64.b32encode(head + _tag(key, head)).decode().lower()


def read(key: bytes, code: str) -> Named | None:
    """What `code` names, or None if it was not made with `key`. Takes the same time for each."""
    try:
        data = base64.b32decode(code.encode("ascii", "replace"), casefold=True)
    except (binascii.Error, ValueError):
        return None
    head, tag = data[: _HEAD.size], data[_HEAD.size :]
    if not hmac.compare_digest(tag, _tag(key, head)):
        return None
    id, rotation = _HEAD.unpack(head)
    return Named(id & ~_ROOM, bool(id & _ROOM), rotation)


def address(base_url: str, code: str) -> str:
    """The web address that a printed code holds; `base_url` is the account's public one."""
    return f"{base_url.rstrip('/')}{PATH}{code}"


def _tag(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, b"door:" + head, "sha256")[:_TAG]
