"""Numbers of a service: what it counts, and the one statement that counts it by day.

A service declares them in its `measures.py`; `main` finds them there. Whoever shows numbers reads
what the nightly job kept of them, and knows no service.

    TALLY = Tally(
        (Measure("bikes.lent", "借出", unit="辆", lead=True),),
        "SELECT (at AT TIME ZONE 'Asia/Shanghai')::date, 'bikes.lent', '运输中心', '', count(*),"
        " count(*) FROM bikes_loans WHERE at >= :since AND at < :until GROUP BY 1",
    )
"""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What `value` and `count` of a measure's rows are, and so how it is summed and said."""

    COUNT = "count"  # both: how many
    SHARE = "share"  # `value` of `count`, as hundredths
    MEAN = "mean"  # `value`: the sum over `count`
    MIDDLE = "middle"  # `part`: minutes, as `spread` rounds them; `count` had them: the median


class Parts(StrEnum):
    """What `part` of a measure's rows is."""

    NONE = ""
    HOUR = "hour"  # 「00」 to 「23」
    NAME = "name"  # words that can be ranked


@dataclass(frozen=True, slots=True)
class Measure:
    """One number.

    name    `<service>.<what>`, never changed: what is kept is kept under it
    title   Chinese, short: 「按时修好」
    shape   how it adds up
    unit    what is counted: 「单」; nothing for shares, means and times
    better  1: more is better, -1: less is, 0: neither
    parts   what it is cut into, beside units; such a measure has no row without a part
    few     of less than these nothing is said, but of a `COUNT`: single answers would show
    lead    whether it stands on the overview and in a report's first lines
    rows    the statement behind the number: (at, id, unit, part, title, note, href), of what
            happened in [:since, :until); empty where there is nothing to show
    """

    name: str
    title: str
    shape: Shape = Shape.COUNT
    unit: str = ""
    better: int = 0
    parts: Parts = Parts.NONE
    few: int = 0
    lead: bool = False
    rows: str = ""

    @property
    def topic(self) -> str:
        """The service that counts it."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Tally:
    """Measures that one statement counts.

    `sql` gives (day, measure, unit, part, value, count) for what happened in [:since, :until),
    two midnights of Shanghai; each row once, whole numbers, found by an index on the time. `unit`
    is the name of a unit, or empty. `settles`: days after which a day changes no more.
    """

    measures: tuple[Measure, ...]
    sql: str
    settles: int = 2

    def __post_init__(self) -> None:
        for word in (":since", ":until"):
            if word not in self.sql:
                raise ValueError(f"the tally of {self.measures[0].name} has no {word}")


def day(column: str) -> str:
    """SQL: the day of a time, in Shanghai."""
    return f"({column} AT TIME ZONE 'Asia/Shanghai')::date"


def spread(minutes: str) -> str:
    """SQL: minutes as the part of a `MIDDLE` row: three digits of them, so half a percent off."""
    return (
        f"round(greatest({minutes}, 0)::numeric, CASE WHEN {minutes} < 1000 THEN 0"
        f" WHEN {minutes} < 10000 THEN -1 ELSE -2 END)::bigint::text"
    )
