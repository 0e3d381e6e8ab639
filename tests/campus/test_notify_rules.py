"""What a message may hold and when it may go out: the pure rules."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.campus.notify import Field, Kind, Notice
from app.campus.notify.rules import Value, cut, fill, fits, merged, plain, quiet_until, reads, say
from app.kit.clock import SHANGHAI

NOON = datetime(2026, 11, 21, 15, 1, tzinfo=SHANGHAI)
KINDS = st.sampled_from(list(Kind))
WORDS = st.text(max_size=60) | st.from_regex(
    r"[0-9A-Z号楼王建国.:~年月日 ¥-]{0,40}", fullmatch=True
)
VALUES = WORDS | st.integers() | st.datetimes(timezones=st.none() | st.timezones()) | st.dates()


@given(KINDS, VALUES)
@example(Kind.TIME, datetime.max.replace(tzinfo=SHANGHAI))
@example(Kind.NAME, "𠮷" * 12)
def test_what_is_cut_is_always_within_the_platforms_limits(kind: Kind, value: Value) -> None:
    short = cut(kind, value)
    assert short
    assert fits(kind, short), short
    assert "\n" not in short


@given(KINDS, VALUES)
def test_what_fits_already_is_left_as_it_is(kind: Kind, value: Value) -> None:
    said = say(kind, value)
    assert cut(kind, said) == said or not fits(kind, said)
    assert cut(kind, cut(kind, value)) == cut(kind, value)


@given(KINDS, VALUES)
def test_a_value_says_the_same_after_it_was_kept_as_json(kind: Kind, value: Value) -> None:
    assert cut(kind, plain(kind, value)) == cut(kind, value)


@given(st.sampled_from([Kind.THING, Kind.SHORT_THING]), st.text("水电维修中心", min_size=1))
def test_a_long_text_keeps_its_beginning_and_says_that_it_goes_on(kind: Kind, value: Value) -> None:
    short = cut(kind, value)
    assert short == value or (short[-1] == "…" and value.startswith(short[:-1]))


@given(st.text("王建国阿卜杜拉", min_size=1))
def test_a_name_keeps_its_end(value: Value) -> None:
    assert value.endswith(cut(Kind.NAME, value))


@pytest.mark.parametrize(
    ("kind", "value", "short"),
    [
        (Kind.THING, "水管漏水\n在洗手间 🚿", "水管漏水 在洗手间"),
        (Kind.THING, "3号楼东侧走廊尽头的洗手间天花板一直往下滴水",
         "3号楼东侧走廊尽头的洗手间天花板一直往…"),
        (Kind.THING, " ", "无"),
        (Kind.SHORT_THING, "水龙头漏水", "水龙头漏水"),
        (Kind.SHORT_THING, "水龙头在漏水", "水龙头在…"),
        (Kind.CHARACTER_STRING, "3号楼 501", "3-501"),
        (Kind.CHARACTER_STRING, "２０２６-0017", "2026-0017"),
        (Kind.CHARACTER_STRING, "无", "-"),
        (Kind.CHARACTER_STRING, "X" * 30 + "-0017", "X" * 27 + "-0017"),
        (Kind.NUMBER, "约 6.1 度", "6.1"),
        (Kind.NUMBER, 12, "12"),
        (Kind.LETTER, "B 栋", "B"),
        (Kind.TIME, NOON, "2026年11月21日 15:01"),
        (Kind.TIME, "2026-11-21T07:01:00+00:00", "2026年11月21日 15:01"),
        (Kind.TIME, "20:00–21:00", "20:00~21:00"),
        (Kind.TIME, "2026-11-21T08:00~2026-11-21T17:00",
         "2026年11月21日 08:00~2026年11月21日 17:00"),
        (Kind.TIME, "今天 21:30 前", "21:30"),
        (Kind.DATE, NOON, "2026年11月21日"),
        (Kind.DATE, date(2026, 3, 4), "2026年3月4日"),
        (Kind.THING, NOON, "2026年11月21日 15:01"),
        (Kind.AMOUNT, 1240, "¥12.40"),
        (Kind.AMOUNT, "12.4 元", "¥12.40"),
        (Kind.AMOUNT, "12.40元", "12.40元"),
        (Kind.AMOUNT, -5, "¥0.00"),
        (Kind.AMOUNT, 10**14, "¥9999999999"),
        (Kind.PHONE_NUMBER, "8880 0110、8880 0315", "8880 0110"),
        (Kind.PHONE_NUMBER, "+86 (0571) 8880-0110 转", "+86057188800110"),
        (Kind.CAR_NUMBER, "浙a·12345", "浙A12345"),
        (Kind.CAR_NUMBER, "粤A8Z888挂", "粤A8Z888挂"),
        (Kind.NAME, "水电维修中心东区班组王建国", "修中心东区班组王建国"),
        (Kind.NAME, "3号楼值班", "三号楼值班"),
        (Kind.NAME, "Alexandra Konstantinopoulou", "Konstantinopoulou"),
        (Kind.PHRASE, "3天后修好", "三天后修好"),
        (Kind.PHRASE, "已经派给师傅了", "已经派给师"),
        (Kind.PHRASE, "OK", "无"),
        (Kind.CONST, "待处理", "待处理"),
    ],
)  # fmt: skip
def test_a_value_is_cut_by_what_it_means(kind: Kind, value: Value, short: str) -> None:
    assert cut(kind, value) == short


@pytest.mark.parametrize(
    ("kind", "value", "means"),
    [
        (Kind.TIME, "明天", False), (Kind.TIME, NOON, True), (Kind.TIME, NOON.date(), False),
        (Kind.TIME, "2026-11-21T15:01", True), (Kind.DATE, "2026-11-21", True),
        (Kind.NUMBER, "六", False), (Kind.NUMBER, -5, False), (Kind.AMOUNT, -5, False),
        (Kind.AMOUNT, 0, True), (Kind.AMOUNT, "免费", False), (Kind.THING, "", True),
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_told_apart(kind: Kind, value: Value, means: bool) -> None:
    assert reads(kind, value) is means


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(22, 29), None), (at(22, 30), at(7, day=22)), (at(23, 59), at(7, day=22)),
        (at(0), at(7)), (at(6, 59), at(7)), (at(7), None), (at(12), None),
    ],
)  # fmt: skip
def test_quiet_hours_reach_over_midnight(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, time(22, 30), time(7)) == until


@given(st.datetimes(timezones=st.timezones()), st.times(), st.times())
def test_quiet_hours_end_within_a_day_and_nothing_is_quiet_then(
    now: datetime, start: time, end: time
) -> None:
    if (until := quiet_until(now, start, end)) is None:
        return
    assert timedelta(0) < until - now <= timedelta(days=1)
    assert quiet_until(until, start, end) is None


def test_the_same_time_twice_is_no_quiet_at_all() -> None:
    assert quiet_until(at(3), time(7), time(7)) is None


def test_a_page_is_filled_so_that_a_value_stays_one_part_of_the_address() -> None:
    page = fill("/h5/repairs/{order}?at={place}", {"order": "7/../8", "place": "3号楼&x=1"})
    assert page == "/h5/repairs/7%2F..%2F8?at=3%E5%8F%B7%E6%A5%BC%26x%3D1"


def test_several_read_as_one_and_one_as_itself() -> None:
    notice = Notice(
        "test.news", "有新回复", "提问的人",
        (Field("from_", Kind.NAME, "谁"), Field("what", Kind.THING, "说了")),
        several=(("what", "还有别人，一共 {count} 条"),),
    )  # fmt: skip
    fields = {"from_": "王建国", "what": "到了"}
    assert merged(notice, fields, 1) == fields
    assert merged(notice, fields, 3) == {"from_": "王建国", "what": "还有别人，一共 3 条"}
