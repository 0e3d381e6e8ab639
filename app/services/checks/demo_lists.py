"""The lists of the demo campus: points with full marks, when they are a fault, and for how long."""

from app.campus.permission import Role
from app.services.checks.rules import Item, Kind, Rhythm

Points = tuple[tuple[str, int, int, int, bool, str], ...]
CANTEEN: Points = (
    ("地面和墙面", 10, 8, 4, False, "有积水、油污、蜘蛛网"),
    ("操作台和灶具", 10, 8, 4, False, "台面油腻，生熟没分开"),
    ("餐具消毒", 15, 15, 4, True, "消毒柜没开、没有记录"),
    ("食品留样", 15, 15, 4, True, "少一样、不足 125 克、不满 48 小时"),
    ("库房", 10, 7, 8, False, "没离墙离地，有过期的"),
    ("从业人员", 10, 8, 4, False, "没戴帽子口罩，健康证过期"),
    ("冷藏温度", 10, 8, 4, False, "冷藏高于 8℃，没有记录"),
    ("三防设施", 10, 7, 16, False, "纱窗破，灭蝇灯不亮"),
    ("明码标价", 5, 3, 8, False, "没有标价，和实际不一样"),
    ("消防和燃气", 5, 5, 4, True, "通道堵了，燃气报警不响"),
)
DORMITORY: Points = (
    ("地面", 20, 12, 15, False, "有垃圾、没拖"),
    ("床铺", 20, 12, 15, False, "没叠被，床上堆东西"),
    ("桌面", 15, 8, 15, False, "杂物多"),
    ("阳台和卫生间", 20, 12, 15, False, "有异味、有积水"),
    ("垃圾", 10, 5, 8, False, "满了没倒"),
    ("用电安全", 15, 15, 4, True, "有大功率电器、私拉电线"),
)
PROPERTY: Points = (
    ("大厅和走廊", 15, 10, 15, False, "有灰、有积水"),
    ("教室", 20, 14, 15, False, "黑板没擦，桌肚有垃圾"),
    ("卫生间", 20, 14, 8, False, "有异味，没有纸和洗手液"),
    ("楼梯和扶手", 10, 6, 15, False, "有灰"),
    ("绿化", 10, 6, 38, False, "枯枝没清"),
    ("灯和开关", 10, 6, 15, False, "有不亮的没报修"),
    ("消防通道", 15, 15, 4, True, "堵了、锁了"),
)
YEAR: Points = (
    ("制度和台账", 20, 15, 75, False, "缺项、没有签字"),
    ("培训和考核", 20, 15, 75, False, "没有记录"),
    ("设备年检", 20, 20, 75, True, "过期没检"),
    ("全年整改率", 20, 15, 75, False, "低于 95%"),
    ("师生满意度", 20, 15, 75, False, "低于 85%"),
)
# title: kind, rhythm, who, points, room by room, also on free days.
LISTS: dict[str, tuple[Kind, Rhythm, tuple[Role, ...], Points, bool, bool]] = {
    "食堂每日巡查": (Kind.CANTEEN, Rhythm.DAY, (Role.SUPERVISOR, Role.HEAD), CANTEEN, False, True),
    "宿舍每周卫生": (Kind.DORMITORY, Rhythm.WEEK, (Role.KEEPER, Role.SUPERVISOR), DORMITORY, True,
                 False),
    "楼宇物业每月考核": (Kind.PROPERTY, Rhythm.MONTH, (Role.SUPERVISOR, Role.HEAD), PROPERTY, False,
                 False),
    "食堂年度考评": (Kind.CANTEEN, Rhythm.YEAR, (Role.SUPERVISOR, Role.HEAD), YEAR, False, False),
}  # fmt: skip
# name: kind, unit, building, firm, how good it is (hundredths of the marks).
PLACES: dict[str, tuple[Kind, str, str, str, int]] = {
    "第一食堂": (Kind.CANTEEN, "饮食中心", "", "", 88),
    "第二食堂": (Kind.CANTEEN, "饮食中心", "", "鼎兴餐饮", 78),
    "第二食堂 6 号窗口": (Kind.CANTEEN, "饮食中心", "", "鼎兴餐饮", 70),
    "第三食堂": (Kind.CANTEEN, "饮食中心", "", "绿源餐饮", 82),
    "3号楼": (Kind.DORMITORY, "公寓中心", "3号楼", "", 84),
    "7号楼": (Kind.DORMITORY, "公寓中心", "7号楼", "", 74),
    "12号楼": (Kind.DORMITORY, "公寓中心", "12号楼", "", 86),
    "一教": (Kind.PROPERTY, "物业中心", "一教", "万洁物业", 80),
    "二教": (Kind.PROPERTY, "物业中心", "二教", "万洁物业", 70),
}  # fmt: skip
# Number: name, role, unit that it is limited to.
STAFF: dict[str, tuple[str, Role, str]] = {
    "6301": ("冯晓燕", Role.SUPERVISOR, "饮食中心"),
    "6302": ("蒋文斌", Role.SUPERVISOR, "物业中心"),
    "6303": ("沈丽", Role.SUPERVISOR, "公寓中心"),
    "6304": ("钱卫东", Role.CONTRACTOR, "鼎兴餐饮"),
    "6305": ("陆强", Role.CONTRACTOR, "绿源餐饮"),
    "6306": ("施美华", Role.CONTRACTOR, "万洁物业"),
}
CHECKERS = {"饮食中心": "6301", "物业中心": "6302", "公寓中心": "6303"}
MENDERS = {"鼎兴餐饮": "6304", "绿源餐饮": "6305", "万洁物业": "6306"}


def items(points: Points) -> tuple[Item, ...]:
    """Points as a list has them."""
    return tuple(Item(str(at), *rest) for at, rest in enumerate(points, start=1))
