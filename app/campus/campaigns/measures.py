"""What is counted of campaigns, on the day they began: for how many, who got and who read them."""

from app.campus.figures import Measure, Shape, Tally, day

_IN = "c.started_at >= :since AND c.started_at < :until AND c.stage <> 'draft'"
_ROWS = f"""
SELECT c.started_at AS at, c.id, '' AS unit, '' AS part, c.title,
    coalesce(n.got, 0) || ' 人收到，' || coalesce(n.failed, 0) || ' 人没送到，'
        || coalesce(n.seen, 0) || ' 人看了' AS note,
    '/desk/campaigns/' || c.id AS href
FROM campus_campaigns c
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state IN ('sent', 'delivered', 'merged')) AS got,
        count(*) FILTER (WHERE d.state IN ('failed', 'blocked')) AS failed,
        count(d.read_at) AS seen
    FROM campus_messages m JOIN campus_deliveries d ON d.message_id = m.id
    WHERE m.campaign_id = c.id
) n ON true
WHERE {_IN}
"""
TALLY = Tally(
    (
        Measure("campaigns.run", "群发", unit="次", rows=_ROWS),
        Measure("campaigns.people", "发给", unit="人次", lead=True, rows=_ROWS),
        Measure("campaigns.delivered", "送到", Shape.SHARE, better=1, lead=True, rows=_ROWS),
        Measure("campaigns.failed", "没送到", Shape.SHARE, better=-1, rows=_ROWS),
        Measure("campaigns.read", "点开看了", Shape.SHARE, better=1, rows=_ROWS),
    ),
    f"""
WITH begun AS (
    SELECT {day("c.started_at")} AS day, c.id FROM campus_campaigns c WHERE {_IN}
), told AS (
    SELECT b.day, count(*) AS people, count(d.read_at) AS seen,
        count(*) FILTER (WHERE d.state IN ('sent', 'delivered', 'merged')) AS got,
        count(*) FILTER (WHERE d.state IN ('sent', 'delivered', 'merged', 'failed', 'blocked',
            'unsure')) AS tried,
        count(*) FILTER (WHERE d.state IN ('failed', 'blocked', 'unsure')) AS failed
    FROM begun b JOIN campus_messages m ON m.campaign_id = b.id
    JOIN campus_deliveries d ON d.message_id = m.id GROUP BY b.day
)
SELECT day, 'campaigns.run', '', '', count(*), count(*) FROM begun GROUP BY day
UNION ALL
SELECT t.day, m.measure, '', '', m.value, m.count
FROM told t CROSS JOIN LATERAL (VALUES ('campaigns.people', people, people),
    ('campaigns.delivered', got, tried), ('campaigns.failed', failed, tried),
    ('campaigns.read', seen, got)) AS m(measure, value, count)
""",
    settles=14,
)  # fmt: skip
