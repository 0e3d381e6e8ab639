"""What people are told of month ends."""

from app.campus.notify import Field, Kind, Notice

_FIELDS = (
    Field("month", Kind.THING, "哪个月"),
    Field("says", Kind.THING, "说明"),
    Field("when", Kind.TIME, "时间"),
    Field("run", Kind.NUMBER, "编号"),
)
RESULTS = Notice(
    "assess.results", "考核结果出来了", "被考核的人", _FIELDS, "/h5/assess/{run}", optional=False
)
OBJECTED = Notice(
    "assess.objected", "有人对考核有异议", "班长", _FIELDS, "/h5/assess/team/{run}", optional=False
)
DECIDED = Notice(
    "assess.decided", "异议有答复了", "提异议的人", _FIELDS, "/h5/assess/{run}", optional=False
)
READY = Notice(
    "assess.ready", "考核等你批", "分管主任", _FIELDS, "/h5/assess/team/{run}", optional=False
)
LOCKED = Notice(
    "assess.locked", "考核定了，工资奖金看得到了", "被考核的人", _FIELDS, "/h5/assess/{run}",
    optional=False,
)  # fmt: skip
