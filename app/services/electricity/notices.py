"""What people are told of their room's electricity."""

from app.campus.notify import Field, Kind, Notice

LOW = Notice(
    "electricity.low", "电费快用完了", "住在这间的人",
    fields=(
        Field("room", Kind.THING, "房间"),
        Field("circuit", Kind.PHRASE, "电表"),
        Field("balance", Kind.AMOUNT, "余额"),
        Field("read_at", Kind.TIME, "抄表时间"),
        Field("advice", Kind.THING, "提醒"),
    ),
    page="/h5/electricity",
)  # fmt: skip
