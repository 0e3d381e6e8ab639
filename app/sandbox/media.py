"""Temporary media: what was uploaded or photographed, for three days."""

import base64
import hashlib
import secrets
import struct
import zlib
from dataclasses import dataclass

LIFE = 3 * 24 * 3600


@dataclass(frozen=True)
class Media:
    """One file; `kind` is image, voice, video or thumb; `until` is Unix seconds."""

    id: str
    kind: str
    content: bytes
    content_type: str
    filename: str
    created: float

    @property
    def until(self) -> float:
        return self.created + LIFE

    @property
    def md5(self) -> str:
        """As in SendPicsInfo; a checksum, not a protection."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


def new_id() -> str:
    """64 characters, as long as the platform's."""
    return base64.urlsafe_b64encode(secrets.token_bytes(48)).decode()


def plain_png(width: int = 320, height: int = 240, colour: bytes = b"\xcf\xe8\xf5") -> bytes:
    """A picture of one colour, for a photo nobody chose and a video's thumbnail."""
    rows = (b"\0" + colour * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def silent_amr(seconds: int) -> bytes:
    """A voice message in which nobody speaks: 50 frames of AMR-NB a second."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50 * seconds


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
