"""What is counted of letters, on the day they came: how many were answered, when, and how rated.

As on the page of figures: merged and withdrawn ones count nowhere, and only what is due (answered,
or late) counts for shares; what has time left does not. `answered` and `in_time` are of the first
answer, a letter that nobody answered has none.
"""

from app.campus.figures import Measure, Parts, Shape, Tally, day, spread

_IN = "c.created_at >= :since AND c.created_at < :until AND c.state NOT IN ('merged', 'withdrawn')"
_LATE = "(c.state IN ('new', 'taken', 'reopened') AND c.due_at < now())"
_KIND = (
    "CASE c.kind WHEN 'consult' THEN '咨询' WHEN 'suggest' THEN '建议'"
    " WHEN 'complain' THEN '投诉' ELSE '表扬' END"
)


def _rows(which: str) -> str:
    """Never the words: who may read a letter, its own page decides."""
    return (
        f"SELECT c.created_at AS at, c.id, c.unit, {_KIND} AS part,"
        f" {_KIND} || ' ' || c.subject AS title,"
        f" CASE WHEN c.first_answer_at IS NULL AND {_LATE} THEN '超时没答'"
        " WHEN c.first_answer_at IS NULL THEN '还没答' WHEN c.on_time THEN '按时答了'"
        " ELSE '答晚了' END || coalesce('，' || c.stars || ' 星', '') AS note,"
        " '/desk/feedback/cases/' || c.id AS href"
        f" FROM feedback_cases c WHERE {_IN} AND {which}"
    )


_ALL, _ANSWERED = _rows("true"), _rows("c.first_answer_at IS NOT NULL")
TALLY = Tally(
    (
        Measure("feedback.received", "来信", unit="封", lead=True, rows=_ALL),
        Measure("feedback.answered", "答复了", unit="封", rows=_ANSWERED),
        Measure("feedback.rate", "答复率", Shape.SHARE, better=1, lead=True,
                rows=_rows(f"(c.first_answer_at IS NOT NULL OR {_LATE})")),
        Measure("feedback.in_time", "按时答复", Shape.SHARE, better=1, lead=True,
                rows=_rows(f"(c.first_answer_at IS NOT NULL OR {_LATE})")),
        Measure("feedback.wait", "多久答复", Shape.MIDDLE, better=-1, rows=_ANSWERED),
        Measure("feedback.reopened", "说没解决", Shape.SHARE, better=-1,
                rows=_rows("c.reopened > 0")),
        Measure("feedback.stars", "答得怎么样", Shape.MEAN, better=1,
                rows=_rows("c.stars IS NOT NULL")),
        Measure("feedback.kinds", "写来做什么", unit="封", parts=Parts.NAME, rows=_ALL),
    ),
    f"""
WITH cases AS MATERIALIZED (
    SELECT {day("c.created_at")} AS day, c.unit, {_KIND} AS kind, c.stars, c.reopened,
        c.first_answer_at IS NOT NULL AS answered, c.on_time, {_LATE} AS late,
        extract(epoch FROM c.first_answer_at - c.created_at) / 60 AS took
    FROM feedback_cases c WHERE {_IN}
), days AS (
    SELECT day, unit, count(*) AS n, count(*) FILTER (WHERE answered) AS answered,
        count(*) FILTER (WHERE answered OR late) AS due,
        count(*) FILTER (WHERE answered AND on_time) AS in_time,
        count(*) FILTER (WHERE reopened > 0) AS again, count(stars) AS rated,
        coalesce(sum(stars), 0) AS stars
    FROM cases GROUP BY day, unit
)
SELECT d.day, m.measure, d.unit, '', m.value, m.count
FROM days d CROSS JOIN LATERAL (VALUES ('feedback.received', n, n),
    ('feedback.answered', answered, answered), ('feedback.rate', answered, due),
    ('feedback.in_time', in_time, due), ('feedback.reopened', again, answered),
    ('feedback.stars', stars, rated)) AS m(measure, value, count)
UNION ALL
SELECT day, 'feedback.kinds', unit, kind, count(*), count(*) FROM cases GROUP BY day, unit, kind
UNION ALL
SELECT day, 'feedback.wait', unit, {spread("took")}, round(sum(took))::bigint, count(*)
FROM cases WHERE took IS NOT NULL GROUP BY day, unit, 4
""",
    settles=60,
)  # fmt: skip
