"""Words → one's points."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.kit.answers import Link, Say
from app.kit.chat import Chat
from app.services.assess import views
from app.services.assess.words import say_lines, say_points

HOME = "/h5/assess"
chat = Chat()


# A pattern and no list of words: 「菜单」 lists what has words, and this is for some staff alone.
@chat.match(r"(?:我的)?(?:考核|绩效)(?:分|多少分|结果)?")
async def mine(who: str, now: datetime, db: AsyncSession) -> Say:
    """This month up to now."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("看你的考核", HOME)
    found = await views.standing(db, me, now)
    if found is None:
        return Say("你不在考核的班组里", (), (Link("打开考核", HOME),), HOME)
    said = f"{found.month.month}月到今天 {say_points(found.points)} 分，"
    said += say_lines(found.points, found.scheme)
    return Say(said, (), (Link("看每一项为什么", HOME),), HOME)
