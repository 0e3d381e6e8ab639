"""Repairs with one year of orders and with ten, beside a bare insert and a bare select.

    python -m bench.repairs [--requests 600] [--pages 40]

Two workers each. What is sent with a photo, and what is read, as requests per second and ratios to
FastAPI's; then each list, board and figure alone, ten years against one; then their plans.
"""

import argparse
import asyncio
import hashlib
import hmac
import io
import secrets
import urllib.parse
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import psycopg
from itsdangerous import Signer
from PIL import Image

from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.kit import clock
from app.kit.db import Database
from app.services.repairs.desk_cards import opened
from app.services.repairs.desk_find import asked, conditions, listed
from app.services.repairs.desk_reach import reach
from app.services.repairs.figures_count import statement
from app.settings import DEMO_SECRETS
from bench.load import Result, fire
from bench.repairs_rows import YEAR, fill
from bench.servers import database, line, ours, plain, server

WORKERS, CONNECTIONS, TIMES, ROUNDS = 2, 16, 1.2, 5
LOADED = ("my list", "timeline", "board")
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
        token = phone.rpartition(".")[0]
        hashed = hashlib.sha256(token.encode()).digest()
        [number] = connection.execute(query, [hashed]).fetchone() or [""]
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


def floors(url: str, count: int, picture: bytes) -> dict[str, Result]:
    """Bare insert (with the photo as it came, and made small) and bare select."""
    fields = {"kind": "1", "words": "一直滴水"}
    with server(plain("bench.bare_repairs:app", WORKERS), url) as port:

        def shot(requests: list[bytes]) -> Result:
            return asyncio.run(fire(port, requests, CONNECTIONS, b"id"))

        return {
            "bare insert": shot([form("/orders", fields, picture)] * count),
            "bare insert, small": shot([form("/small", fields, picture)] * (count // 4)),
            "bare select": shot(gets("/orders", "a=b", count)),
        }  # fmt: skip


def measure(url: str, count: int) -> dict[str, Result]:
    """What CONNECTIONS at once get: the list, the timeline, the board, and what they send."""
    phone, desk = log_in(url, 1)[0], sit_down(url)
    found = {}
    with server(ours(WORKERS), url) as port:
        for name, (path, cookie, words) in pages(url, phone, desk).items():
            if name in LOADED:
                warm = fire(port, gets(path, cookie, 6), 2, words.encode())
                asyncio.run(warm)
                many = fire(port, gets(path, cookie, count), CONNECTIONS, words.encode())
                found[name] = asyncio.run(many)
        sent = list(reports(url, count // 4, photo()))
        found["submit, one photo"] = asyncio.run(fire(port, sent, CONNECTIONS, b"", b"303"))
    return found


def beside(one: str, ten: str, each: int) -> dict[str, tuple[Result, Result]]:
    """Each page one after the other, of both databases by turns: what else the machine does
    then slows down both."""
    asked = [pages(url, log_in(url, 1)[0], sit_down(url)) for url in (one, ten)]
    found: dict[str, tuple[Result, Result]] = {}
    with server(ours(1), one) as first, server(ours(1), ten) as second:
        for name in asked[0]:
            rounds: list[list[Result]] = [[], []]
            for turn in range(ROUNDS + 1):
                for at, port in enumerate((first, second)):
                    path, cookie, words = asked[at][name]
                    shots = fire(port, gets(path, cookie, each), 1, words.encode())
                    result = asyncio.run(shots)
                    rounds[at] += [result] if turn else []  # the first round only warms
            found[name] = (Result.median(rounds[0]), Result.median(rounds[1]))
    return found


async def plans(url: str) -> str:
    """How the database finds the queue, the board and the figures."""
    me, now = Me(1, None, person_id=1, rights=(Right(Role.OPERATOR),)), clock.now()
    base = Database(url, size=2)
    async with base.session() as db:
        found: dict[str, Any] = {
            "queue": listed(await conditions(db, me, asked({}), now)).limit(26),
            "queue, a building": listed(
                await conditions(db, me, asked({"building": "3"}), now)).limit(26),
            "board": opened(me, "", None),
            "figures, a month": statement(now - timedelta(days=30), now, [reach(me)], "day"),
        }  # fmt: skip
    await base.close()
    said = []
    with psycopg.connect(url) as connection:
        for name, query in found.items():
            sql = str(query.compile(dialect=base.engine.dialect,
                                    compile_kwargs={"literal_binds": True}))  # fmt: skip
            how = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) "
            rows = connection.execute((how + sql.replace("%", "%%")).encode()).fetchall()
            said.append(f"-- {name}\n" + "\n".join(str(row[0]) for row in rows))
    return "\n".join(said)


def _beside(name: str, one: Result, ten: Result) -> str:
    times, wrong = ten.p50 / one.p50, ten.wrong + one.wrong
    more = ("" if times < TIMES else "  TOO SLOW") + (f"  wrong {wrong}" if wrong else "")
    return f"{name:<24}{one.p50:8.1f}{ten.p50:8.1f}{times:7.2f}{more}"


def copied(url: str) -> str:
    """The URL of a second database with the same in it."""
    with psycopg.connect(url.replace("/bench?", "/postgres?"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_ten WITH (FORCE)")
        connection.execute("CREATE DATABASE bench_ten TEMPLATE bench")
    return url.replace("/bench?", "/bench_ten?")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with database() as one:
        fill(one, range(1))
        ten = copied(one)
        fill(ten, range(1, 10))
        if options.pages:
            print(f"one after the other, by turns: ms with {YEAR} orders, with {10 * YEAR}, times")
            for name, (less, more) in beside(one, ten, options.pages).items():
                print(_beside(name, less, more))
        bare = floors(one, options.requests, photo())
        for name, found in bare.items():
            print(line(name, found, bare["bare select" if "sel" in name else "bare insert"].rate))
        for years, url in ((1, one), (10, ten)):
            print(f"{years * YEAR} orders, {WORKERS} workers, {CONNECTIONS} connections")
            for name, found in measure(url, options.requests).items():
                floor = bare["bare insert" if "submit" in name else "bare select"].rate
                print(line(name, found, floor))
        if options.plans:
            print(asyncio.run(plans(ten)))


if __name__ == "__main__":
    main()
