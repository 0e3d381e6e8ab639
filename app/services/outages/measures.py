"""What is counted of cuts, on the day they began: how many, how long, and whether in time."""

from app.campus.figures import Measure, Shape, Tally, day, spread

# What ended is found by the index of ends; a cut of more than two weeks is counted by hand.
_IN = (
    "o.announced_at IS NOT NULL AND o.withdrawn_at IS NULL AND o.starts_at >= :since"
    " AND o.starts_at < :until AND o.ends_at >= :since"
)
_END = "coalesce(o.over_at, o.ends_at)"
_ROWS = f"""
SELECT o.starts_at AS at, o.id, '' AS unit, '' AS part, o.reason AS title,
    CASE WHEN o.over_at > o.ends_at THEN '晚了才恢复' WHEN o.over_at IS NULL THEN '没有登记恢复'
        ELSE '按时恢复' END AS note,
    '/desk/outages/' || o.id AS href
FROM outages_outages o WHERE {_IN}
"""
TALLY = Tally(
    (
        Measure("outages.announced", "停水停电", unit="次", better=-1, lead=True, rows=_ROWS),
        Measure("outages.in_time", "按时恢复", Shape.SHARE, better=1, rows=_ROWS),
        Measure("outages.length", "停多久", Shape.MIDDLE, better=-1, rows=_ROWS),
    ),
    f"""
WITH cuts AS (
    SELECT {day("o.starts_at")} AS day, o.over_at, o.ends_at,
        extract(epoch FROM {_END} - o.starts_at) / 60 AS took
    FROM outages_outages o WHERE {_IN}
)
SELECT day, 'outages.announced', '', '', count(*), count(*) FROM cuts GROUP BY day
UNION ALL
SELECT day, 'outages.in_time', '', '', count(*) FILTER (WHERE over_at <= ends_at), count(over_at)
FROM cuts GROUP BY day
UNION ALL
SELECT day, 'outages.length', '', {spread("took")}, round(sum(took))::bigint, count(*)
FROM cuts GROUP BY day, 4
""",
    settles=14,
)
