"""Words → what can be rated, and the form of what was named or scanned."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.kit.answers import Answer, Card, Link, Offer, Say
from app.kit.chat import Chat
from app.services.evaluations.board import Board, Entry, board, named, open_now
from app.services.evaluations.codes import PATH, SCENE, code_of, find_subject
from app.services.evaluations.lists import asked, open_for
from app.services.evaluations.words import ABOUT_SECRET, say_until

HOME = "/h5/evaluations"
MOST = 6
chat = Chat(board=board)


@chat.say("评价", "我要评价", "打分", "问卷", "你扫我办")
async def what(who: str, now: datetime, board: Board, db: AsyncSession) -> Say:
    """What I was asked for, else what is open to everybody."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("评价食堂、宿舍、班车", HOME)
    waiting = await asked(db, me, board, now)
    if waiting:
        links = tuple(Link(one.entry.name, f"{HOME}/i/{one.id}") for one in waiting[:MOST])
        return Say(f"这几件等你说一句，最近的{say_until(waiting[0].until, now)}：", links=links)
    entries = await open_for(db, me, board, now)
    if not entries:
        return Say("现在没有要评的。桌上、门上有评价码的，扫一下就能评。")
    offers = tuple(Offer(entry.name, f"评价 {entry.name}") for entry in entries[:MOST])
    return Say("想评哪里？回数字，或者发「评价 二食堂」：", offers, (Link("看全部", HOME),))


@chat.match(r"(?:评价|评|打分)\s*(?P<name>.{2,20})")
def one(name: str, board: Board, now: datetime) -> Answer | None:
    """「评价 二食堂」: its form; several that it may mean, as offers."""
    found = named(open_now(board, now), name)
    if not found:
        return None
    if len(found) == 1:
        return card(found[0])
    offers = tuple(Offer(entry.name, f"评价 {entry.name}") for entry in found)
    return Say("你说的是哪一个：", offers)


def card(entry: Entry) -> Card:
    """Its form, as it is shown in the chat."""
    secret = f"，{ABOUT_SECRET}" if entry.anonymous else ""
    return Card(f"{entry.name}怎么样", entry.page, f"点星、选几个词，半分钟{secret}")


@chat.match(
    rf"(?:{re.escape(SCENE)}|https?://\S{{1,200}}{re.escape(PATH)})(?P<code>[a-z2-7]{{24}})"
)
async def scanned(code: str, who: str, db: AsyncSession) -> Card:
    """The form of a code. Raises NotFound for one that is not, or no longer, good."""
    subject = await find_subject(db, code, who)
    return Card(
        f"{subject.name}怎么样", f"{PATH}{await code_of(db, subject)}", "点开评一下，半分钟"
    )
