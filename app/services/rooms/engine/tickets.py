"""One-time tickets: a choice carries one, made for this session and round. Pure.

A ticket is `<serial>.<seal>`; the serial is the millisecond it was made at. The database keeps,
for each person, the serial up to which tickets are used up, and moves it to the present with
every choice: so none works twice, and none that was made before the last choice works at all.
"""

import hashlib
import hmac

LIFE = 15 * 60 * 1000  # milliseconds


def issue(key: bytes, session_id: int, round_id: int, now: int) -> str:
    """A ticket made at `now`, in milliseconds: good from the next one on, so after any choice."""
    return f"{now + 1}.{_seal(key, session_id, round_id, now + 1)}"


def serial_of(ticket: str, key: bytes, session_id: int, round_id: int, now: int) -> int | None:
    """The serial of a ticket that was made for this session and round and is not too old."""
    serial, _, seal = ticket.partition(".")
    if not (serial.isascii() and serial.isdecimal() and len(serial) <= 15):
        return None
    made = int(serial)
    good = hmac.compare_digest(seal.encode(), _seal(key, session_id, round_id, made).encode())
    return made if good and now - LIFE <= made <= now + 1000 else None


def _seal(key: bytes, session_id: int, round_id: int, serial: int) -> str:
    said = b"rooms:%d:%d:%d" % (session_id, round_id, serial)
    return hashlib.blake2b(said, key=key, digest_size=12).hexdigest()
