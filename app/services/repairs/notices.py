"""What people are told of orders, each in its own kind so that each can be switched off."""

from app.campus.notify import Field, Kind, Notice

_ORDER = Field("order", Kind.CHARACTER_STRING, "单号")
_PLACE = Field("place", Kind.THING, "哪里")
_FAULT = Field("fault", Kind.THING, "什么坏了")
_SAYS = Field("says", Kind.THING, "说明")
_AT = Field("when", Kind.TIME, "时间")
_STATE = Field("state", Kind.PHRASE, "进度")
_ALL = (_ORDER, _PLACE, _FAULT, _SAYS, _AT)
# What a step says comes first where a template has one line for words.
_STEP = (_ORDER, Field("worker", Kind.NAME, "师傅"), _STATE, _AT, _SAYS, _PLACE, _FAULT)
REPORTER, WORKER = "/h5/repairs/{order}", "/h5/repairs/work/{order}"

# To the reporter and those who follow.
STEP = Notice("repairs.step", "报修有进展", "报修和跟进的人", _STEP, REPORTER)
STEP_URGENT = Notice(
    "repairs.step_urgent", "急修有进展", "报修和跟进的人", _STEP, REPORTER, urgent=True
)
DONE = Notice("repairs.done", "修好了，看看行不行", "报修和跟进的人", _ALL, REPORTER)
LATER = Notice("repairs.later", "维修时间改了", "报修和跟进的人", _ALL, REPORTER, optional=False)
DONE_URGENT = Notice(
    "repairs.done_urgent", "急修修好了", "报修和跟进的人", _ALL, REPORTER, urgent=True
)
LATER_URGENT = Notice(
    "repairs.later_urgent", "急修的时间改了", "报修和跟进的人", _ALL, REPORTER, optional=False,
    urgent=True,
)  # fmt: skip
# To the worker.
OFFERED = Notice(
    "repairs.offered", "有新的报修单", "派到的师傅", _ALL, WORKER, optional=False, urgent=True
)
GRAB = Notice("repairs.grab", "有单可以抢", "会修这个的师傅", _ALL, "/h5/repairs/work/grab")
GONE = Notice(
    "repairs.gone", "这张单不用去了", "原来的师傅", _ALL, WORKER, optional=False, urgent=True
)
NEWS = Notice("repairs.news", "手上的单有变化", "接单的师傅", _ALL, WORKER, urgent=True)
# To those who answer for it.
LEADER = Notice("repairs.leader", "有单要班长安排", "班长", _ALL, WORKER, optional=False)
OVERDUE = Notice("repairs.overdue", "报修超时了", "班长和主任", _ALL, WORKER, optional=False)
LEADER_URGENT = Notice(
    "repairs.leader_urgent", "急修要班长安排", "班长", _ALL, WORKER, optional=False, urgent=True
)
OVERDUE_URGENT = Notice(
    "repairs.overdue_urgent", "急修超时了", "班长和主任", _ALL, WORKER, optional=False, urgent=True
)
PROMISED = Notice("repairs.promised", "有一项难修承诺", "片区督察员", _ALL, WORKER)
STOCK = Notice(
    "repairs.stock", "材料快用完了", "班长和运营",
    (Field("item", Kind.THING, "材料"), Field("left", Kind.NUMBER, "还剩"), _AT),
    "/desk/repairs/stock",
)  # fmt: skip
# To who makes the rota, and to workers.
_ROTA = (Field("who", Kind.NAME, "谁"), _SAYS, _AT)
LEAVE = Notice(
    "repairs.leave", "有人请假或换班", "班长", _ROTA, "/h5/repairs/work/leaves", optional=False
)
ROTA = Notice(
    "repairs.rota", "请假换班有消息", "师傅", _ROTA, "/h5/repairs/work/shifts", optional=False
)

# What of an urgent order goes out in quiet hours, too.
AT_NIGHT = {
    STEP.name: STEP_URGENT,
    DONE.name: DONE_URGENT,
    LATER.name: LATER_URGENT,
    LEADER.name: LEADER_URGENT,
    OVERDUE.name: OVERDUE_URGENT,
}
