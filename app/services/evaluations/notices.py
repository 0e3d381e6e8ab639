"""What is told of evaluations. That of an anonymous answer says its day, and no time."""

from app.campus.notify import Field, Kind, Notice

_WHAT = Field("what", Kind.THING, "评的是")
_ANSWER = Field("answer", Kind.NUMBER, "编号")

LOW = Notice(
    "evaluations.low", "有人打了低分", tells="单位负责人",
    fields=(_WHAT, Field("stars", Kind.NUMBER, "几颗星"), Field("words", Kind.THING, "说了什么"),
            Field("day", Kind.DATE, "哪天"), _ANSWER),
    page="/h5/evaluations/heard/{answer}", optional=False,
)  # fmt: skip
REPLIED = Notice(
    "evaluations.replied", "你评的有回音了", tells="实名评价的人",
    fields=(_WHAT, Field("reply", Kind.THING, "回复"), Field("when", Kind.TIME, "时间"), _ANSWER),
    page="/h5/evaluations/mine/{answer}",
)  # fmt: skip
INVITED = Notice(
    "evaluations.invited", "来说说怎么样", tells="用过服务或被邀请的人",
    fields=(_WHAT, Field("title", Kind.THING, "哪张表"), Field("until", Kind.TIME, "什么时候前"),
            Field("invitation", Kind.NUMBER, "编号")),
    page="/h5/evaluations/i/{invitation}",
)  # fmt: skip
