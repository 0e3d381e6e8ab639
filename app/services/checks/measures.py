"""What is counted of checks: visits on the day that they were due, faults on the day found."""

from app.campus.figures import Measure, Shape, Tally, day

_DAY = "(CAST({} AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date"
_DUE = f"v.due >= {_DAY.format(':since')} AND v.due < {_DAY.format(':until')}"
_FOUND = "f.found_at >= :since AND f.found_at < :until AND f.state <> 'dropped'"
_IN_TIME = "(f.fixed_at <= f.due_at OR f.closed_at <= f.due_at)"
_ENDED = "(f.state = 'passed' OR f.due_at < now())"
_VISITS = f"""
SELECT v.due::timestamp AT TIME ZONE 'Asia/Shanghai' AS at, v.id, p.unit, '' AS part,
    p.name || ' ' || l.title AS title,
    CASE WHEN v.state <> 'done' THEN '没查'
        ELSE '查了' || coalesce('，' || round(v.score / 100.0, 1) || ' 分', '') END AS note,
    '' AS href
FROM checks_visits v JOIN checks_places p ON p.id = v.place_id JOIN checks_lists l
    ON l.id = v.list_id WHERE {_DUE} AND (v.state = 'done' OR v.due < current_date)
"""
_FAULTS = f"""
SELECT f.found_at AS at, f.id, p.unit, '' AS part, p.name || ' ' || f.words AS title,
    CASE WHEN f.state = 'passed' THEN CASE WHEN {_IN_TIME} THEN '按时改好' ELSE '晚了才改好' END
        WHEN f.due_at < now() THEN '过期没改好' ELSE '在改' END AS note,
    '/desk/checks/faults/' || f.id AS href
FROM checks_faults f JOIN checks_places p ON p.id = f.place_id WHERE {_FOUND}
"""
TALLY = Tally(
    (
        Measure("checks.done", "按计划查了", Shape.SHARE, better=1, lead=True, rows=_VISITS),
        Measure("checks.score", "平均几分", Shape.MEAN, better=1, lead=True, rows=_VISITS),
        Measure("checks.faults", "发现问题", unit="个", better=-1, lead=True, rows=_FAULTS),
        Measure("checks.mended", "按时改好", Shape.SHARE, better=1, rows=_FAULTS),
    ),
    f"""
WITH visits AS (
    SELECT v.due AS day, p.unit, v.state = 'done' AS done, v.score FROM checks_visits v
    JOIN checks_places p ON p.id = v.place_id
    WHERE {_DUE} AND (v.state = 'done' OR v.due < current_date)
), faults AS (
    SELECT {day("f.found_at")} AS day, p.unit, {_IN_TIME} AS in_time, {_ENDED} AS ended
    FROM checks_faults f JOIN checks_places p ON p.id = f.place_id WHERE {_FOUND}
)
SELECT day, 'checks.done', unit, '', count(*) FILTER (WHERE done), count(*)
FROM visits GROUP BY day, unit
UNION ALL
SELECT day, 'checks.score', unit, '', round(coalesce(sum(score), 0) / 100.0)::bigint, count(score)
FROM visits GROUP BY day, unit
UNION ALL
SELECT day, 'checks.faults', unit, '', count(*), count(*) FROM faults GROUP BY day, unit
UNION ALL
SELECT day, 'checks.mended', unit, '', count(*) FILTER (WHERE in_time AND ended),
    count(*) FILTER (WHERE ended)
FROM faults GROUP BY day, unit
""",
    settles=60,
)
