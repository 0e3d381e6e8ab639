"""What freshmen are told while they choose."""

from app.campus.notify import Field, Kind, Notice

_ROOM = Field("room", Kind.THING, "房间")
_ROUND = Field("round", Kind.NUMBER, "编号")
_PAGE = "/h5/rooms/{round}"

OPENING = Notice(
    "rooms.opening", "选房要开始了", tells="这一轮能选的新生",
    fields=(Field("title", Kind.THING, "哪一轮"), Field("opens", Kind.TIME, "开选"), _ROUND),
    page=_PAGE, urgent=True,
)  # fmt: skip
OFFERED = Notice(
    "rooms.offered", "有床了，先给你留着", tells="排队等这间的新生",
    fields=(_ROOM, Field("until", Kind.TIME, "留到"), _ROUND), page=_PAGE, urgent=True,
)  # fmt: skip
ASKED = Notice(
    "rooms.asked", "同学约你一起住", tells="被约的新生",
    fields=(Field("who", Kind.NAME, "谁约的"), _ROUND), page=_PAGE,
)  # fmt: skip
SWAP = Notice(
    "rooms.swap", "同学想和你换床", tells="被问的新生",
    fields=(Field("who", Kind.NAME, "谁问的"), _ROOM, _ROUND), page=_PAGE,
)  # fmt: skip
SWAPPED = Notice(
    "rooms.swapped", "床位换好了", tells="换床的两个人", fields=(_ROOM, _ROUND), page=_PAGE,
)  # fmt: skip
MOVED = Notice(
    "rooms.moved", "床位有调整", tells="被安排的新生",
    fields=(_ROOM, Field("reason", Kind.THING, "原因"), _ROUND), page=_PAGE, optional=False,
)  # fmt: skip
PLACED = Notice(
    "rooms.placed", "床位安排好了", tells="没选到、由学校安排的新生", fields=(_ROOM, _ROUND),
    page="/h5/rooms/{round}/mine", optional=False,
)  # fmt: skip
