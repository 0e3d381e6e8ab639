"""Words → a room's electricity: one's own without naming it, another where one works."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import bind_first, person_of
from app.campus.places import parse_room
from app.kit.answers import Say
from app.kit.chat import Ask, Chat
from app.services.electricity import access, words
from app.services.electricity.rooms import Account, look
from app.services.electricity.settings import Settings
from app.services.electricity.sources import chosen

settings = Settings()
source = chosen(settings)
chat = Chat()


@chat.say("电费", "电量", "查电费", "剩余电费", "剩余电量")
async def my_balance(ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, "", words.balance)


@chat.say("用电", "用电量", "每天用电")
async def my_days(ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, "", _days)


@chat.say("充值记录", "电费充值记录")
async def my_payments(ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, "", _payments)


@chat.match(r"(?:查)?(?:电费|电量|剩余电费|剩余电量)\s*(?P<place>.*\d.*)")
async def room_balance(place: str, ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, place, words.balance)


@chat.match(r"(?P<place>.*\d.*?)\s*的?(?:电费|电量)")
@chat.match(r"(?P<place>\D{0,6}\d{0,2}(?:号楼|栋|幢|号|楼)\s*\d{3,4}[a-z]?\s*(?:室|寝室|宿舍)?)")
async def room_first(place: str, ask: Ask, db: AsyncSession) -> Say | None:
    """「3号楼501电费」, or the room alone, as people answer our 「看哪间？」."""
    return await room_balance(place, ask, db) if parse_room(place) else None


@chat.match(r"(?:每天用电|用电量|用电)\s*(?P<place>.*\d.*)")
async def room_days(place: str, ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, place, _days)


@chat.match(r"(?:电费)?充值记录\s*(?P<place>.*\d.*)")
async def room_payments(place: str, ask: Ask, db: AsyncSession) -> Say:
    return await _tell(db, ask, place, _payments)


Said = Callable[[Account, datetime], Say]


def _days(account: Account, now: datetime) -> Say:
    return words.days(account)


def _payments(account: Account, now: datetime) -> Say:
    return words.payments(account)


async def _tell(db: AsyncSession, ask: Ask, place: str, said: Said) -> Say:
    """What `said` says of the room at `place`, or of one's own. Raises as `access` does."""
    me = await person_of(db, ask.who, ask.now)
    if me.person_id is None:
        return bind_first("看寝室电费", "/h5/electricity")
    if place:
        room = await access.room_at(db, me, place)
    elif me.room_id is None and access.may_see_others(me):
        return words.ask_room(ask.text)
    else:
        room = await access.own_room(db, me)
    return said(await look(db, room, source, ask.now, settings.limits), ask.now)
