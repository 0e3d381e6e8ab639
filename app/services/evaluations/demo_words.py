"""What the demo's people say: by kind of subject, (bad, good), each (tags, words)."""

from collections.abc import Mapping

Lines = tuple[tuple[list[str], str], ...]
_GOOD_FOOD: Lines = (
    (["味道好", "分量足"], ""), (["打菜快"], "今天的红烧肉不错，米饭也软"),
    (["干净", "态度好"], "阿姨打菜不手抖，排队也快"), (["味道好"], "香锅味道好，就是有点辣"),
    ([], ""), (["分量足"], "鸡腿饭分量足，汤也热"), (["态度好"], "窗口师傅态度好"),
)  # fmt: skip
_BAD_FOOD: Lines = (
    (["菜凉了"], "晚上七点去菜都凉了"), (["偏咸偏油"], "米线太咸，喝了两瓶水"),
    (["排队久"], "中午排队二十分钟，只开两个窗口"), (["有异物"], "菜里有根头发"),
    (["贵了", "偏咸偏油"], "涨价了分量还少"), (["排队久"], "餐盘没洗干净，还有油"),
)  # fmt: skip
_GOOD_PLACE: Lines = (
    (["干净"], ""), (["态度好", "办得快"], "宿管阿姨人好，坏了当天就修"), (["安静"], ""),
    (["准时"], "班车准时，司机开得稳"), ([], ""), (["办得快"], "热水比上学期稳定多了"),
)  # fmt: skip
_BAD_PLACE: Lines = (
    (["脏"], "三楼水房地上老是积水"), (["吵"], "晚上走廊有人打电话"),
    (["晚点"], "早上那班晚了十五分钟"), (["坏了没人修"], "洗衣机坏了一个星期"),
    (["等得久"], "洗澡水忽冷忽热"),
)  # fmt: skip
_PLACE = (_BAD_PLACE, _GOOD_PLACE)
SAID: Mapping[str, tuple[Lines, Lines]] = {
    "canteen": (_BAD_FOOD, _GOOD_FOOD), "window": (_BAD_FOOD, _GOOD_FOOD),
    "dormitory": _PLACE, "bath": _PLACE, "bus": _PLACE, "office": _PLACE,
}  # fmt: skip
REPLIES = (
    "和窗口说了，今天起保温台开着，再凉就换", "查了监控，换了一批餐盘，谢谢你说",
    "中午多开了一个窗口，十一点半到十二点半", "当班的师傅提醒过了，我每天去看一次",
    "报修了，周五前弄好",
)  # fmt: skip
