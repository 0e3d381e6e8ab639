"""What people are told of cases. Who wrote without a name is told nothing: nobody knows them."""

from app.campus.notify import Field, Kind, Notice

_CASE = Field("case", Kind.NUMBER, "编号")
_UNIT = Field("unit", Kind.THING, "单位")
_ABOUT = Field("about", Kind.THING, "说的事")
_SAYS = Field("says", Kind.THING, "说明")
_AT = Field("when", Kind.TIME, "时间")
_ALL = (_UNIT, _ABOUT, _SAYS, _AT, _CASE)
MINE, WORK = "/h5/feedback/{case}", "/h5/feedback/work/{case}"

# To who asked.
ANSWERED = Notice("feedback.answered", "有答复了", "写信的人", _ALL, MINE, optional=False)
NEWS = Notice("feedback.news", "你写的有进展", "写信的人", _ALL, MINE)
# To who answers: the owner, or the unit's head while there is none.
RECEIVED = Notice(
    "feedback.received", "有人写来了", "负责答复的人", _ALL, WORK, optional=False,
    several=(("says", "又来了 {count} 件，等你答复"),),
)  # fmt: skip
HANDED = Notice("feedback.handed", "转给你答复", "接手的人", _ALL, WORK, optional=False)
ADDED = Notice("feedback.added", "写信的人又补了一句", "负责答复的人", _ALL, WORK)
SOON = Notice("feedback.soon", "快到答复时限了", "负责答复的人", _ALL, WORK, optional=False)
REOPENED = Notice(
    "feedback.reopened", "说没解决，要再答一次", "负责答复的人和主任", _ALL, WORK, optional=False
)
# To those above.
OVERDUE = Notice("feedback.overdue", "超时没答复", "主任", _ALL, WORK, optional=False)
RAISED = Notice("feedback.raised", "超时还没答复", "督察员和运营", _ALL, WORK, optional=False)
