"""Meters at the desk: found by room, and only read."""

import pytest

from app.campus.places import Room
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.services.electricity.conftest import TOPUP, Read, days, reading

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("electricity-meters", ("3号楼 501", "空调", "正常", "8.40", "0.55")),
        ("electricity-days", ("3号楼 501 空调", "6.10")),
        ("electricity-topups", ("3号楼 501 空调", "50.00", "61.30", "微信充值")),
    ],
)
async def test_figures_are_found_by_room(
    desk_of: DeskOf, read: Read, room: Room, key: str, shown: tuple[str, ...]
) -> None:
    await read(reading(days=days(), topups=[TOPUP]))
    hand = Hand(await desk_of("operator"))
    for query in ("", "?q=3-501", "?q=3号楼"):
        page = await hand.page(f"{key}/list{query}")
        assert [said for said in shown if said not in page] == []
    assert "3号楼 501" not in await hand.page(f"{key}/list?q=3号楼 502")


async def test_who_paid_is_shown_to_nobody(desk_of: DeskOf, read: Read, room: Room) -> None:
    await read(reading(topups=[TOPUP]))
    hand = Hand(await desk_of("administrator"))
    assert "王小明" not in await hand.page("electricity-topups/detail?pk=1")
    assert "王小明" not in str(await hand.saved("electricity-topups"))


async def test_figures_are_not_typed_by_hand(desk_of: DeskOf, read: Read, room: Room) -> None:
    await read(reading())
    hand = Hand(await desk_of("administrator"))
    assert (await hand.edit("electricity-meters", 1, balance_fen="999")).status_code == 403
    assert (await hand.press("electricity-meters", 1, "delete")).status_code == 400
