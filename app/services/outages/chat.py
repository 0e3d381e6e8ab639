"""Words → what is off: one's own building first."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import person_of
from app.campus.places import Campus, campus
from app.kit.answers import Say
from app.kit.chat import Ask, Chat
from app.kit.words import normalise
from app.services.outages.board import Board, board, home, open_cuts
from app.services.outages.rules import OFF, Kind, Place
from app.services.outages.words import answer

chat = Chat(board=board, campus=campus)
KINDS: dict[str, tuple[Kind, ...]] = {
    "水": (Kind.WATER, Kind.HOT_WATER),
    "热水": (Kind.HOT_WATER, Kind.WATER),
    "电": (Kind.POWER,),
    "暖": (Kind.HEATING,), "暖气": (Kind.HEATING,),
}  # fmt: skip
FILLERS = frozenset({
    "", "今天", "明天", "现在", "今晚", "宿舍", "寝室", "我们楼", "我这栋", "我们这栋", "学校",
    "什么时候", "啥时候", "几点", "为什么", "怎么", "是不是", "哪里", "哪儿",
})  # fmt: skip


@chat.say("停水停电", "停电停水", "停水停电通知", "停水电", "水电", "断水断电", "没水没电")
async def everything(board: Board, campus: Campus, ask: Ask, db: AsyncSession) -> Say:
    """All kinds."""
    me = await person_of(db, ask.who, ask.now)
    return answer(open_cuts(board, ask.now), campus, ask.now, home(campus, me.room_id))


@chat.say("停水", "停水通知", "断水", "没水", "没水了", "来水")
async def water(board: Board, campus: Campus, ask: Ask, db: AsyncSession) -> Say:
    return await _of(KINDS["水"], board, campus, ask, db)


@chat.say("停电", "停电通知", "断电", "没电", "没电了", "来电")
async def power(board: Board, campus: Campus, ask: Ask, db: AsyncSession) -> Say:
    return await _of(KINDS["电"], board, campus, ask, db)


@chat.match(
    r"(?P<place>.{0,12}?)\s*(今天|明天|现在|什么时候|几点)?(会|要|有没有|是不是|怎么)?"
    r"(停|断|没|来|没有)(?P<what>热水|暖气|水|电|暖)(了|通知)?(吗|么|嘛|没|呢|没有)?"
)
async def somewhere(  # noqa: PLR0917 - the chat gives them by name
    place: str, what: str, board: Board, campus: Campus, ask: Ask, db: AsyncSession
) -> Say | None:
    """「3号楼停水」, 「今天停电吗」, 「什么时候来水」."""
    name = normalise(place)
    if name in FILLERS:
        return await _of(KINDS[what], board, campus, ask, db)
    house = next((house for house in campus.houses if normalise(house.name) == name), None)
    if house is None:
        return None
    cuts = [cut for cut in open_cuts(board, ask.now) if cut.kind in KINDS[what]]
    return answer(cuts, campus, ask.now, Place(house.id), OFF[KINDS[what][0]])


async def _of(
    kinds: tuple[Kind, ...], board: Board, campus: Campus, ask: Ask, db: AsyncSession
) -> Say:
    me = await person_of(db, ask.who, ask.now)
    cuts = [cut for cut in open_cuts(board, ask.now) if cut.kind in kinds]
    return answer(cuts, campus, ask.now, home(campus, me.room_id), OFF[kinds[0]])
