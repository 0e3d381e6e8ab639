"""Words → a room's electricity.

Any room may be asked by anyone until students are bound to theirs. Somebody who tries all
rooms learns balances and no names, so there is no limit on asking here.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import find_room, parse_room
from app.kit.answers import Say
from app.kit.chat import Chat
from app.kit.errors import Invalid
from app.services.electricity import words
from app.services.electricity.rooms import Account, look
from app.services.electricity.settings import Settings
from app.services.electricity.sources import chosen

settings = Settings()
source = chosen(settings)
chat = Chat()


@chat.say("电费", "电量", "查电费", "剩余电费", "剩余电量")
def which_room() -> Say:
    return words.ask_room("电费")


@chat.say("用电", "用电量", "每天用电")
def which_room_for_days() -> Say:
    return words.ask_room("用电")


@chat.say("充值记录", "电费充值记录")
def which_room_for_payments() -> Say:
    return words.ask_room("充值记录")


@chat.match(r"(?:查)?(?:电费|电量|剩余电费|剩余电量)\s*(?P<place>.*\d.*)")
async def room_balance(place: str, now: datetime, db: AsyncSession) -> Say:
    return words.balance(await _account(db, place, now), now)


@chat.match(r"(?P<place>.*\d.*?)\s*的?(?:电费|电量)")
@chat.match(r"(?P<place>\D{0,6}\d{0,2}(?:号楼|栋|幢|号|楼)\s*\d{3,4}[a-z]?\s*(?:室|寝室|宿舍)?)")
async def room_first(place: str, now: datetime, db: AsyncSession) -> Say | None:
    """「3号楼501电费」, or the room alone, as people answer our 「看哪间？」."""
    return await room_balance(place, now, db) if parse_room(place) else None


@chat.match(r"(?:每天用电|用电量|用电)\s*(?P<place>.*\d.*)")
async def room_days(place: str, now: datetime, db: AsyncSession) -> Say:
    return words.days(await _account(db, place, now))


@chat.match(r"(?:电费)?充值记录\s*(?P<place>.*\d.*)")
async def room_payments(place: str, now: datetime, db: AsyncSession) -> Say:
    return words.payments(await _account(db, place, now))


async def _account(db: AsyncSession, place: str, now: datetime) -> Account:
    """The account of the room that `place` names. Raises Invalid and NotFound."""
    if (parsed := parse_room(place)) is None:
        raise Invalid(words.unread(place))
    room = await find_room(db, *parsed)
    return await look(db, room, source, now, settings.limits)
