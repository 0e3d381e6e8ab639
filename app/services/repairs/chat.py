"""Words → the form that reports, how it stands, and what others reported."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.campus.places import Campus, campus
from app.kit import chat as kit
from app.kit.answers import Card, Link, Offer, Say
from app.kit.errors import Invalid
from app.services.repairs import parts
from app.services.repairs.chat_photo import keep
from app.services.repairs.kinds import Kinds, kinds, offered
from app.services.repairs.pages_links import HOME, NEW, PUBLIC, page_of
from app.services.repairs.pages_lists import Row, my_orders
from app.services.repairs.rules import OPEN
from app.services.repairs.shown_words import brief, lead
from app.services.repairs.telling import say_place
from app.services.repairs.words import say_fault

chat = kit.Chat(kinds=kinds, campus=campus)
SHOWN = 5


@chat.say("报修", "我要报修", "维修", "修东西", "坏了", "报障", "故障报修", "宿舍报修")
def report() -> Card:
    return Card("报修", NEW, "点开选什么坏了，半分钟就好。拍张照片发给我也行")


@chat.match(r"(?:我要)?(?:报修|维修)[ ,，:：]\s*(?P<words>\S.{0,200})")
def report_words(words: str, kinds: Kinds) -> Card:
    """「报修 水管漏水」: the form with kind, sign and words filled in, as far as they are known."""
    filled = {"words": words}
    for kind in offered(kinds):
        signs = [sign for sign in kind.signs if sign in words]
        if kind.name in words or signs:
            filled |= {"kind": str(kind.id), "sign": signs[0] if signs else ""}
            break
    return Card(f"报修：{words[:20]}", f"{NEW}?{urlencode(filled)}", "说明已经填好，看一眼就能交")


@chat.say("我的报修", "报修记录", "我的单", "我的工单")
async def mine(who: str, now: datetime, db: AsyncSession) -> Say:
    """The newest orders and how each stands."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("看你报过的修", HOME)
    found, following = await my_orders(db, me.person_id, most=SHOWN)
    if not found:
        return Say("你还没报过修", (Offer("报一个", "报修"),), (Link("看看大家报的", PUBLIC),))
    lines = [_line(row, now) for row in found]
    more = "更早的，点下面看" if following else ""
    text = "\n".join(["你的报修：", *lines, *([more] if more else [])])
    return Say(text, (Offer("报一个新的", "报修"),), (Link("打开我的报修", HOME),), HOME)


def _line(row: Row, now: datetime) -> str:
    return f"· {row.place} {row.fault}：{brief(row.order, now)}"


@chat.say("进度", "报修进度", "修到哪了", "维修进度", "查进度", "什么时候修")
async def progress(who: str, now: datetime, db: AsyncSession) -> Say | Card:
    """How the newest order stands, one that is open before all others."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("看修到哪了", HOME)
    found, _ = await my_orders(db, me.person_id)
    if not found:
        return Say("你没有在修的东西", (Offer("报一个", "报修"),))
    row = next((row for row in found if row.order.state in OPEN), found[0])
    said = lead(row.order, "", now)
    return Card(said.title, page_of(row.order.number), f"{row.place} {row.fault}，{said.text}")


@chat.match(r"(?:单号|报修|进度)?\s*(?P<number>\d{6}-\d{1,6})")
async def one(number: str, who: str, now: datetime, db: AsyncSession, kinds: Kinds) -> Say | Card:
    """An order by its number. Raises NotFound for one that is not theirs to see."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("看这张单", page_of(number))
    order = await parts.find(db, me, number)
    said = lead(order, "", now)
    fault = say_fault(kinds[order.kind_id].name, order.sign)
    place = await say_place(db, order)
    return Card(said.title, page_of(order.number), f"{place} {fault}，{said.text}")


@chat.say("报修广场", "大家报的", "维修公示")
def public() -> Card:
    return Card("报修广场", PUBLIC, "大家在修什么、多久修好、准不准时")


@chat.say("报修收费", "维修收费", "收费标准", "修东西要钱吗")
def fees() -> Card:
    return Card("哪些要收费", f"{HOME}/fees", "正常用坏的都不收费，收费的写明了价钱")


@chat.on(kit.Kind.PICTURE)
async def photo(
    picture: str | None, who: str, now: datetime, db: AsyncSession, campus: Campus
) -> Say | Card:
    """A photo offers a report that holds it; one that cannot be had offers the empty form."""
    me = await person_of(db, who, now)
    if me.person_id is None:
        return bind_first("拿照片报修", NEW)
    door = campus.room(me.room_id) if me.room_id else None
    where = f"{door.name}，" if door else ""
    try:
        async with db.begin_nested():
            upload = await keep(db, me.person_id, picture or "", now)
    except Invalid as refusal:
        return Say(str(refusal), links=(Link("打开报修", NEW),))
    return Card("要报修吗？", f"{NEW}?photo={upload}", f"{where}照片已经放好，选一下什么坏了就能交")
