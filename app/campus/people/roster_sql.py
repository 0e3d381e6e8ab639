"""The statements of an import: 20,000 rows beside the table, compared and merged by the database.

A NULL in `campus_roster` leaves what is known; `room` 0 and `valid_until` 9999-12-31 empty it.
"""

NAMES = ("number", "name", "kind", "sex", "college", "grade", "class_name", "phone", "room",
         "valid_until")  # fmt: skip

# Two imports at a time would each see the other's newcomers as leavers.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('campus_roster'))"
DROP = "DROP TABLE IF EXISTS pg_temp.campus_roster"
CREATE = """
CREATE TEMP TABLE campus_roster (
    number text PRIMARY KEY, name text NOT NULL, kind text NOT NULL, sex text, college text,
    grade text, class_name text, phone text, room int, valid_until date, secret bytea
) ON COMMIT DROP
"""
COPY = f"COPY campus_roster ({', '.join(NAMES)}, secret) FROM STDIN"
ANALYZE = "ANALYZE campus_roster"

_TEXTS = ("sex", "college", "grade", "class_name", "phone")
_NEW = {
    "name": "n.name",
    "kind": "n.kind",
    **{name: f"coalesce(n.{name}, p.{name})" for name in _TEXTS},
    "room_id": "nullif(coalesce(n.room, p.room_id), 0)",
    "valid_until": "nullif(coalesce(n.valid_until, p.valid_until), '9999-12-31')",
    "secret": "coalesce(n.secret, p.secret)",
    "gone_at": "NULL::timestamptz",
}
_DIFFERS = (
    f"({', '.join(f'p.{name}' for name in _NEW)}) IS DISTINCT FROM ({', '.join(_NEW.values())})"
)
_UNLISTED = """
p.gone_at IS NULL AND p.number IS NOT NULL
    AND p.kind IN (SELECT DISTINCT kind FROM campus_roster)
    AND NOT EXISTS (SELECT FROM campus_roster n WHERE n.number = p.number)
"""
# A roster that forgot them would lock everybody out of giving roles.
_ADMINISTRATOR = """
EXISTS (SELECT FROM campus_grants g WHERE g.person_id = p.id AND g.role = 'administrator')
"""
_LEAVES = f"{_UNLISTED} AND NOT {_ADMINISTRATOR}"

COUNT = f"""
SELECT
    count(*) FILTER (WHERE p.id IS NULL),
    count(*) FILTER (WHERE p.id IS NOT NULL AND {_DIFFERS}),
    (SELECT count(*) FROM campus_people p WHERE {_LEAVES}),
    count(*) FILTER (WHERE p.id IS NOT NULL AND NOT {_DIFFERS}),
    (SELECT count(*) FROM campus_people p WHERE {_UNLISTED} AND {_ADMINISTRATOR})
FROM campus_roster n LEFT JOIN campus_people p ON p.number = n.number
"""
UPDATE = f"""
UPDATE campus_people p SET {", ".join(f"{name} = {value}" for name, value in _NEW.items())}
FROM campus_roster n WHERE p.number = n.number AND {_DIFFERS}
"""
INSERT = f"""
INSERT INTO campus_people
    (number, name, kind, {", ".join(_TEXTS)}, room_id, valid_until, secret)
SELECT n.number, n.name, n.kind, {", ".join(f"coalesce(n.{name}, '')" for name in _TEXTS)},
    nullif(n.room, 0), nullif(n.valid_until, '9999-12-31'), n.secret
FROM campus_roster n
WHERE NOT EXISTS (SELECT FROM campus_people p WHERE p.number = n.number)
"""
LEAVE = f"UPDATE campus_people p SET gone_at = :now WHERE {_LEAVES}"
