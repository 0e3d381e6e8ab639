"""What is counted of checks: visits on the day they were due, faults on the day they were found."""

from app.campus.figures import Measure, Shape, Tally, day

_DUE = (
    "v.due >= (CAST(:since AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date"
    " AND v.due < (CAST(:until AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date"
)
_FOUND = "f.found_at >= :since AND f.found_at < :until AND f.state <> 'dropped'"
_VISITS = (
    "SELECT v.due::timestamp AT TIME ZONE 'Asia/Shanghai' AS at, v.id, p.unit, '' AS part,"
    " p.name || ' ' || l.title AS title,"
    " coalesce(round(v.score / 100.0, 1)::text || ' 分', '没查') AS note,"
    " '/desk/checks/visits/' || v.id AS href FROM checks_visits v"
    " JOIN checks_places p ON p.id = v.place_id JOIN checks_lists l ON l.id = v.list_id"
    f" WHERE {_DUE} AND v.state IN ('done', 'missed')"
)
_FAULTS = (
    "SELECT f.found_at AS at, f.id, p.unit, '' AS part, p.name || ' ' || f.item AS title,"
    " f.words AS note, '/desk/checks/faults/' || f.id AS href FROM checks_faults f"
    f" JOIN checks_places p ON p.id = f.place_id WHERE {_FOUND}"
)
TALLY = Tally(
    (
        Measure("checks.score", "检查平均分", Shape.MEAN, better=1, lead=True, rows=_VISITS),
        Measure("checks.done", "按时检查", Shape.SHARE, better=1, rows=_VISITS),
        Measure("checks.faults", "检查出的问题", unit="个", better=-1, rows=_FAULTS),
        Measure("checks.in_time", "问题按时改好", Shape.SHARE, better=1, rows=_FAULTS),
    ),
    f"""
WITH seen AS (
    SELECT v.due AS day, p.unit, count(*) AS n, count(*) FILTER (WHERE v.state = 'done') AS done,
        coalesce(sum(round(v.score / 100.0)), 0)::bigint AS points, count(v.score) AS scored
    FROM checks_visits v JOIN checks_places p ON p.id = v.place_id
    WHERE {_DUE} AND v.state IN ('done', 'missed') GROUP BY v.due, p.unit
), found AS (
    SELECT {day("f.found_at")} AS day, p.unit, count(*) AS n,
        count(*) FILTER (WHERE f.fixed_at <= f.due_at AND f.state <> 'failed') AS in_time
    FROM checks_faults f JOIN checks_places p ON p.id = f.place_id
    WHERE {_FOUND} GROUP BY 1, p.unit
)
SELECT day, 'checks.score', unit, '', points, scored FROM seen WHERE scored > 0
UNION ALL SELECT day, 'checks.done', unit, '', done, n FROM seen
UNION ALL SELECT day, 'checks.faults', unit, '', n, n FROM found
UNION ALL SELECT day, 'checks.in_time', unit, '', in_time, n FROM found
""",
    settles=35,
)
