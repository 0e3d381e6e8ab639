"""Years of repair orders, written by the database itself: 14,127 of them a year."""

import psycopg

YEAR = 14_127
# Of each order: when, what, where, who; how soon; and whether it is still open (the last 36 hours
# of the newest year are). Numbers begin at 1001 of each day, beyond those of the demo.
ORDERS = """
WITH drawn AS (
    SELECT n, now() - make_interval(years => %(back)s) - random() * interval '364 days' AS at
    FROM generate_series(1, %(many)s) n
), made AS (
    SELECT at, (at AT TIME ZONE 'Asia/Shanghai')::date AS day,
        1 + (random() * ((SELECT count(*) FROM repairs_kinds) - 1))::int AS kind_at,
        1 + (random() * ((SELECT count(*) FROM places) - 1))::int AS place_at,
        1 + (random() * ((SELECT count(*) FROM repairs_workers) - 1))::int AS worker_at,
        at > now() - interval '36 hours' AS open, random() AS luck, random() AS slow
    FROM drawn
)
INSERT INTO repairs_orders (number, state, kind_id, sign, words, room_id, building_id, area_id,
    spot, source, reporter_id, by_id, phone, urgent, worker_id, contractor, created_at,
    dispatched_at, accepted_at, arrived_at, done_at, closed_at, respond_by, arrive_by, finish_by,
    due_at, waiting_for, promise, key_with_keeper)
SELECT to_char(m.day, 'YYMMDD') || '-'
        || (1000 + 1000 * %(back)s + row_number() OVER (PARTITION BY m.day ORDER BY at)),
    CASE WHEN open THEN (ARRAY['accepted', 'working'])[1 + floor(luck * 2)::int]
        WHEN luck < 0.63 THEN 'rated' WHEN luck < 0.95 THEN 'confirmed' ELSE 'withdrawn' END,
    k.id, '', CASE WHEN slow < 0.5 THEN '水龙头关不严，一直滴水' ELSE '' END, p.room_id,
    p.building_id, p.area_id, '',
    (ARRAY['h5', 'code', 'keeper', 'phone'])[1 + floor(luck * 4)::int],
    p.person_id, p.person_id, '', luck < 0.05, w.person_id, '', at, at + interval '1 minute',
    at + interval '1 minute' * (2 + slow * 20), at + interval '1 minute' * (20 + slow * 100),
    CASE WHEN open OR luck >= 0.95 THEN NULL
        ELSE at + interval '1 minute' * (40 + slow * slow * 1600) END,
    CASE WHEN open THEN NULL ELSE at + interval '1 day' END, at + interval '30 minutes',
    at + interval '4 hours', at + interval '24 hours',
    CASE WHEN open THEN at + interval '24 hours' END, '', '', false
FROM made m
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS at_kind FROM repairs_kinds) k
    ON k.at_kind = m.kind_at
JOIN places p ON p.at_place = m.place_at
JOIN (SELECT person_id, row_number() OVER (ORDER BY person_id) AS at_worker FROM repairs_workers) w
    ON w.at_worker = m.worker_at
RETURNING id
"""
PLACES = """
CREATE TEMP TABLE places AS
SELECT row_number() OVER (ORDER BY r.id) AS at_place, r.id AS room_id, b.id AS building_id,
    b.area_id, min(p.id) AS person_id
FROM campus_rooms r JOIN campus_buildings b ON b.id = r.building_id
JOIN campus_people p ON p.room_id = r.id GROUP BY r.id, b.id
"""
REST = (
    """INSERT INTO repairs_steps (order_id, at, by_id, what, words, data)
    SELECT o.id, o.created_at + make_interval(mins => 7 * s.n), o.reporter_id, s.what, '',
        '{"worker": "王建国师傅"}'
    FROM repairs_orders o, (VALUES (0, 'report'), (1, 'offer'), (2, 'accept'), (3, 'arrive'),
        (4, 'finish')) s(n, what) WHERE o.id > %(after)s ORDER BY o.id, s.n""",
    """INSERT INTO repairs_assignments (order_id, worker_id, leads, share, state, words, at,
        answered_at)
    SELECT id, worker_id, true, 100, CASE WHEN due_at IS NULL THEN 'done' ELSE 'accepted' END, '',
        dispatched_at, accepted_at FROM repairs_orders WHERE id > %(after)s""",
    """INSERT INTO repairs_ratings (order_id, rework, stars, words, at)
    SELECT id, 0, CASE WHEN state = 'rated' THEN 5 - (random() * random() * 4)::int END, '',
        closed_at FROM repairs_orders WHERE id > %(after)s AND state IN ('rated', 'confirmed')""",
    """INSERT INTO repairs_materials (order_id, name, unit, quantity, fen, key)
    SELECT id, '编织软管', '根', 1, 850, 'bench' FROM repairs_orders
    WHERE id > %(after)s AND id %% 5 < 2""",
    """INSERT INTO repairs_days (day, last)
    SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date, count(*) FROM repairs_orders
    WHERE id > %(after)s GROUP BY 1
    ON CONFLICT (day) DO UPDATE SET last = repairs_days.last + EXCLUDED.last""",
)  # fmt: skip


def fill(url: str, years: range, many: int = YEAR) -> None:
    """Orders of these years back (0 is the last twelve months), with all that belongs to them.

    `many` of each year.
    """
    with psycopg.connect(url) as connection:
        connection.execute(PLACES)
        for back in years:
            [after] = connection.execute("SELECT max(id) FROM repairs_orders").fetchone() or (0,)
            connection.execute(ORDERS, {"back": back, "many": many})
            for statement in REST:
                connection.execute(statement, {"after": after})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
