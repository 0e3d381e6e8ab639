"""What the bench of repairs sends: who is logged in, whole requests, and what is read."""

import hashlib
import hmac
import io
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping

import psycopg
from itsdangerous import Signer
from PIL import Image

from app.kit import clock
from app.settings import DEMO_SECRETS

PEOPLE = """
WITH picked AS (
    SELECT min(p.id) AS id, row_number() OVER (ORDER BY min(p.id)) AS n FROM campus_people p
    WHERE p.room_id IS NOT NULL GROUP BY p.room_id
    HAVING NOT EXISTS (SELECT FROM campus_people m JOIN campus_bindings b ON b.person_id = m.id
        WHERE m.room_id = p.room_id) LIMIT %(many)s
), followers AS (
    INSERT INTO campus_followers (who, joined_at, scene)
    SELECT 'o-bench-' || %(run)s || n, now(), '' FROM picked RETURNING who
), bindings AS (
    INSERT INTO campus_bindings (who, person_id, at)
    SELECT 'o-bench-' || %(run)s || n, id, now() FROM picked RETURNING who
)
INSERT INTO campus_sessions (token, who, created_at, seen_at)
SELECT t.token, 'o-bench-' || %(run)s || t.n, now(), now()
FROM unnest(%(tokens)s::bytea[]) WITH ORDINALITY AS t(token, n), (SELECT count(*) FROM bindings) c
"""
THIRTY = """
UPDATE repairs_orders SET reporter_id = (SELECT b.person_id FROM campus_sessions s
    JOIN campus_bindings b ON b.who = s.who WHERE s.token = %(token)s)
WHERE id IN (SELECT id FROM repairs_orders WHERE state = 'rated' ORDER BY id LIMIT 30)
"""
SEAT = """
INSERT INTO campus_sessions (token, person_id, created_at, seen_at)
SELECT %(token)s, id, now(), now() FROM campus_people WHERE number = '9001'
"""


def _signed(token: str) -> str:
    return Signer(DEMO_SECRETS["secret_key"], salt="session").sign(token).decode()


def log_in(url: str, many: int) -> list[str]:
    """Sessions of students on the phone, each of a room of their own: cookies."""
    tokens = [secrets.token_urlsafe(32) for _ in range(many)]
    hashed = [hashlib.sha256(token.encode()).digest() for token in tokens]
    values = {"many": many, "run": secrets.token_hex(3), "tokens": hashed}
    with psycopg.connect(url) as connection:
        connection.execute(PEOPLE, values)
    return [_signed(token) for token in tokens]


def give(url: str, cookie: str) -> None:
    """Thirty closed orders of the first year to who is logged in: lists of one length anywhere."""
    with psycopg.connect(url) as connection:
        connection.execute(THIRTY, {"token": _hashed(cookie)})


def _hashed(cookie: str) -> bytes:
    return hashlib.sha256(cookie.rpartition(".")[0].encode()).digest()


def sit_down(url: str) -> str:
    """A session of the demo's operator at the desk: the cookie."""
    token = secrets.token_urlsafe(32)
    with psycopg.connect(url) as connection:
        connection.execute(SEAT, {"token": hashlib.sha256(token.encode()).digest()})
    return _signed(token)


def photo() -> bytes:
    """A photo as the phone sends it: 1280 x 960, some 150 kB."""
    noise = Image.effect_noise((1280, 960), 24).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=62)
    return out.getvalue()


def form(path: str, fields: Mapping[str, str], picture: bytes, head: str = "") -> bytes:
    """A whole multipart request."""
    edge = "bench-edge"
    parts = [
        f'--{edge}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{edge}\r\ncontent-disposition: form-data; name="photos"; filename="a.jpg"\r\n'
        "content-type: image/jpeg\r\n\r\n".encode()
        + picture
        + b"\r\n"
    )
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    return (
        f"POST {path} HTTP/1.1\r\nhost: test\r\n{head}content-type: multipart/form-data; "
        f"boundary={edge}\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body


def reports(url: str, many: int, picture: bytes) -> Iterator[bytes]:
    """Students who each report eight things of their room."""
    with psycopg.connect(url) as connection:
        query = "SELECT id, signs[1] FROM repairs_kinds ORDER BY id LIMIT 8"
        kinds = connection.execute(query).fetchall()
    for cookie in log_in(url, -(-many // len(kinds))):
        key = DEMO_SECRETS["secret_key"].encode()
        token = hmac.new(key, f"csrf:{cookie}".encode(), "sha256").hexdigest()
        head = f"cookie: sid={cookie}\r\nx-csrf-token: {token}\r\n"
        for kind, sign in kinds:
            fields = {"kind": str(kind), "sign": sign, "words": "一直滴水", "phone": "13900000000",
                      "once": secrets.token_urlsafe(16)}  # fmt: skip
            yield form("/h5/repairs/new", fields, picture, head)


def gets(path: str, cookie: str, many: int) -> list[bytes]:
    return [f"GET {path} HTTP/1.1\r\nhost: test\r\ncookie: {cookie}\r\n\r\n".encode()] * many


def pages(url: str, phone: str, desk: str) -> dict[str, tuple[str, str, str]]:
    """What is read: name → (path, cookie, words that a right answer holds)."""
    with psycopg.connect(url) as connection:
        query = (
            "SELECT o.number FROM repairs_orders o JOIN campus_people p ON p.id = o.reporter_id"
            " JOIN campus_bindings b ON b.person_id = p.id JOIN campus_sessions s ON s.who = b.who"
            " WHERE s.token = %s ORDER BY o.created_at DESC LIMIT 1"
        )
        [number] = connection.execute(query, [_hashed(phone)]).fetchone() or [""]
    mine, seat, at = f"sid={phone}", f"desk={desk}", "/desk/repairs"
    year = clock.now().year
    some = urllib.parse.quote("滴水")
    return {
        "my list": ("/h5/repairs", mine, "报修"),
        "timeline": (f"/h5/repairs/{number}", mine, "报修"),
        "public list": ("/h5/repairs/public", mine, "报修"),
        "board": (f"{at}/board", seat, "谁手上有几单"),
        "map": (f"{at}/board/map", seat, "南校区"),
        "queue": (f"{at}/orders", seat, "单号"),
        "queue, words": (f"{at}/orders?q={some}", seat, "单号"),
        "queue, a building": (f"{at}/orders?building=3", seat, "单号"),
        "queue, a worker": (f"{at}/orders?worker={_worker(url)}", seat, "单号"),
        "order at the desk": (f"{at}/orders/{number}", seat, "经过"),
        "figures, a month": (f"{at}/figures", seat, "按类别"),
        "figures, a year": (f"{at}/figures/year?year={year}", seat, "按月"),
        "dashboard": ("/desk/", seat, "近 14 天报修"),
    }


def _worker(url: str) -> int:
    with psycopg.connect(url) as connection:
        query = "SELECT person_id FROM repairs_workers ORDER BY person_id LIMIT 1"
        [found] = connection.execute(query).fetchone() or [0]
    return int(found)
