"""What is counted of the account's messages: how many, when, which words, and what was answered.

Of words only those are kept that were known, are short, and came from three people on one day: what
one person wrote stays in the log, which forgets them when they leave.
"""

from app.campus.figures import Measure, Parts, Shape, Tally, day

_DAY = day("at")
_IN = "at >= :since AND at < :until"
LONGEST, PEOPLE, WORDS = 12, 3, 50


def _rows(which: str) -> str:
    """As in the log, the words of who left are not shown."""
    return (
        "SELECT m.at, m.id, '' AS unit, lower(btrim(m.text)) AS part,"
        " CASE WHEN f.left_at IS NOT NULL THEN '（已取消关注，不再显示）'"
        " WHEN m.kind = 'text' THEN m.text ELSE '（不是文字）' END AS title,"
        " CASE WHEN m.reference IS NOT NULL THEN '出了毛病 ' || m.reference"
        " WHEN m.matched THEN '答上了' ELSE '没答上' END AS note,"
        " '/desk/messages/detail?pk=' || m.id AS href"
        " FROM gateway_messages m LEFT JOIN campus_followers f ON f.who = m.who"
        f" WHERE m.{_IN.replace('AND at', 'AND m.at')} AND {which}"
    )


_ASKED = "kind = 'text'"
TALLY = Tally(
    (
        Measure("gateway.heard", "收到的消息", unit="条", lead=True, rows=_rows("true")),
        Measure("gateway.matched", "问了就答上", Shape.SHARE, better=1, lead=True,
                rows=_rows(_ASKED)),
        Measure("gateway.failed", "出了毛病", Shape.SHARE, better=-1,
                rows=_rows("reference IS NOT NULL")),
        Measure("gateway.joined", "新关注", unit="人", better=1),
        Measure("gateway.left", "取消关注", unit="人", better=-1),
        Measure("gateway.hours", "什么时候问", unit="条", parts=Parts.HOUR),
        Measure("gateway.words", "问得多的词", unit="次", parts=Parts.NAME,
                rows=_rows(f"matched AND {_ASKED}")),
    ),
    f"""
WITH heard AS MATERIALIZED (
    SELECT {_DAY} AS day, extract(hour FROM at AT TIME ZONE 'Asia/Shanghai')::int AS hour, who,
        kind, matched, reference, lower(btrim(text)) AS word
    FROM gateway_messages WHERE {_IN}
), days AS (
    SELECT day, count(*) AS n, count(*) FILTER (WHERE {_ASKED}) AS asked,
        count(*) FILTER (WHERE {_ASKED} AND matched) AS matched, count(reference) AS failed,
        count(*) FILTER (WHERE kind = 'joined') AS joined,
        count(*) FILTER (WHERE kind = 'left') AS gone
    FROM heard GROUP BY day
), words AS (
    SELECT day, word, count(*) AS n, row_number() OVER (PARTITION BY day ORDER BY count(*) DESC,
        word) AS place
    FROM heard WHERE {_ASKED} AND matched AND length(word) BETWEEN 1 AND {LONGEST}
    GROUP BY day, word HAVING count(DISTINCT who) >= {PEOPLE}
)
SELECT d.day, m.measure, '', '', m.value, m.count
FROM days d CROSS JOIN LATERAL (VALUES ('gateway.heard', n, n), ('gateway.matched', matched, asked),
    ('gateway.failed', failed, n), ('gateway.joined', joined, joined), ('gateway.left', gone, gone)
) AS m(measure, value, count)
UNION ALL
SELECT day, 'gateway.hours', '', to_char(hour, 'FM00'), count(*), count(*)
FROM heard GROUP BY day, hour
UNION ALL
SELECT day, 'gateway.words', '', word, n, n FROM words WHERE place <= {WORDS}
""",
)  # fmt: skip
