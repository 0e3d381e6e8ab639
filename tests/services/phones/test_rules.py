from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.phones.rules import (
    DAY,
    EVERY,
    RESTING,
    WORKING,
    Span,
    parse_hours,
    parse_number,
    public_name,
    say_hours,
    say_number,
    say_state,
)

OFFICE = "工作日 8:00–12:00、14:30–18:00"
NIGHT = "每天 22:00–次日6:00"


def works(day: date) -> bool:
    """October 2026 from the 10th: Saturday the 10th is worked, the holiday is over."""
    return day.weekday() < 5 or day == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("24小时", "24 小时"),
        ("每天 24 小时", "24 小时"),
        ("全年无休", "24 小时"),
        ("8:00-12:00 14:30-18:00", OFFICE),
        ("8：00～12：00，14：30—18：00", OFFICE),
        ("周一至周五 8:00-17:00", "周一至周五 8:00–17:00"),
        ("周日、周三 9:00到10:00", "周三、周日 9:00–10:00"),
        ("周末 9:00-16:00", "周六至周日 9:00–16:00"),
        ("每天22:00-6:00", NIGHT),
        ("工作日 8:00-12:00；节假日 9:00-16:00", "工作日 8:00–12:00；休息日 9:00–16:00"),
        ("每天 6:30-24:00", "每天 6:30–24:00"),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, said: str) -> None:
    assert say_hours(parse_hours(written)) == said


@pytest.mark.parametrize(
    "written", ["", "八点", "8:00", "8:00-25:00", "9:00-9:00", "节后 8:00-9:00", "8:00-9:00 夏季"]
)
def test_hours_that_cannot_be_read_say_how_to_write_them(written: str) -> None:
    with pytest.raises(ValueError, match="写成「工作日"):
        parse_hours(written)


minutes = st.integers(0, DAY - 1)
days = st.sampled_from([WORKING, RESTING, EVERY, "5", "01234", "026"])
spans = st.builds(
    lambda on, start, length: Span(on, start, start + length), days, minutes, st.integers(1, DAY)
).filter(lambda span: span.end != DAY + span.start)


@given(st.lists(spans, min_size=1, max_size=4).map(tuple))
def test_hours_as_said_are_read_back_the_same(hours: tuple[Span, ...]) -> None:
    assert parse_hours(say_hours(hours)) == hours


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        ("24 小时", "2026-10-11 03:00", "24 小时有人"),
        (OFFICE, "2026-10-12 07:59", "还没上班，8:00 上班"),
        (OFFICE, "2026-10-12 08:00", "现在有人，到 12:00"),
        (OFFICE, "2026-10-12 12:00", "现在休息，14:30 上班"),
        (OFFICE, "2026-10-12 18:00", "现在下班了，明早 8:00 上班"),
        (OFFICE, "2026-10-10 10:00", "现在有人，到 12:00"),
        (OFFICE, "2026-10-10 19:00", "现在下班了，周一 8:00 上班"),
        (OFFICE, "2026-10-11 10:00", "今天不上班，明早 8:00 上班"),
        ("每天 12:00–22:30", "2026-10-12 23:00", "现在下班了，明天 12:00 上班"),
        ("每天 6:30–24:00", "2026-10-12 23:59", "现在有人，到 24:00"),
        (NIGHT, "2026-10-12 23:00", "现在有人，到明早 6:00"),
        (NIGHT, "2026-10-13 05:59", "现在有人，到 6:00"),
        (NIGHT, "2026-10-13 06:00", "还没上班，22:00 上班"),
        ("周六 22:00–次日6:00", "2026-10-11 01:00", "现在有人，到 6:00"),
        ("周六 22:00–次日6:00", "2026-10-11 07:00", "今天不上班，周六 22:00 上班"),
        ("休息日 9:00–16:00", "2026-10-10 10:00", "今天不上班，明早 9:00 上班"),
    ],
)
def test_it_says_whether_somebody_is_there(hours: str, now: str, said: str) -> None:
    assert say_state(parse_hours(hours), datetime.fromisoformat(now), works) == said


def test_after_a_long_vacation_the_date_is_told() -> None:
    def back(day: date) -> bool:
        return day >= date(2026, 8, 31)

    now = datetime(2026, 7, 11, 10)
    assert say_state(parse_hours(OFFICE), now, back) == "今天不上班，8月31日 周一 8:00 上班"


def test_an_office_that_never_opens_says_so() -> None:
    assert say_state(parse_hours(OFFICE), datetime(2026, 7, 11), lambda _: False) == "最近不上班"


@pytest.mark.parametrize(
    ("written", "digits", "said"),
    [
        ("8880 0110", "88800110", "8880 0110"),
        ("8880-0110", "88800110", "8880 0110"),
        ("(0391)88800110", "039188800110", "0391 8880 0110"),
        ("13800138000", "13800138000", "138 0013 8000"),
        ("400-800-1234", "4008001234", "400 800 1234"),
        ("110", "110", "110"),
        ("12345", "12345", "12345"),
    ],
)
def test_numbers_are_shown_in_groups(written: str, digits: str, said: str) -> None:
    assert parse_number(written) == digits
    assert say_number(digits) == said


@pytest.mark.parametrize("written", ["", "12", "8880 O110", "１２３４", "1234567890123", "无"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="不像电话号码"):
        parse_number(written)


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ("王建国师傅", "王师傅"),
        ("王师傅", "王师傅"),
        ("周文 副处长", "周副处长"),
        ("欧阳修", "欧阳老师"),
        ("林晓雨", "林老师"),
        ("阿卜杜拉·买买提江师傅", "阿师傅"),
        ("", ""),
    ],
)
def test_the_public_sees_surname_and_title(person: str, shown: str) -> None:
    assert public_name(person) == shown
