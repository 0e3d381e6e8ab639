"""Pages for somebody who is logged in, beside a bare page with one query in the same run.

    python -m bench.pages [--requests 3000] [--rounds 3]

Nobody compresses here: the load generator does not ask for it. Only the ratios travel to other
machines.
"""

import argparse
import asyncio
import hashlib
import secrets

import psycopg
from itsdangerous import Signer

from app.settings import DEMO_SECRETS
from bench.load import Result, fire
from bench.servers import database, line, ours, plain, server

CONNECTIONS = 32
WORKERS = 2
# name: (path, words that a right answer holds)
PAGES = {
    "my things": ("/h5/mine", "我的"),
    "list of phones": ("/h5/phones", "电话簿"),
}
BARE = ("/rooms", "3号楼")
SOMEBODY = """
    WITH follower AS (
        INSERT INTO campus_followers (who, joined_at, scene) VALUES (%(who)s, now(), '')
        RETURNING who
    ), person AS (
        INSERT INTO campus_people (number, name, kind, sex, college, grade, class_name, phone,
                                   room_id)
        SELECT %(who)s, '林晓雨', 'student', '', '', '', '', '', min(id) FROM campus_rooms
        RETURNING id
    ), binding AS (
        INSERT INTO campus_bindings (who, person_id, at) SELECT who, id, now() FROM follower, person
        RETURNING who
    )
    INSERT INTO campus_sessions (token, who, created_at, seen_at)
    SELECT %(token)s, who, now(), now() FROM binding
"""


def log_in(url: str) -> str:
    """A bound student's new session: the cookie."""
    token = secrets.token_urlsafe(32)
    values = {"who": f"o-{secrets.token_hex(4)}", "token": hashlib.sha256(token.encode()).digest()}
    with psycopg.connect(url) as connection:
        connection.execute(SOMEBODY, values)
    return Signer(DEMO_SECRETS["secret_key"], salt="session").sign(token).decode()


def shots(path: str, cookie: str, count: int) -> list[bytes]:
    return [f"GET {path} HTTP/1.1\r\nhost: test\r\ncookie: sid={cookie}\r\n\r\n".encode()] * count


def measure(url: str, count: int, rounds: int) -> dict[str, Result]:
    """Interleaved rounds of the bare page and each of ours; the median of each."""
    cookie = log_in(url)
    setups = {"bare page": (plain("bench.bare_page:app", WORKERS), BARE)}
    setups |= {name: (ours(WORKERS), page) for name, page in PAGES.items()}
    results: dict[str, list[Result]] = {name: [] for name in setups}
    for _ in range(rounds):
        for name, (command, (path, words)) in setups.items():
            with server(command, url) as port:
                for warm, seen in PAGES.values() if command == ours(WORKERS) else [BARE]:
                    asyncio.run(fire(port, shots(warm, cookie, 200), CONNECTIONS, seen.encode()))
                fired = fire(port, shots(path, cookie, count), CONNECTIONS, words.encode())
                results[name].append(asyncio.run(fired))
    return {name: Result.median(found) for name, found in results.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.requests} requests, {WORKERS} workers, {CONNECTIONS} connections, "
          f"median of {options.rounds} rounds")  # fmt: skip
    with database() as url:
        results = measure(url, options.requests, options.rounds)
    floor = results["bare page"].rate
    for name, found in results.items():
        print(line(name, found, floor))


if __name__ == "__main__":
    main()
