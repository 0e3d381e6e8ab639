"""The form of a round, and the pictures: pure."""

from datetime import datetime, timedelta

import pytest

from app.kit.clock import SHANGHAI
from app.services.rooms import figures
from app.services.rooms.desk_draft import blank, read
from app.services.rooms.desk_words import proof, say_span

NOW = datetime(2026, 8, 20, 12, 0, tzinfo=SHANGHAI)


def form(**more: str) -> dict[str, str]:
    return {**blank(NOW).fields, "title": "2026 级新生选房", **more}


def test_a_form_as_it_opens_needs_a_title_only() -> None:
    assert read(blank(NOW).fields, NOW).errors == {"title": "写个名字"}
    values = read(form(), NOW).values
    assert values["opens_at"] == NOW + timedelta(days=1, hours=8)
    assert values["hold"] == 300


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "gold"}, "kind"),
        ({"together": ""}, "together"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "31"}, "minutes"),
        ({"changes": "-1"}, "changes"),
        ({"seed": "zwei"}, "seed"),
        ({"opens": "soon"}, "opens"),
        ({"closes": "2026-08-20T11:00"}, "closes"),
        ({"closes": "2026-08-21T19:00"}, "closes"),
        ({"closes": "2026-12-24T20:00"}, "closes"),
        ({"title": "字" * 31}, "title"),
        ({"words": "字" * 201}, "words"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(fields: dict[str, str], wrong: str) -> None:
    assert list(read(form(**fields), NOW).errors) == [wrong]


def test_seconds_stand_from_the_left_to_now() -> None:
    epoch = int(NOW.timestamp())
    spark = figures.seconds([(epoch - 119, 1), (epoch, 4), (epoch - 500, 9)], NOW)
    assert spark.most == 4
    assert [bar[0] for bar in spark.bars] == [0.0, 714.0]
    assert figures.rate([(epoch, 50), (epoch - 1, 20), (epoch - 11, 7)], NOW) == 2.0


def test_a_night_is_drawn_in_few_columns() -> None:
    rows = [(NOW + timedelta(minutes=n), 2, 1) for n in range(0, 600, 7)]
    chart = figures.over_time(rows)
    assert chart is not None
    assert len(chart.labels) <= figures.MOST_COLUMNS
    assert sum(chart.series[0][2]) == 2 * len(rows)
    assert figures.over_time([]) is None


def test_whoever_came_first_and_chose_first_stands_on_the_line() -> None:
    fair = figures.order([1, 2, 3])
    assert all(x + y == fair.side for x, y in fair.dots)
    unfair = figures.order([3, 2, 1])
    assert unfair.dots[0] == (260.0, 260.0)


def test_words() -> None:
    assert say_span(NOW, NOW + timedelta(hours=2)) == "8月20日 12:00 到 14:00"
    assert proof("someone has two beds: (7, 2)") == "一个人有两张床：(7, 2)"
    assert "对不上" in proof("bed 7 is so")
