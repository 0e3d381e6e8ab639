"""What residents are told. A cut tomorrow can wait until the morning; one now cannot."""

from app.campus.notify import Field, Kind, Notice

_FIELDS = (
    Field("what", Kind.THING, "停什么"),
    Field("place", Kind.THING, "哪里"),
    Field("since", Kind.TIME, "开始"),
    Field("until", Kind.TIME, "预计恢复"),
    Field("reason", Kind.THING, "原因"),
    Field("contact", Kind.PHONE_NUMBER, "问哪里"),
    Field("outage", Kind.NUMBER, "编号"),
)
_PAGE = "/h5/outages/{outage}"

PLANNED = Notice(
    "outages.planned", "要停水停电", tells="住在那里的人", fields=_FIELDS, page=_PAGE,
    optional=False,
)  # fmt: skip
NOW = Notice(
    "outages.now", "停水停电了", tells="住在那里的人", fields=_FIELDS, page=_PAGE,
    optional=False, urgent=True,
)  # fmt: skip
OVER = Notice(
    "outages.over", "水电恢复了", tells="收到过停水停电的人", page=_PAGE,
    fields=(
        Field("what", Kind.THING, "怎么样了"),
        Field("place", Kind.THING, "哪里"),
        Field("at", Kind.TIME, "时间"),
        Field("outage", Kind.NUMBER, "编号"),
    ),
)  # fmt: skip
