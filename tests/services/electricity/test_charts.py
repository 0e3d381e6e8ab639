from datetime import date, timedelta

from app.campus.calendar import Calendar, DayKind
from app.services.electricity import charts, rules
from app.services.electricity.rooms import Supply
from app.services.electricity.rules import Circuit, Level, State, Use
from tests.services.electricity.conftest import NOW, WH


def prototype() -> Supply:
    """The air conditioner of the prototype, with the real calendar of 国庆 2026."""
    uses = []
    for n, wh in enumerate(WH):
        day = Calendar().day(date(2026, 9, 26) + timedelta(days=n))
        uses.append(Use(day.date, wh, day.name if day.kind is DayKind.HOLIDAY else ""))
    usual = rules.usual(uses)
    left = rules.days_left(840, 55, usual)
    read_at = NOW.replace(hour=6, minute=0)
    return Supply(Circuit.AIR, State.NORMAL, 840, 55, read_at, uses, [], usual, left, Level.LOW)


def test_the_prototypes_figures_give_the_prototypes_words() -> None:
    tile = charts.tile(prototype(), NOW)
    assert (tile.tag, tile.yuan, tile.says) == ("快用完了", "8.40", "只够 2 天")
    assert charts.forecast(prototype(), NOW)[0] == "空调大约用到后天下午"


def test_a_holiday_is_named_once_though_a_sunday_lies_in_it() -> None:
    chart = charts.chart(prototype(), NOW.date())
    assert chart is not None
    assert list(chart.notes.values()) == ["国庆放假"]
    assert chart.on_label == "昨天 6.1 度"
    assert chart.title.endswith("，国庆放假，昨天 6.1 度")
    assert (chart.labels[0], chart.labels[-1]) == ("9/26", "10/9")


def test_a_chart_without_yesterday_says_which_day_it_ends_with() -> None:
    chart = charts.chart(prototype(), NOW.date() + timedelta(days=3))
    assert chart is not None
    assert chart.on_label == "10/9 6.1 度"
