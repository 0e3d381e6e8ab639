"""What is counted of evaluations, by day and unit: how many, how many stars, how many were asked.

Of fewer than five nothing is said but their number, since they may be anonymous, and behind a
number stand forms, never answers. Asked is who was invited by name; a survey that a campaign sent
around has its share on its own page.
"""

from app.campus.figures import Measure, Shape, Tally
from app.services.evaluations.rules import MIN_SHOWN

_DAY = "(CAST({} AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date"
_IN = f"a.day >= {_DAY.format(':since')} AND a.day < {_DAY.format(':until')}"
_UNIT = "coalesce(nullif(s.unit, ''), f.unit)"
# By way of the forms, which are few: answers are found by form and day.
_SAID = (
    "evaluations_forms f JOIN evaluations_answers a ON a.form_id = f.id"
    f" JOIN evaluations_subjects s ON s.id = a.subject_id WHERE {_IN}"
)
_ROWS = f"""
SELECT max(a.day)::timestamp AT TIME ZONE 'Asia/Shanghai' AS at, f.id, {_UNIT} AS unit, '' AS part,
    f.title, count(*) || ' 份' AS note, '/desk/evaluations/' || f.id AS href
FROM {_SAID} GROUP BY f.id, {_UNIT}
"""
_INVITED = "i.at >= :since AND i.at < :until"
TALLY = Tally(
    (
        Measure("evaluations.answers", "评价", unit="份", better=1, lead=True, rows=_ROWS),
        Measure("evaluations.stars", "平均几星", Shape.MEAN, better=1, lead=True, few=MIN_SHOWN,
                rows=_ROWS),
        Measure("evaluations.content", "满意（4–5 星）", Shape.SHARE, better=1, few=MIN_SHOWN,
                rows=_ROWS),
        Measure("evaluations.low", "低分", Shape.SHARE, better=-1, few=MIN_SHOWN, rows=_ROWS),
        Measure("evaluations.invited", "请了", unit="人"),
        Measure("evaluations.response", "回应率", Shape.SHARE, better=1, lead=True, few=MIN_SHOWN),
    ),
    f"""
WITH said AS MATERIALIZED (
    SELECT a.day, {_UNIT} AS unit, a.stars, a.low, EXISTS (
            SELECT FROM evaluations_invitations i WHERE i.subject_id = a.subject_id
            AND (a.anonymous OR i.person_id = a.person_id)) AS asked
    FROM {_SAID}
), invited AS (
    SELECT (i.at AT TIME ZONE 'Asia/Shanghai')::date AS day, {_UNIT} AS unit, count(*) AS n
    FROM evaluations_invitations i JOIN evaluations_subjects s ON s.id = i.subject_id
    JOIN evaluations_forms f ON f.id = s.form_id WHERE {_INVITED} GROUP BY 1, 2
), days AS (
    SELECT day, unit, count(*) AS n, count(stars) AS rated, coalesce(sum(stars), 0) AS stars,
        count(*) FILTER (WHERE stars >= 4) AS good, count(*) FILTER (WHERE low) AS low,
        count(*) FILTER (WHERE asked) AS asked
    FROM said GROUP BY day, unit
)
SELECT d.day, m.measure, d.unit, '', m.value, m.count
FROM days d CROSS JOIN LATERAL (VALUES ('evaluations.answers', n, n),
    ('evaluations.stars', stars, rated), ('evaluations.content', good, rated),
    ('evaluations.low', low, n)) AS m(measure, value, count)
UNION ALL SELECT day, 'evaluations.invited', unit, '', n, n FROM invited
UNION ALL
SELECT day, 'evaluations.response', unit, '', sum(answered)::bigint, sum(n)::bigint
FROM (SELECT day, unit, 0 AS answered, n FROM invited
    UNION ALL SELECT day, unit, asked, 0 FROM days) r GROUP BY day, unit
""",
    settles=7,
)  # fmt: skip
