"""Words → who I am here, binding, unbinding."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people import binding
from app.campus.people.lookup import BIND_PAGE, person_of, room_of
from app.kit.answers import Link, Offer, Say
from app.kit.chat import Chat
from app.services.mine import words

PAGE = "/h5/mine"
chat = Chat()


@chat.say("我的", "我", "个人中心", "我的信息")
async def mine(who: str, now: datetime, db: AsyncSession) -> Say:
    me = await person_of(db, who, now)
    if me.person_id is None:
        return await _unbound(db, who, now)
    room = await room_of(db, me)
    lines = [f"{me.name}，{words.number(me)}", room.name if room else "还没有登记宿舍"]
    if await binding.asked(db, me.person_id, now):
        lines.append(f"有个微信想换绑你的学号，{words.THREE_DAYS}，点「我的」看看")
    offers = (Offer("解绑学号", "解绑"),)
    return Say("\n".join(lines), offers, (Link("打开我的", PAGE),))


@chat.say("绑定", "绑定学号", "学号绑定", "绑定工号", "换绑")
async def bind(who: str, now: datetime, db: AsyncSession) -> Say:
    me = await person_of(db, who, now)
    if me.person_id is None:
        return await _unbound(db, who, now)
    return Say(f"已经绑了{me.name}，{words.number(me)}", (Offer("解绑学号", "解绑"),))


@chat.say("解绑", "解绑学号", "解除绑定", "取消绑定")
async def ask_to_unbind(who: str, now: datetime, db: AsyncSession) -> Say:
    me = await person_of(db, who, now)
    if me.person_id is None:
        return Say("这个微信还没绑学号", links=(Link("绑定学号", BIND_PAGE),))
    sure = f"解绑以后，{me.name}的电费、报修这些就看不到了，别的手机和电脑上也会退出。真的解绑？"
    return Say(sure, (Offer("解绑", "确定解绑"), Offer("不解了", "我的")))


@chat.say("确定解绑")
async def unbind(who: str, now: datetime, db: AsyncSession) -> Say:
    await binding.unbind(db, await person_of(db, who, now), now)
    return Say("解绑了。想再用，随时绑回来", links=(Link("绑定学号", BIND_PAGE),))


async def _unbound(db: AsyncSession, who: str, now: datetime) -> Say:
    if await binding.waiting(db, who, now):
        return Say(f"等原来的微信点头，{words.THREE_DAYS}", links=(Link("看看到哪一步", PAGE),))
    return Say(
        "还没绑学号。绑上以后，寝室电费、报修、预约都认得你",
        links=(Link("绑定学号", BIND_PAGE),),
    )
