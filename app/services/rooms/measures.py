"""What is counted of room selection, rehearsals left out: the choices, and who waited in line.

The log is found by its round: rounds are few, and one that closed long ago is not looked at.
"""

from app.campus.figures import Measure, Shape, Tally, day

_ROUNDS = (
    "rooms_rounds r WHERE r.kind <> 'rehearsal' AND r.opens_at - interval '30 days' < :until"
    " AND r.closes_at + interval '90 days' > :since"
)
_IN = "l.at >= :since AND l.at < :until"


def _rows(which: str) -> str:
    return (
        "SELECT l.at, l.id, '' AS unit, '' AS part, r.title,"
        " CASE WHEN l.outcome = 'done' THEN '选上了' ELSE '没选上' END AS note,"
        " '/desk/rooms/' || r.id AS href"
        " FROM rooms_rounds r JOIN rooms_log l ON l.round_id = r.id"
        f" WHERE r.kind <> 'rehearsal' AND {_IN} AND {which}"
    )


_TRIES = "l.what IN ('hold', 'confirm') AND l.outcome <> 'same'"
TALLY = Tally(
    (
        Measure("rooms.chosen", "定下床位", unit="人次", lead=True,
                rows=_rows("l.what = 'confirm' AND l.outcome = 'done'")),
        Measure("rooms.first", "点了就选上", Shape.SHARE, better=1, rows=_rows(_TRIES)),
        Measure("rooms.left", "退掉床位", unit="人次",
                rows=_rows("l.what = 'giveup' AND l.outcome = 'done'")),
        Measure("rooms.waited", "排队等床", unit="人次"),
    ),
    f"""
WITH rounds AS (SELECT r.id FROM {_ROUNDS}),
log AS (
    SELECT {day("l.at")} AS day, l.what, l.outcome
    FROM rounds r JOIN rooms_log l ON l.round_id = r.id
    WHERE {_IN} AND l.what IN ('hold', 'confirm', 'giveup') AND l.outcome <> 'same'
), days AS (
    SELECT day, count(*) FILTER (WHERE what = 'confirm' AND outcome = 'done') AS chosen,
        count(*) FILTER (WHERE what = 'giveup' AND outcome = 'done') AS gone,
        count(*) FILTER (WHERE what <> 'giveup' AND outcome = 'done') AS well,
        count(*) FILTER (WHERE what <> 'giveup') AS tries
    FROM log GROUP BY day
)
SELECT d.day, m.measure, '', '', m.value, m.count
FROM days d CROSS JOIN LATERAL (VALUES ('rooms.chosen', chosen, chosen),
    ('rooms.first', well, tries), ('rooms.left', gone, gone)) AS m(measure, value, count)
UNION ALL
SELECT {day("w.at")}, 'rooms.waited', '', '', count(*), count(*)
FROM rounds r JOIN rooms_waiting w ON w.round_id = r.id
WHERE w.at >= :since AND w.at < :until GROUP BY 1
""",
)  # fmt: skip
