"""Room selection in words, as the desk's pages show it."""

from collections.abc import Mapping
from datetime import datetime

from app.kit.clock import SHANGHAI
from app.services.rooms.models import Round
from app.services.rooms.rules import BedState, Outcome, RoundKind, Stage, What, phase

KINDS: Mapping[str, str] = {
    RoundKind.FORMAL: "正式",
    RoundKind.REHEARSAL: "演练",
    RoundKind.SUPPLEMENTARY: "补选",
}
KIND_HELP: Mapping[str, str] = {
    RoundKind.FORMAL: "选到就算数，结束后写进住宿名单",
    RoundKind.REHEARSAL: "用真的床位练一遍，什么也不改",
    RoundKind.SUPPLEMENTARY: "正式轮之后，给还没有床的人",
}
TOGETHER: Mapping[str, str] = {"leader": "队长一个人选", "any": "队里谁选都行"}
# (words, Tabler's colour)
PHASES: Mapping[str, tuple[str, str]] = {
    "draft": ("草稿，新生看不到", "secondary"),
    "soon": ("没到点", "blue"),
    "open": ("正在选", "green"),
    "over": ("选完了", "orange"),
    "cancelled": ("取消了", "red"),
    "applied": ("写进住宿名单了", "green"),
}
STATES: Mapping[str, str] = {
    BedState.FREE: "空着",
    BedState.HELD: "有人留着",
    BedState.TAKEN: "住下了",
    BedState.FROZEN: "冻结",
    BedState.KEPT: "留给候补",
}
WHATS: Mapping[str, str] = {
    What.HOLD: "留床",
    What.CONFIRM: "定下",
    What.RELEASE: "不留了",
    What.GIVEUP: "退床",
    What.EXPIRE: "留床到点",
    What.OFFER: "候补轮到",
    What.SWAP: "互换",
    What.PLACE: "安排",
    What.MOVE: "挪床",
    What.OUT: "请出",
    What.WITHDRAW: "取消资格",
    What.FREEZE: "冻结",
    What.THAW: "解冻",
    What.EDIT: "改这一轮",
    What.CANCEL: "取消这一轮",
    What.RESTORE: "放回这一轮",
    What.APPLY: "写进住宿名单",
}
# Why it was refused, as an operator says it; what freshmen read is in `rules.SENTENCES`.
OUTCOMES: Mapping[str, str] = {
    Outcome.DONE: "做到了",
    Outcome.SAME: "已经是这样",
    Outcome.EARLY: "还没开选",
    Outcome.CLOSED: "已经结束",
    Outcome.STOPPED: "这一轮停着",
    Outcome.OUTSIDE: "不在自己的池里",
    Outcome.WITHDRAWN: "资格取消了",
    Outcome.CHANGES: "改的次数用完",
    Outcome.TAKEN: "床被选走了",
    Outcome.HELD: "别人正留着",
    Outcome.FROZEN: "房间冻结",
    Outcome.EXPIRED: "留床过了时间",
    Outcome.NONE: "没有留着的床",
    Outcome.NUMBER: "床数和人数不一样",
    Outcome.APART: "一队人不在一间",
    Outcome.NOT_LEADER: "不是队长",
    Outcome.MEMBER: "有队友不能选",
    Outcome.AGAIN: "队伍正好变了",
    Outcome.STALE: "页面旧了",
    Outcome.FAST: "点得太快",
    Outcome.QUEUE: "还在排队",
}
DID: Mapping[str, str] = {
    "new": "存成草稿了，新生还看不到。接下来导入床位和新生。",
    "edit": "改好了，大家的手机几秒内换成新的。",
    "ready": "放出去了，新生看得到倒计时，到点自己开。",
    "close": "停选了，已经定下的不动。",
    "cancel": "这一轮取消了，选过的都留着，可以放回去。",
    "put_back": "放回去了，和取消前一样。",
    "apply": "{n} 个人的房间写进住宿名单了。",
    "copy": "照样抄了一轮演练，看看时间再放出去。",
    "pool": "池加好了，接下来往里放床。",
    "beds": "放进去 {n} 张床。",
    "take": "拿出来 {n} 张床。",
    "freeze": "冻结了 {n} 张床，新生选不到；住着的人不动。",
    "reopen": "{n} 张床放开了。",
    "place": "安排好了。",
    "move": "挪好了，原来的床空出来了。",
    "out": "请出来了，床空出来了。",
    "withdraw": "资格取消了，占着的床放开了。",
    "bring_back": "资格恢复了。",
    "plan": "照刚才看的，安排了 {n} 个人。",
}


def phase_of(round: Round, now: datetime) -> str:
    """A key of PHASES."""
    if round.stage in (Stage.DRAFT, Stage.CANCELLED, Stage.APPLIED):
        return str(round.stage)
    return phase(round.stage, round.opens_at, round.closes_at, now)


def say_time(at: datetime) -> str:
    """「10月10日 20:00」."""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def say_span(first: datetime, last: datetime) -> str:
    """「10月10日 20:00 到 22:00」."""
    one, two = first.astimezone(SHANGHAI), last.astimezone(SHANGHAI)
    until = f"{two:%H:%M}" if one.date() == two.date() else say_time(two)
    return f"{say_time(one)} 到 {until}"


def say_second(at: datetime) -> str:
    """「10月10日 20:00:01.123」: what a dispute is about."""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there:%H:%M:%S}.{there.microsecond // 1000:03}"


# What `verify` finds, which speaks to whoever runs it on the server.
PROOF: Mapping[str, str] = {
    "someone has two beds": "一个人有两张床",
    "someone holds two beds": "一个人同时留着两张床",
    "a bed without somebody who may choose, or of another pool": "床上的人不在名单里，或在别的池",
    "a bed of the other sex": "性别不对的床",
    "a bed in another room, or a pool of another round": "床和房间、池对不上",
    "more people in a pool than it has beds": "一个池里人比床多",
    "more changes than allowed": "改的次数超了",
    "chosen outside the time": "不在开放时间里选的",
    "a team that chose is not in one room, or not all of it": "一队人没在同一间，或没选全",
    "refused as taken though free": "空着的床说成被选走",
}
FACTS: Mapping[str, str] = {
    "log": "条记录重放过", "beds": "张床", "free": "张空着", "held": "张有人留着",
    "taken": "张住下了", "frozen": "张冻结", "kept": "张留给候补",
    "holds run out": "张留床过了时间",
    "wrong refusals": "次不该拒绝的拒绝",
}  # fmt: skip


def proof(broken: str) -> str:
    """A line of what does not hold; 「床 17 和记录对不上」 where the log leads elsewhere."""
    name, _, what = broken.partition(": ")
    return f"{PROOF[name]}：{what}" if name in PROOF else f"和记录对不上：{broken}"
