"""A believable logistics group: some 90 numbers, made up."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.phones.models import EntryKind
from app.services.phones.sheet import Row, replace

LOGISTICS = "后勤管理处"
OFFICE = "工作日 8:00–12:00、14:30–18:00"
ALWAYS = "24 小时"
SHIFTS = "每天 7:00–22:00"
Post = tuple[str, str, str]  # post, person, the last four digits

# Department, hours (empty: the parent's), place, posts.
UNITS: tuple[tuple[str, str, str, tuple[Post, ...]], ...] = (
    (
        "",
        OFFICE,
        "行政楼 2 楼",
        (("处长室", "周处长", "0101"), ("副处长室", "刘副处长", "0102"), ("总值班", "", "0100")),
    ),
    ("综合科", "", "行政楼 203", (("值班", "", "0103"), ("公章和证明", "孙老师", "0104"))),
    ("财务科", "", "行政楼 207", (("报账", "何老师", "0105"), ("水电费退补", "谢老师", "0106"))),
    ("维修中心", "", "后勤楼 1 楼", (("主任", "陈主任", "0111"), ("报修受理", "杨老师", "0112"))),
    ("维修中心/水电班", SHIFTS, "后勤楼 105", (("班长", "王师傅", "0113"), ("值班", "", "0114"))),
    ("维修中心/木工班", SHIFTS, "后勤楼 107", (("班长", "郑师傅", "0115"), ("配钥匙", "", "0108"))),
    ("维修中心/空调班", SHIFTS, "后勤楼 109", (("班长", "冯师傅", "0116"), ("值班", "", "0117"))),
    ("维修中心/电梯班", ALWAYS, "后勤楼 110", (("值班", "", "0118"),)),
    ("公寓中心", "", "7号楼 1 楼", (("主任", "黄主任", "0131"), ("调宿和退宿", "罗老师", "0132"))),
    ("公寓中心/南校区公寓", ALWAYS, "7号楼 101", (("管理员", "梁老师", "0133"),)),
    ("公寓中心/北校区公寓", ALWAYS, "21号楼 101", (("管理员", "宋老师", "0134"),)),
    ("饮食中心", "", "一食堂 3 楼", (("主任", "唐主任", "0141"), ("饭卡和退款", "许老师", "0142"))),
    ("饮食中心/一食堂", "每天 6:30–21:00", "南校区", (("经理", "韩经理", "0143"),)),
    ("饮食中心/二食堂", "每天 6:30–23:00", "南校区", (("经理", "曹经理", "0144"),)),
    ("饮食中心/三食堂", "每天 6:30–21:00", "北校区", (("经理", "邓经理", "0145"),)),
    ("饮食中心/清真食堂", "每天 6:30–20:30", "南校区", (("经理", "马经理", "0146"),)),
    ("运输中心", "", "车队院 1 楼", (("主任", "彭主任", "0125"),)),
    (
        "运输中心/车队",
        "每天 6:00–22:30",
        "南校区西门",
        (("调度", "", "0126"), ("租车", "曾师傅", "0127"), ("失物招领", "", "0128")),
    ),
    ("洗浴中心", "每天 12:00–22:30", "南苑浴室", (("值班", "", "0151"), ("锅炉房", "", "0152"))),
    (
        "绿化中心",
        "工作日 7:00–11:30、14:30–17:30",
        "苗圃",
        (("主任", "萧主任", "0155"), ("花木租摆", "", "0157")),
    ),
    ("保洁中心", "每天 6:30–18:00", "后勤楼 2 楼", (("值班", "", "0156"),)),
    ("能源科", "", "后勤楼 206", (("电费和电表", "田老师", "0161"), ("水费", "董老师", "0162"))),
    ("能源科/配电室", ALWAYS, "南校区变电站", (("值班", "", "0163"),)),
    (
        "社区服务中心",
        "每天 8:00–20:00",
        "家属区 3号院",
        (("物业", "", "0171"), ("燃气", "", "0172")),
    ),
    (
        "幼儿园",
        "工作日 7:30–18:00",
        "家属区东门",
        (("园长", "袁园长", "0175"), ("招生", "于老师", "0177"), ("门卫", "", "0176")),
    ),
    ("快递服务站", "每天 9:00–21:00", "南校区菜鸟驿站", (("客服", "", "0178"),)),
    ("招待所", ALWAYS, "学术交流中心", (("前台", "", "0181"), ("会议预订", "潘经理", "0182"))),
)
OTHERS: tuple[tuple[str, str, str, tuple[Post, ...]], ...] = (
    ("保卫处", OFFICE, "南大门西侧", (("综合科", "蒋科长", "0191"), ("户籍", "蔡老师", "0192"))),
    ("保卫处/南校区门岗", ALWAYS, "南大门", (("值班", "", "0193"),)),
    ("保卫处/北校区门岗", ALWAYS, "北大门", (("值班", "", "0194"),)),
    ("保卫处/消防科", OFFICE, "南大门西侧", (("科长", "贾科长", "0195"), ("中控室", "", "0196"))),
    (
        "校医院",
        "每天 8:00–12:00、14:30–18:00",
        "南校区东侧",
        (
            ("导医台", "", "0121"),
            ("口腔科", "", "0124"),
            ("心理门诊", "", "0129"),
            ("药房", "", "0130"),
        ),
    ),
    ("校医院/北校区卫生所", OFFICE, "19号楼 1 楼", (("值班", "丁医生", "0122"),)),
    ("校医院/医保办", OFFICE, "校医院 2 楼", (("报销", "魏老师", "0123"),)),
)
FIRST = (
    (f"{LOGISTICS}/维修中心", "24 小时抢修", "0110", ALWAYS, EntryKind.EMERGENCY),
    ("保卫处", "校园报警", "0119", ALWAYS, EntryKind.EMERGENCY),
    ("校医院", "急诊", "0120", ALWAYS, EntryKind.EMERGENCY),
    (f"{LOGISTICS}/综合科", "投诉", "0315", "", EntryKind.COMPLAINT),
    (f"{LOGISTICS}/饮食中心", "食堂投诉", "0316", "每天 6:30–21:00", EntryKind.COMPLAINT),
)


def rows() -> list[Row]:
    """The book as `sheet.COLUMNS` would read it."""
    logistics = [
        (f"{LOGISTICS}/{path}".rstrip("/"), hours, place, posts)
        for path, hours, place, posts in UNITS
    ]
    return [row for unit in (*logistics, *OTHERS) for row in _unit(*unit)]


def _unit(path: str, hours: str, place: str, posts: tuple[Post, ...]) -> list[Row]:
    first = [
        _row(path, post, number=number, hours=own, kind=kind)
        for at, post, number, own, kind in FIRST
        if at == path
    ]
    others = [_row(path, post, person, number) for post, person, number in posts]
    return [_row(path, hours=hours, place=place), *first, *others, *_keepers(path)]


def _keepers(path: str) -> list[Row]:
    """The keeper's room of every dormitory: 1–18 in the south, 19–27 in the north."""
    numbers = {"南校区公寓": range(1, 19), "北校区公寓": range(19, 28)}
    dorms = numbers.get(path.rsplit("/", maxsplit=1)[-1], range(0))
    return [_row(path, f"{n}号楼值班室", number=f"02{n:02}") for n in dorms]


def _row(
    path: str,
    post: str = "",
    person: str = "",
    number: str = "",
    *,
    hours: str = "",
    kind: EntryKind = EntryKind.NORMAL,
    place: str = "",
) -> Row:
    return {
        "path": tuple(path.split("/")),
        "post": post,
        "person": person,
        "number": f"8880{number}" if number else None,
        "hours": hours,
        "place": place,
        "kind": kind,
    }


async def fill(db: AsyncSession) -> None:
    await replace(db, rows())
