"""What can be made to go wrong, and whether it is switched on right now."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.sandbox.errors import ControlError
from app.sandbox.quotas import MESSAGES

Side = Literal["push", "api"]


@dataclass
class Fault:
    """One switch.

    `times` counts the calls it will still spoil, None means until switched off; `at_once` is
    what the panel sets when it is switched on; `path` is the prefix of the API paths it
    touches; `seconds` is a delay where the fault is one. It strikes one call in `every`, until
    `until` (Unix seconds) if there is one; `seen` counts the calls that it could have struck.
    """

    name: str
    label: str
    hint: str
    side: Side
    on: bool = False
    times: int | None = None
    at_once: int | None = None
    path: str = "/"
    seconds: float = 0.0
    errcode: int = 0
    every: int = 1
    until: float | None = None
    seen: int = 0


def catalogue() -> list[Fault]:
    """A fresh set of switches, all off, in the order the panel shows them."""
    return [
        Fault("duplicate", "同一条推三次", "答了也再推，看会不会做两遍", "push"),
        Fault("slow", "后端慢 6 秒", "微信只等 5 秒", "push", seconds=6.0),
        Fault("overlap", "重叠重推", "上一次还没答，又推一次", "push"),
        Fault("drop", "丢包", "第一次推送没送到", "push"),
        Fault("bad_signature", "签名算错", "应答 403，不执行", "push"),
        Fault("old_timestamp", "时间戳过旧", "一小时前签的名", "push", seconds=3600.0),
        Fault("token_invalid", "token 突然失效", "40001，换一次再发", "api", at_once=1,
              errcode=40001),
        Fault("token_expired", "token 过期", "42001，换一次再发", "api", at_once=1, errcode=42001),
        Fault("unfollowed", "对方已取关", "43004，转站内信", "api", path=MESSAGES, errcode=43004),
        Fault("window_closed", "过了 48 小时", "45015，客服消息发不出", "api", path=MESSAGES,
              errcode=45015),
        Fault("daily_quota", "今天发满了", "45009，明早补发", "api", path=MESSAGES, errcode=45009),
        Fault("code_used", "登录码用过了", "40163，再登录一次", "api", at_once=1,
              path="/sns/"),
        Fault("double_redirect", "登录跳两次", "两个码，同一个 state", "api", path="/connect/"),
        Fault("snapshot", "网页快照", "微信没说是谁，不给登录", "api", path="/connect/"),
        Fault("minute_quota", "这一分钟发满了", "45011，下一分钟再发", "api", path=MESSAGES,
              errcode=45011),
        Fault("busy", "微信忙", "-1，过一会儿再发", "api", errcode=-1),
        Fault("api_slow", "接口慢 3 秒", "每次都晚 3 秒回", "api", seconds=3.0),
        Fault("api_drop", "接口断线", "没收下，不回就断", "api"),
        Fault("api_late", "收下了晚答 10 秒", "消息已经发了，答得晚", "api", path=MESSAGES,
              seconds=10.0),
        Fault("api_cut", "收下了就断线", "消息已经发了，答没回来", "api", path=MESSAGES),
        Fault("receipt_early", "回执抢先", "回执比接口的答先到", "push"),
        Fault("receipt_twice", "回执来两次", "同一条回执推两遍", "push"),
        Fault("publish_refused", "文章没过审", "发布回执说状态 4", "push"),
        Fault("receipt_never", "没有回执", "发了，一直没有下文", "push"),
    ]  # fmt: skip


class Faults:
    """The switches of one sandbox."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._all = {fault.name: fault for fault in catalogue()}

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._all.values())

    def switch(
        self,
        name: str,
        *,
        on: bool = True,
        times: int | None = None,
        seconds: float | None = None,
        path: str | None = None,
        every: int = 1,
        lasts: float | None = None,
    ) -> Fault:
        """Turn a fault on or off: for the next `times` calls that it strikes, for `lasts` seconds,
        or until turned off; it strikes one call in `every`.
        """
        fault = self._all.get(name)
        if fault is None:
            raise ControlError(f"没有「{name}」这个开关", 404)
        fault.on = on
        fault.times = times if on else None
        fault.every, fault.seen = max(1, every), 0
        fault.until = self._now() + lasts if on and lasts is not None else None
        if seconds is not None:
            fault.seconds = seconds
        if path is not None:
            fault.path = path
        return fault

    def take(self, name: str, path: str = "/") -> Fault | None:
        """The fault if it strikes this call, which uses up one of its times."""
        fault = self._all[name]
        if not fault.on or not path.startswith(fault.path):
            return None
        if fault.until is not None and self._now() >= fault.until:
            fault.on, fault.until = False, None
            return None
        fault.seen += 1
        if fault.seen % fault.every:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                fault.on, fault.times = False, None
        return fault

    def take_error(self, path: str) -> Fault | None:
        """The first error-code fault that strikes this call of an API."""
        codes = [fault.name for fault in self if fault.errcode]
        return next((hit for name in codes if (hit := self.take(name, path))), None)

    def reset(self) -> None:
        """Everything off, every number back to its default."""
        self._all = {fault.name: fault for fault in catalogue()}
