"""What operators may tell people that no service tells."""

from app.campus.notify import Field, Kind, Notice

GENERAL = Notice(
    "desk.general", "后勤通知", tells="和这件事有关的人",
    fields=(
        Field("what", Kind.THING, "什么事"),
        Field("at", Kind.TIME, "时间"),
        Field("place", Kind.THING, "地点"),
        Field("note", Kind.THING, "说明"),
    ),
)  # fmt: skip
