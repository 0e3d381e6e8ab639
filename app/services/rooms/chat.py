"""Words → when it is one's turn, and which bed one has."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.kit.answers import Link, Say
from app.kit.chat import Ask, Chat
from app.services.rooms import reading, words
from app.services.rooms.reading import BedView, MyRound
from app.services.rooms.rules import RoundKind

chat = Chat()
HOME = "/h5/rooms"
NONE = "现在没有轮到你的选房。新生名单定下来以后，会发消息叫你"
ORDER = {"open": 0, "soon": 1, "over": 2, "stopped": 3}


@chat.say("选房", "选宿舍", "选寝室", "选床", "选床位", "新生选房", "宿舍选择")
async def choose(ask: Ask, db: AsyncSession) -> Say:
    """When, and until when; what one has already."""
    me = await person_of(db, ask.who, ask.now)
    if me.person_id is None:
        return bind_first("选房", HOME)
    rounds = await reading.rounds_of(db, me.person_id, ask.now)
    lines = []
    for found in sorted(rounds, key=lambda one: ORDER[one.phase]):
        state = await reading.my_state(db, found.round.id, me.person_id, ask.now)
        lines.append(_line(found, state.taken, ask.now))
    if not lines:
        return Say(NONE)
    return Say("\n".join(lines), links=(Link("去选房", HOME),))


def _line(found: MyRound, bed: BedView | None, now: datetime) -> str:
    one = found.round
    kind = words.KINDS[RoundKind(one.kind)]
    if bed is not None:
        return f"{kind}：你选了{where(bed)}"
    if found.phase == "soon":
        left = words.span((one.opens_at - now).total_seconds())
        return f"{kind}：{words.opening(one.opens_at)} 开选，还有 {left}"
    if found.phase == "open":
        return f"{kind}：正在选，{words.moment(one.closes_at, now)} 结束，你还没选"
    return f"{kind}：{'先停下了' if found.phase == 'stopped' else '已经结束'}"


def where(bed: BedView) -> str:
    """「12号楼 512，4号床」."""
    return f"{bed.building} {bed.room}，{bed.label}"


@chat.say("我的房间", "我的宿舍", "我的寝室", "我的床位", "我住哪", "我住哪里")
async def my_room(ask: Ask, db: AsyncSession) -> Say:
    """The bed of the round that counts, with roommates, key and way; else where the roster says."""
    me = await person_of(db, ask.who, ask.now)
    if me.person_id is None:
        return bind_first("看你的房间", HOME)
    rounds = await reading.rounds_of(db, me.person_id, ask.now)
    real = [one for one in rounds if one.round.kind != RoundKind.REHEARSAL]
    for found in sorted(real, key=lambda one: ORDER[one.phase]):
        state = await reading.my_state(db, found.round.id, me.person_id, ask.now)
        if state.taken is not None:
            return await _told(db, found, state.taken, me.person_id)
    if rounds:
        return Say("你还没选到床", links=(Link("去选房", HOME),))
    return Say(NONE)


async def _told(db: AsyncSession, found: MyRound, bed: BedView, person_id: int) -> Say:
    mates = await reading.roommates(db, found.round.id, bed.room_id, person_id)
    lines = [f"你住{where(bed)}"]
    for mate in mates:
        _, known = words.known_as(mate.name)
        lines.append(words.listed((f"{known} {mate.college}".strip(), words.said(mate.answers))))
    if not mates:
        lines.append("还没有别的同学选这间")
    if bed.key_place:
        lines.append(f"钥匙在{bed.key_place}领")
    return Say("\n".join(lines), links=(Link("看房间和路线", f"{HOME}/{found.round.id}/mine"),))
