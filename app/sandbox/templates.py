"""Templates: the public library, what the account took from it, and what may be filled in."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from app.sandbox.errors import ApiError

MOST = 25
_DAY = r"\d{4}(年|-|/)\d{1,2}(月|-|/)\d{1,2}日?"
_MOMENT = rf"({_DAY}( \d{{1,2}}:\d{{2}}(:\d{{2}})?)?|\d{{1,2}}:\d{{2}}(:\d{{2}})?)"
_ALLOWED = {
    "thing": r".{1,20}", "short_thing": r".{1,5}", "const": r".{1,20}", "symbol": r".{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}", "number": r"[\d.,+-]{1,32}",
    "letter": r"[A-Za-z]{1,32}", "phone_number": r"[\d+() -]{1,17}", "car_number": r".{1,8}",
    "amount": r"[¥$]?\d{1,10}(\.\d{1,2})?元?", "phrase": r"[\u4e00-\u9fff]{1,5}",
    "name": r"[\u4e00-\u9fff·]{1,10}|[\x20-\x7e]{1,20}",
    "time": rf"{_MOMENT}( ?~ ?{_MOMENT})?", "date": rf"{_DAY}( ?~ ?{_DAY})?",
}  # fmt: skip
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _ALLOWED.items()}
_EXAMPLES = {
    "thing": "3 号楼", "character_string": "20261121-0017", "name": "刘建国", "phrase": "已派单",
    "time": "2026年11月21日 15:01", "date": "2026年11月21日", "amount": "12.40元",
    "phone_number": "8880 0110",
}  # fmt: skip
_NOTE = ("备注", "thing")
_LIBRARY: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "40101": ("停电通知", (("停电区域", "thing"), ("停电时间", "time"), ("停电原因", "thing"),
                       ("联系电话", "phone_number"))),
    "40102": ("停水通知", (("停水区域", "thing"), ("停水时间", "time"), ("停水原因", "thing"),
                       ("联系电话", "phone_number"))),
    "40103": ("恢复供应通知", (("区域", "thing"), ("恢复时间", "time"), _NOTE)),
    "40104": ("报修进度通知", (("报修单号", "character_string"), ("维修人员", "name"),
                         ("处理进度", "phrase"), ("时间", "time"), _NOTE)),
    "40105": ("余额不足提醒", (("房间", "thing"), ("当前余额", "amount"), ("时间", "time"), _NOTE)),
    "40106": ("预约结果通知", (("预约项目", "thing"), ("预约时间", "time"), ("预约结果", "phrase"),
                         _NOTE)),
    "40107": ("投诉建议回复通知", (("单号", "character_string"), ("回复部门", "thing"),
                           ("回复时间", "time"), ("回复内容", "thing"))),
    "40108": ("到期提醒", (("事项", "thing"), ("到期日期", "date"), _NOTE)),
    "40109": ("入住办理通知", (("姓名", "name"), ("房间", "thing"), ("时间", "time"), _NOTE)),
    "40110": ("通知公告", (("标题", "thing"), ("发布部门", "thing"), ("发布时间", "time"),
                       ("内容", "thing"))),
    "40111": ("校车变更通知", (("线路", "thing"), ("发车时间", "time"), ("变更原因", "thing"))),
    "40112": ("停水停电通知", (("停供项目", "thing"), ("停供区域", "thing"), ("停供原因", "thing"),
                         ("开始时间", "time"), ("恢复时间", "time"))),
    "40113": ("后勤服务通知", (("服务事项", "thing"), ("时间", "time"), ("地点", "thing"),
                         ("说明", "thing"))),
}  # fmt: skip


@dataclass(frozen=True)
class Template:
    """`keywords`: (name such as `thing3`, its title, its kind), in the order shown."""

    id: str
    title: str
    keywords: tuple[tuple[str, str, str], ...]

    @property
    def content(self) -> str:
        """A line for each keyword, as the platform lists it."""
        return "".join(f"{title}:{{{{{name}.DATA}}}}\n" for name, title, _ in self.keywords)

    @property
    def example(self) -> str:
        return "".join(f"{title}:{_EXAMPLES[kind]}\n" for _, title, kind in self.keywords)

    def rows(self, data: Any) -> list[list[str]]:
        """(title, value) of each keyword. Raises 47003 for a value that is missing or not allowed,
        naming it as the platform does.
        """
        if not isinstance(data, dict):
            raise ApiError(47003, "data")
        return [[title, _value(data, name, kind)] for name, title, kind in self.keywords]


def _value(data: dict[str, Any], name: str, kind: str) -> str:
    part = data.get(name)
    value = part.get("value") if isinstance(part, dict) else None
    if not isinstance(value, str) or not _PATTERNS[kind].fullmatch(value):
        raise ApiError(47003, f"data.{name}.value")
    return value


def made(app_id: str, number: str, names: list[str] | None = None, use: str = "") -> Template:
    """A template of the library with these keywords, None for all. Its id is always the same.

    40037 no such number, 47003 no such keyword.
    """
    found = _LIBRARY.get(number)
    if found is None:
        raise ApiError(40037)
    title, blanks = found
    kinds = dict(blanks)
    chosen = list(kinds) if names is None else names
    if not chosen or not set(chosen) <= set(kinds):
        raise ApiError(47003, "keyword_name_list")
    keywords = tuple((f"{kinds[t]}{n}", t, kinds[t]) for n, t in enumerate(chosen, start=1))
    seed = f"{app_id}:{use}:{number}:{','.join(chosen)}".encode()
    identity = base64.urlsafe_b64encode(hashlib.sha256(seed).digest()).decode()[:43]
    return Template(identity, title, keywords)


def private(app_id: str) -> dict[str, Template]:
    """What the demo account took for template messages: the whole library, by id."""
    return {one.id: one for one in (made(app_id, number) for number in _LIBRARY)}


def subscribed(app_id: str) -> dict[str, Template]:
    """What the demo account took for subscription notices, by id."""
    numbers = ("40104", "40105", "40106", "40107", "40108")
    return {one.id: one for one in (made(app_id, n, use="subscribe") for n in numbers)}
