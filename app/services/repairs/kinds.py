"""The kinds of faults: those that a new campus begins with, and all of them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.services.repairs.models import Kind, Price

POWER, PLUMBING, WOOD, NET, COLD = "电工", "水电", "木工", "网络", "空调"
TEAMS = {POWER: "水电组", PLUMBING: "水电组", WOOD: "木工组", NET: "网络组", COLD: "空调组"}


@dataclass(frozen=True, slots=True)
class Default:
    """A kind as it comes: its name, picture, trade, signs, hours to finish; prices in fen.

    `prices`: (item, unit, fen, note); 0 fen is free.
    """

    name: str
    icon: str
    trade: str
    signs: tuple[str, ...]
    finish: int = 12
    arrive: int = 240
    always: bool = False
    grab: bool = False
    warranty: int = 30
    prices: tuple[tuple[str, str, int, str], ...] = ()


WORN = "正常用坏的"
BROKEN = "人为损坏的"
# Hours of campus.md: small faults in two hours, ordinary ones in twelve, large ones in days. What
# lets nobody wash or sleep does not wait for Monday (`always`).
DEFAULTS: Sequence[Default] = (
    Default("灯", "lamp", POWER, ("不亮", "一闪一闪", "开关坏了", "灯罩掉了"), prices=(
        ("换灯管、镇流器", "根", 0, WORN), ("换开关面板", "个", 800, BROKEN))),
    Default("电扇", "fan", POWER, ("不转", "转得慢", "有响声", "调速坏了"), 24, prices=(
        ("修电扇", "台", 0, WORN), ("换调速开关", "个", 1500, BROKEN))),
    Default("空调", "ac", COLD, ("不制冷", "不制热", "漏水", "有响声", "遥控器坏了"), 24, prices=(
        ("修空调、清洗滤网", "台", 0, WORN), ("换遥控器", "个", 2500, "丢了或摔坏的"))),
    Default("电路", "bolt", POWER, ("没电", "跳闸", "插座坏了", "有焦味"), 4, 60, always=True,
            prices=(("查线路、恢复供电", "次", 0, ""), ("换插座", "个", 1200, BROKEN))),
    Default("网络", "wifi", NET, ("连不上", "很慢", "网口坏了"), 24, grab=True, prices=(
        ("查线路、换网口", "次", 0, ""),)),
    Default("水管", "tap", PLUMBING, ("漏水", "堵了", "没水", "水太小"), 6, 60, always=True,
            prices=(("疏通、换密封圈和软管", "处", 0, WORN), ("换龙头", "个", 3500, BROKEN))),
    Default("便池", "toilet", PLUMBING, ("堵了", "冲不下", "一直流水", "破了"), 6, 60, always=True,
            prices=(("疏通、换水箱配件", "处", 0, WORN), ("换便池", "个", 18000, BROKEN))),
    Default("热水", "shower", PLUMBING, ("不热", "水太小", "花洒坏了", "刷卡没反应"), prices=(
        ("修热水、刷卡器", "次", 0, WORN), ("换花洒", "个", 2800, BROKEN))),
    Default("门窗", "door", WOOD, ("锁不上", "关不严", "玻璃碎了", "把手掉了", "纱窗破了"), prices=(
        ("修门锁、合页、纱窗", "处", 0, WORN), ("换锁芯", "个", 4500, "钥匙丢了的"),
        ("换玻璃", "平方米", 6000, BROKEN))),
    Default("床桌", "bed", WOOD, ("晃", "床板断了", "梯子松了", "柜门掉了", "椅子坏了"), 24,
            prices=(("修床、桌、柜、椅", "件", 0, WORN), ("换椅子", "把", 9000, BROKEN))),
)  # fmt: skip


async def fill_kinds(db: AsyncSession) -> None:
    """Add the default kinds that are not there yet, by their names, each with its prices."""
    for position, one in enumerate(DEFAULTS):
        row = {
            "name": one.name, "icon": one.icon, "trade": one.trade, "team": TEAMS[one.trade],
            "signs": list(one.signs), "finish": one.finish, "arrive": one.arrive,
            "always": one.always, "grab": one.grab, "warranty": one.warranty,
            "position": position,
        }  # fmt: skip
        new = insert(Kind).values(row).on_conflict_do_nothing().returning(Kind.id)
        if (kind := await db.scalar(new)) is not None:
            db.add_all(
                Price(kind_id=kind, item=item, unit=unit, fen=fen, note=note, position=at)
                for at, (item, unit, fen, note) in enumerate(one.prices)
            )
    await db.flush()
    await kinds.changed(db)


Kinds = dict[int, Kind]


async def _load(db: AsyncSession) -> Kinds:
    every = await db.scalars(select(Kind).order_by(Kind.position, Kind.id))
    return {kind.id: kind for kind in every}


# Every kind by its id, in the order that they are shown; those that are gone, too: old orders
# name them. Who writes a kind says `await kinds.changed(db)`.
kinds = Cached("repairs_kinds", _load)


def offered(kinds: Kinds) -> list[Kind]:
    """Those that one can report."""
    return [kind for kind in kinds.values() if kind.gone_at is None]
