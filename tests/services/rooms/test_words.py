"""What is said of beds, times and habits."""

from datetime import datetime, timedelta

import pytest

from app.kit.clock import SHANGHAI
from app.services.rooms import shown, words
from app.services.rooms.view import FloorCount, RoomCount

NOON = datetime(2026, 8, 22, 12, tzinfo=SHANGHAI)


def room(letters: str, faces: str = "朝南") -> RoomCount:
    beds = tuple((n + 1, f"{n + 1}号床", letter) for n, letter in enumerate(letters))
    return RoomCount(7, "512", 5, 12, "12号楼", letters.count("f"), beds, 120_000, faces, ())


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ("tttttt", "已满"), ("ffffff", "整间空着"), ("fttttt", "1 上铺"), ("tftttt", "1 下铺"),
        ("fftttt", "1 上 1 下"), ("fffftt", "2 上 2 下"), ("ftftft", "3 上"), ("ftft", "1、3 号"),
        ("hhhh", "已满"), ("ffff", "整间空着"),
    ],
)  # fmt: skip
def test_what_is_free_is_said_as_one_would_say_it(letters: str, says: str) -> None:
    assert words.free_beds(room(letters).beds) == says


@pytest.mark.parametrize(
    ("seconds", "says", "ticks"),
    [
        (6132, "1 小时 42 分", "01:42:12"), (756, "12 分 36 秒", "12:36"), (8, "8 秒", "00:08"),
        (-3, "0 秒", "00:00"), (3 * 86400 + 4 * 3600, "3 天 4 小时", "76:00:00"),
    ],
)  # fmt: skip
def test_a_span_of_time_reads_as_the_countdown_writes_it(
    seconds: int, says: str, ticks: str
) -> None:
    assert (words.span(seconds), words.clock(seconds)) == (says, ticks)


def test_today_needs_no_date() -> None:
    assert words.moment(NOON + timedelta(hours=8), NOON) == "20:00"
    assert words.moment(NOON + timedelta(days=1), NOON) == "8月23日 周日 12:00"


def test_a_habit_far_from_mine_is_marked() -> None:
    mine = {"sleep": "23:00", "noise": "怕吵", "smoke": "不抽烟"}
    theirs = {"sleep": "常过 0:30", "noise": "一般", "smoke": "抽烟"}
    assert words.habits(theirs, mine) == [("常过 0:30 睡", True), ("一般", False), ("抽烟", True)]
    assert words.habits(theirs) == [("常过 0:30 睡", False), ("一般", False), ("抽烟", False)]
    assert words.habits({"sleep": "没有这一项"}, mine) == []


def test_nobody_s_name_is_said_before_they_agree() -> None:
    assert words.known_as("", "4号床") == ("4", "4号床的同学")
    assert words.known_as("陈小明", "4号床") == ("陈", "陈同学")


def test_six_beds_stand_as_bunks_with_the_desks_in_the_free_corner() -> None:
    plan = shown.plan(room("tffttf"), (), {1: "陈同学"}, {6})
    assert [[spot.number for spot in beds] for beds in plan.left] == [["1", "2"], ["3", "4"]]
    assert [[spot.number for spot in beds] for beds in plan.right] == [["5", "6"]]
    assert plan.desks == 6
    assert plan.left[0][0].says == "陈同学"
    assert (plan.left[1][0].where, plan.left[1][0].says) == ("3号床 上铺 靠门", "可选，靠门")
    assert (plan.right[0][1].state, plan.right[0][1].free) == ("m", False)


def test_four_beds_stand_over_desks_two_on_each_side() -> None:
    plan = shown.plan(room("ffff"), (), {}, set())
    assert ([len(beds) for beds in plan.left], [len(beds) for beds in plan.right]) == (
        [1, 1],
        [1, 1],
    )
    assert (plan.desks, plan.where(4)) == (0, "4号床 上床下桌 靠门")


def test_a_room_that_is_written_down_stands_as_it_is_written() -> None:
    known = [{"bed": "1号床", "x": 1, "y": 0, "level": "单人床"}, {"bed": "2", "x": 0, "y": 1}]
    plan = shown.plan(room("ff"), known, {}, set())
    assert [beds[0].number for beds in plan.left] == ["2"]
    assert plan.right[0][0].level == "单人床"


def test_the_list_of_a_room_that_forgets_a_bed_is_not_used() -> None:
    plan = shown.plan(room("ff"), [{"bed": "1号床", "x": 1, "y": 0}], {}, set())
    assert [beds[0].number for beds in (*plan.left, *plan.right)] == ["1", "2"]


def test_a_card_says_who_is_alike_only_where_there_is_room() -> None:
    assert shown.card(room("fttttt"), "2 位同专业").says == "2 位同专业"
    full = shown.card(room("tttttt"), "2 位同专业")
    assert (full.says, full.label) == ("朝南 已满", "512 室，朝南，已满，2 位同专业")


def test_a_window_is_lit_where_a_free_bed_is_behind_it() -> None:
    floor = FloorCount(5, 1, 18, (room("tttttt"), room("fttttt"), room("tttttt")))
    assert shown.drawn([floor]) == [(5, 1, [True, False])]
