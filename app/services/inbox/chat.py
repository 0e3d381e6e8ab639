"""Words → what is new, and where to choose what is told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import inbox, preferences
from app.campus.people.lookup import bind_first, person_of
from app.campus.people.privacy import Subject
from app.kit.answers import Link, Offer, Say
from app.kit.chat import Chat
from app.services.inbox import words

PAGE, SETTINGS = "/h5/inbox", "/h5/inbox/settings"
SHOWN = 3
chat = Chat()


@chat.say("消息", "我的消息", "消息中心", "新消息", "未读消息")
async def messages(who: str, now: datetime, db: AsyncSession) -> Say:
    me = await person_of(db, who, now)
    reader = Subject(who, me.person_id)
    choose = (Offer("选哪些发到微信", "通知设置"),)
    if not (count := await inbox.unread(db, reader)):
        return Say("没有新消息，看过的都在这里", choose, (Link("看过的消息", PAGE),))
    found, _ = await inbox.letters(db, reader)
    newest = [letter for letter in found if letter.unread][:SHOWN]
    said = [words.waiting(count), *(words.brief(one.title, one.at, now) for one in newest)]
    return Say("\n".join(said), choose, (Link("打开看", PAGE),))


@chat.say("通知设置", "消息设置", "消息提醒", "关闭通知", "退订", "td")
async def settings(who: str, now: datetime, db: AsyncSession) -> Say:
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("选哪些通知发给你", SETTINGS)
    off = len(await preferences.muted(db, me.person_id))
    head = f"你关掉了 {off} 类通知" if off else "现在每一类通知都会发到微信"
    said = f"{head}。不想收的随时关，关了以后「消息」里还找得到"
    return Say(said, (), (Link("选哪些发到微信", SETTINGS),))
