"""The questions of the demo's forms, as the desk's builder would store them."""

from typing import Any

WHY = {"question": "stars", "op": "le", "value": 3}
CANTEEN: list[dict[str, Any]] = [
    {"name": "stars", "kind": "stars", "title": "总的来说", "required": True},
    {"name": "tags", "kind": "tags", "title": "哪里好，哪里不好",
     "choices": ["味道好", "分量足", "打菜快", "态度好", "干净", "菜凉了", "偏咸偏油", "排队久",
                 "有异物", "贵了"]},
    {"name": "dish", "kind": "words", "title": "是哪道菜", "limit": 40, "when": WHY},
    {"name": "words", "kind": "words", "title": "想说的话"},
    {"name": "photo", "kind": "photo", "title": "拍一张", "limit": 2, "when": WHY},
]  # fmt: skip
PLACE: list[dict[str, Any]] = [
    {"name": "stars", "kind": "stars", "title": "总的来说", "required": True},
    {"name": "tags", "kind": "tags", "title": "选几个词",
     "choices": ["干净", "安静", "准时", "态度好", "办得快", "脏", "吵", "晚点", "等得久",
                 "坏了没人修"]},
    {"name": "parts", "kind": "matrix", "title": "分开说", "rows": ["卫生", "服务", "设施"],
     "choices": ["不满意", "一般", "满意"]},
    {"name": "words", "kind": "words", "title": "想说的话"},
]  # fmt: skip
SURVEY: list[dict[str, Any]] = [
    {"name": "until", "kind": "one", "title": "夜宵开到几点合适", "required": True,
     "choices": ["21:30", "22:00", "22:30", "23:00"]},
    {"name": "often", "kind": "one", "title": "一周会去几次", "required": True,
     "choices": ["不去", "1–2 次", "3 次以上"]},
    {"name": "what", "kind": "many", "title": "想吃什么", "limit": 3,
     "choices": ["粥和汤", "烧烤", "面和粉", "水果", "甜点"],
     "when": {"question": "often", "op": "not", "value": "不去"}},
    {"name": "score", "kind": "scale", "title": "现在的夜宵打几分", "labels": ["没法吃", "很满意"]},
    {"name": "words", "kind": "words", "title": "还想说的"},
]  # fmt: skip
