"""What is counted of repairs: reports on their day, the rest on the day that it was mended.

As on the page of figures: times are medians of what was no rework, `content` is four and five
stars, and who said nothing counts for the response rate alone.
"""

from app.campus.figures import Measure, Parts, Shape, Tally, day, spread

_REPORTED = "o.created_at >= :since AND o.created_at < :until"
_DONE = "o.done_at >= :since AND o.done_at < :until"


def _rows(at: str, which: str, part: str = "''", note: str = "''") -> str:
    return (
        f"SELECT o.{at} AS at, o.id, k.team AS unit, {part} AS part,"
        " coalesce(b.name, '') || ' ' || coalesce(r.number, o.spot) || ' '"
        " || k.name || ' ' || o.sign AS title,"
        f" {note} AS note, '/desk/repairs/orders/' || o.number AS href"
        " FROM repairs_orders o JOIN repairs_kinds k ON k.id = o.kind_id"
        " LEFT JOIN campus_buildings b ON b.id = o.building_id"
        " LEFT JOIN campus_rooms r ON r.id = o.room_id"
        " LEFT JOIN repairs_ratings s ON s.order_id = o.id AND s.rework = o.rework"
        f" WHERE o.{at} >= :since AND o.{at} < :until AND {which}"
    )


_TOOK = "round(extract(epoch FROM o.{} - o.created_at) / 60) || ' 分钟'"
_LATE = "CASE WHEN o.done_at <= o.finish_by THEN '按时' ELSE '晚了' END"
_STARS = "coalesce(s.stars || ' 星', '没评')"
TALLY = Tally(
    (
        Measure("repairs.reported", "报修", unit="单", lead=True,
                rows=_rows("created_at", "true")),
        Measure("repairs.finished", "修好", unit="单", better=1,
                rows=_rows("done_at", "true", note=_LATE)),
        Measure("repairs.on_time", "按时修好", Shape.SHARE, better=1, lead=True,
                rows=_rows("done_at", "true", note=_LATE)),
        Measure("repairs.respond", "多久有人接", Shape.MIDDLE, better=-1,
                rows=_rows("created_at", "o.rework = 0 AND o.accepted_at IS NOT NULL",
                           note=_TOOK.format("accepted_at"))),
        Measure("repairs.finish", "多久修好", Shape.MIDDLE, better=-1,
                rows=_rows("done_at", "o.rework = 0", note=_TOOK.format("done_at"))),
        Measure("repairs.rework", "返修", Shape.SHARE, better=-1,
                rows=_rows("done_at", "o.rework > 0")),
        Measure("repairs.content", "满意（4–5 星）", Shape.SHARE, better=1, lead=True,
                rows=_rows("done_at", "s.stars IS NOT NULL", note=_STARS)),
        Measure("repairs.rated", "评价率", Shape.SHARE, better=1,
                rows=_rows("done_at", "true", note=_STARS)),
        Measure("repairs.stars", "平均几星", Shape.MEAN, better=1,
                rows=_rows("done_at", "s.stars IS NOT NULL", note=_STARS)),
        Measure("repairs.kinds", "什么坏得多", unit="单", parts=Parts.NAME,
                rows=_rows("created_at", "true", part="k.name")),
        Measure("repairs.houses", "哪栋楼报得多", unit="单", parts=Parts.NAME,
                rows=_rows("created_at", "true", part="coalesce(b.name, '')")),
    ),
    f"""
WITH reported AS MATERIALIZED (
    SELECT {day("o.created_at")} AS day, k.team AS unit, k.name AS kind, b.name AS house,
        CASE WHEN o.rework = 0
            THEN extract(epoch FROM o.accepted_at - o.created_at) / 60 END AS took
    FROM repairs_orders o JOIN repairs_kinds k ON k.id = o.kind_id
    LEFT JOIN campus_buildings b ON b.id = o.building_id WHERE {_REPORTED}
), done AS MATERIALIZED (
    SELECT {day("o.done_at")} AS day, k.team AS unit, o.rework, s.stars,
        (o.done_at <= o.finish_by) AS in_time,
        CASE WHEN o.rework = 0 THEN extract(epoch FROM o.done_at - o.created_at) / 60 END AS took
    FROM repairs_orders o JOIN repairs_kinds k ON k.id = o.kind_id
    LEFT JOIN repairs_ratings s ON s.order_id = o.id AND s.rework = o.rework WHERE {_DONE}
), days AS (
    SELECT day, unit, count(*) AS n, count(*) FILTER (WHERE in_time) AS in_time,
        count(in_time) AS timed, count(*) FILTER (WHERE rework > 0) AS again,
        count(stars) AS rated, count(*) FILTER (WHERE stars >= 4) AS good,
        coalesce(sum(stars), 0) AS stars
    FROM done GROUP BY day, unit
)
SELECT day, 'repairs.reported', unit, '', count(*), count(*) FROM reported GROUP BY day, unit
UNION ALL
SELECT day, 'repairs.kinds', unit, kind, count(*), count(*) FROM reported GROUP BY day, unit, kind
UNION ALL
SELECT day, 'repairs.houses', unit, house, count(*), count(*) FROM reported
WHERE house IS NOT NULL GROUP BY day, unit, house
UNION ALL
SELECT day, 'repairs.respond', unit, {spread("took")}, round(sum(took))::bigint, count(*)
FROM reported WHERE took IS NOT NULL GROUP BY day, unit, 4
UNION ALL
SELECT day, 'repairs.finish', unit, {spread("took")}, round(sum(took))::bigint, count(*)
FROM done WHERE took IS NOT NULL GROUP BY day, unit, 4
UNION ALL
SELECT d.day, m.measure, d.unit, '', m.value, m.count
FROM days d CROSS JOIN LATERAL (VALUES ('repairs.finished', n, n), ('repairs.on_time', in_time,
    timed), ('repairs.rework', again, n), ('repairs.content', good, rated), ('repairs.rated', rated,
    n), ('repairs.stars', stars, rated)) AS m(measure, value, count)
""",
    settles=35,
)  # fmt: skip
