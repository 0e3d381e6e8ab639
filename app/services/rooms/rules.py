"""What can come of a request, what is said of it, and who gets on with whom. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    APPLIED = "applied"


class RoundKind(StrEnum):
    REHEARSAL = "rehearsal"
    FORMAL = "formal"
    SUPPLEMENTARY = "supplementary"


class Together(StrEnum):
    LEADER = "leader"
    ANY = "any"


class BedState(StrEnum):
    FREE = "free"
    HELD = "held"
    TAKEN = "taken"
    FROZEN = "frozen"
    KEPT = "kept"


class What(StrEnum):
    """What the log knows. The first four are asked for by freshmen, through the engine."""

    HOLD = "hold"
    CONFIRM = "confirm"
    RELEASE = "release"
    GIVEUP = "giveup"
    EXPIRE = "expire"
    OFFER = "offer"
    SWAP = "swap"
    PLACE = "place"
    MOVE = "move"
    OUT = "out"
    WITHDRAW = "withdraw"
    FREEZE = "freeze"
    THAW = "thaw"
    EDIT = "edit"
    CANCEL = "cancel"
    RESTORE = "restore"
    APPLY = "apply"


ASKED = (What.HOLD, What.CONFIRM, What.RELEASE, What.GIVEUP)


class Outcome(StrEnum):
    """`done`, `same` (it was so already), or why not."""

    DONE = "done"
    SAME = "same"
    EARLY = "early"
    CLOSED = "closed"
    STOPPED = "stopped"
    OUTSIDE = "outside"
    WITHDRAWN = "withdrawn"
    CHANGES = "changes"
    TAKEN = "taken"
    HELD = "held"
    FROZEN = "frozen"
    FULL = "full"
    EXPIRED = "expired"
    NONE = "none"
    NUMBER = "number"
    APART = "apart"
    NOT_LEADER = "not_leader"
    MEMBER = "member"
    AGAIN = "again"
    STALE = "stale"
    FAST = "fast"
    QUEUE = "queue"


WELL = (Outcome.DONE, Outcome.SAME)
TRY_ANOTHER = (Outcome.TAKEN, Outcome.HELD, Outcome.FROZEN)  # a free bed nearby is worth naming
SENTENCES: Mapping[Outcome, str] = {
    Outcome.EARLY: "还没开选，到点就能选",
    Outcome.CLOSED: "这一轮已经结束了，没选到的同学会统一安排",
    Outcome.STOPPED: "这一轮先停下了，恢复后会通知你",
    Outcome.OUTSIDE: "这张床不在你能选的范围里，换一间看看",
    Outcome.WITHDRAWN: "你的选房资格取消了，有疑问给宿管中心打个电话",
    Outcome.CHANGES: "改的次数用完了，想换可以找同学互换",
    Outcome.TAKEN: "这张床刚被同学选走，看看旁边的",
    Outcome.HELD: "有同学正在考虑这张床，先看看旁边的",
    Outcome.FROZEN: "这间暂时不开放，换一间看看",
    Outcome.FULL: "这间的空床不够了，换一间看看",
    Outcome.EXPIRED: "留床的时间过了，再选一次",
    Outcome.NONE: "你手上没有留着的床",
    Outcome.NUMBER: "要选的床数和队里的人数不一样",
    Outcome.APART: "一队人要选在同一间",
    Outcome.NOT_LEADER: "你们约好由队长来选，想自己选先退出队伍",
    Outcome.MEMBER: "队里有同学现在不能一起选，看看队伍情况",
    Outcome.AGAIN: "队伍刚刚有变化，再点一次",
    Outcome.STALE: "这一页旧了，再点一次",
    Outcome.FAST: "点得太快了，缓一下再点",
    Outcome.QUEUE: "前面还有同学，轮到你会自动进去",
}
DONE: Mapping[What, str] = {
    What.HOLD: "给你留住了",
    What.CONFIRM: "就住这里，定了",
    What.RELEASE: "不留了，床让给别的同学",
    What.GIVEUP: "床位退掉了",
}


def say(what: What, outcome: Outcome) -> str:
    """What the freshman reads."""
    return DONE[what] if outcome in WELL else SENTENCES[outcome]


def phase(stage: str, opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """soon, open, over, or stopped (not made public, or cancelled)."""
    if stage in (Stage.DRAFT, Stage.CANCELLED):
        return "stopped"
    if stage != Stage.READY or now >= closes_at:
        return "over"
    return "open" if now >= opens_at else "soon"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the questionnaire. `choices` are in an order: neighbours get on."""

    key: str
    title: str
    choices: tuple[str, ...]
    weight: int = 1


HABITS = (
    Question("sleep", "几点睡", ("22:30 前", "23:00", "23:30", "0:00", "常过 0:30"), 3),
    Question("rise", "几点起", ("6:30 前", "7:00", "7:30", "8:00 后"), 2),
    Question("noise", "怕不怕吵", ("怕吵", "一般", "不怕吵"), 2),
    Question("smoke", "抽烟吗", ("不抽烟", "抽烟"), 3),
    Question("ac", "夏天空调", ("少开", "26 度", "越凉越好")),
    Question("clean", "打扫", ("天天收拾", "每周一次", "看心情")),
)


def like_mindedness(a: Mapping[str, str], b: Mapping[str, str]) -> int:
    """How well two get on by their habits, 0 to 100; 50 for what one of them did not say."""
    total = sum(question.weight for question in HABITS)
    return round(sum(q.weight * _near(q, a.get(q.key), b.get(q.key)) for q in HABITS) / total)


def _near(question: Question, a: str | None, b: str | None) -> float:
    if a not in question.choices or b not in question.choices:
        return 50
    steps = abs(question.choices.index(a) - question.choices.index(b))
    return 100 * (1 - steps / (len(question.choices) - 1))
