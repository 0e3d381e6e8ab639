"""Freshmen, dormitories and a round for the bench of room selection."""

import hashlib
import secrets
from dataclasses import dataclass

import psycopg
from itsdangerous import Signer

from app.settings import DEMO_SECRETS

POOLS, TEAM, IN_TEAMS, IN_ROOM = 12, 4, 0.1, 4
_WRITE = """
WITH n AS (SELECT n FROM generate_series(1, %(people)s) n),
people AS (
    INSERT INTO campus_people (number, name, kind, sex, college, grade, class_name, phone)
    SELECT %(mark)s || n, '新生' || n, 'freshman', CASE WHEN n %% 2 = 1 THEN '男' ELSE '女' END,
        '学院' || n %% 6, '2026', '', '' FROM n RETURNING id, number),
followers AS (
    INSERT INTO campus_followers (who, joined_at, scene)
    SELECT 'o-' || %(mark)s || n, now(), '' FROM n RETURNING who)
SELECT id, number FROM people ORDER BY id
"""
_LOG_IN = """
WITH given AS (SELECT * FROM unnest(%(ids)s::int[], %(who)s::text[], %(tokens)s::bytea[])
    AS x (id, who, token)),
bound AS (INSERT INTO campus_bindings (who, person_id, at) SELECT who, id, now() FROM given)
INSERT INTO campus_sessions (token, who, created_at, seen_at)
SELECT token, who, now(), now() FROM given
"""
_ROUND = """
INSERT INTO rooms_rounds (title, kind, stage, opens_at, closes_at, hold, changes, together, seed,
    version, words)
VALUES ('新生选房', 'formal', 'ready', now() + make_interval(secs => %s), now() + '1 hour', 300, 2,
    'leader', 1, 1, '') RETURNING id
"""
_BEDS = """
WITH beds AS (
    SELECT b.id, b.room_id, row_number() OVER (ORDER BY b.id) - 1 AS n FROM campus_beds b
    JOIN campus_rooms r ON r.id = b.room_id JOIN campus_buildings h ON h.id = r.building_id
    WHERE h.name LIKE %(mark)s || '%%')
INSERT INTO rooms_beds (round_id, bed_id, room_id, pool_id)
SELECT %(round)s, id, room_id, (%(pools)s::int[])[1 + n / %(each)s] FROM beds
"""


@dataclass
class Crowd:
    """`people` by id with their cookies and pools; `teams` of ids, leader first."""

    round_id: int
    people: list[int]
    cookies: dict[int, str]
    pool_of: dict[int, int]
    teams: list[list[int]]
    beds: int


def people(url: str, count: int) -> tuple[list[int], dict[int, str]]:
    """Freshmen who are logged in: ids, and cookies by id."""
    signer = Signer(DEMO_SECRETS["secret_key"], salt="session")
    mark = secrets.token_hex(3)
    with psycopg.connect(url) as db:
        rows = db.execute(_WRITE, {"people": count, "mark": mark}).fetchall()
        tokens = [secrets.token_urlsafe(32) for _ in rows]
        db.execute(_LOG_IN, {
            "ids": [id for id, _ in rows], "who": [f"o-{number}" for _, number in rows],
            "tokens": [hashlib.sha256(token.encode()).digest() for token in tokens],
        })  # fmt: skip
    ids = [id for id, _ in rows]
    cookies = [signer.sign(token).decode() for token in tokens]
    return ids, dict(zip(ids, cookies, strict=True))


def dormitories(url: str, beds: int) -> str:
    """Twelve buildings with so many beds in rooms of four, on seven floors; their mark."""
    mark, rooms = secrets.token_hex(3), beds // POOLS // IN_ROOM
    with psycopg.connect(url) as db:
        db.execute("""
            WITH houses AS (INSERT INTO campus_buildings (name, campus, kind)
                SELECT %s || n, '南校区', 'dormitory' FROM generate_series(1, %s) n RETURNING id),
            rooms AS (INSERT INTO campus_rooms (building_id, number, floor, beds)
                SELECT h.id, to_char(n, 'FM000'), 1 + n %% 7, %s FROM houses h,
                    generate_series(1, %s) n RETURNING id)
            INSERT INTO campus_beds (room_id, label)
            SELECT r.id, n || '号床' FROM rooms r, generate_series(1, %s) n ORDER BY r.id, n
            """, [mark, POOLS, IN_ROOM, rooms, IN_ROOM])  # fmt: skip
    return mark


def a_round(  # noqa: PLR0917 - called from two places
    url: str, ids: list[int], cookies: dict[int, str], mark: str, beds: int, opens_in: float = 0,
    in_teams: float = IN_TEAMS,
) -> Crowd:  # fmt: skip
    """A round that opens in so many seconds: twelve pools, everybody in one, some in teams."""
    each = beds // POOLS // IN_ROOM * IN_ROOM
    with psycopg.connect(url) as db:
        [round_id] = db.execute(_ROUND, [opens_in]).fetchone() or [0]
        db.execute("INSERT INTO rooms_gates (round_id) VALUES (%s)", [round_id])
        pools = [row[0] for n in range(POOLS) for row in db.execute(
            "INSERT INTO rooms_pools (round_id, name, sex, college, level, needs)"
            " VALUES (%s, %s, %s, '', '', '') RETURNING id",
            [round_id, f"池{n}", "女男"[n % 2]]).fetchall()]  # fmt: skip
        db.execute(_BEDS, {"round": round_id, "pools": pools, "each": each, "mark": mark})
        # Odd numbers are boys: their pools are those with odd numbers too.
        pool_of = {id: pools[(n // 2 * 2 + (n + 1) % 2) % POOLS] for n, id in enumerate(ids)}
        db.execute(
            "INSERT INTO rooms_eligible (round_id, person_id, pool_id)"
            " SELECT %s, * FROM unnest(%s::int[], %s::int[])",
            [round_id, list(pool_of), list(pool_of.values())],
        )
        teams = _teams(ids, pool_of, in_teams)
        _write_teams(db, round_id, pool_of, teams)
        db.commit()
        db.autocommit = True
        for table in ("rooms_beds", "rooms_eligible", "rooms_turns", "rooms_members"):
            db.execute(f"ANALYZE {table}")
        db.execute("CHECKPOINT")
    return Crowd(round_id, ids, cookies, pool_of, teams, each * POOLS)


def _teams(ids: list[int], pool_of: dict[int, int], share: float) -> list[list[int]]:
    by_pool: dict[int, list[int]] = {}
    for id in ids:
        by_pool.setdefault(pool_of[id], []).append(id)
    return [
        pool[at : at + TEAM]
        for pool in by_pool.values()
        for at in range(0, int(len(pool) * share) // TEAM * TEAM, TEAM)
    ]


def _write_teams(
    db: psycopg.Connection[tuple[int, ...]], round_id: int, pool_of: dict[int, int],
    teams: list[list[int]],
) -> None:  # fmt: skip
    for team in teams:
        [id] = db.execute(
            "INSERT INTO rooms_teams (round_id, pool_id, code, leader_id, size, at)"
            " VALUES (%s, %s, %s, %s, %s, now()) RETURNING id",
            [round_id, pool_of[team[0]], secrets.token_hex(8), team[0], TEAM],
        ).fetchone() or [0]
        db.execute(
            "INSERT INTO rooms_members (team_id, person_id, round_id, at, agreed_at)"
            " SELECT %s, *, %s, now(), now() FROM unnest(%s::int[])",
            [id, round_id, team],
        )
