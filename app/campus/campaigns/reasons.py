"""Why somebody did not get it on their phone, in words; and which of that may be over by now."""

from collections.abc import Mapping

# Reasons of deliveries: the first two are campaigns' own, the rest as the sender gives them.
# What is not here is shown as it was recorded.
WORDS: Mapping[str, str] = {
    "no_phone": "没绑微信，只进消息箱",
    "muted": "关掉了这种通知，只进消息箱",
    "left": "取消关注了",
    "gone": "取消关注了",
    "refuses": "拒收公众号的消息",
    "unmapped": "这种通知还没配模板",
    "template": "模板不能用，查一查「模板」",
    "data": "有一格的内容微信不收",
    "subscription": "没有订阅这种通知",
    "window": "没有模板可用，两天内也没来过公众号",
    "permission": "账号没开通这种消息",
    "config": "账号设置不对，查一查密钥和白名单",
    "busy": "微信那边忙，没接上",
    "limit": "超过了微信的次数",
    "platform": "微信收下了，没送到",
    "other": "微信没收，代码",
}
# Waiting, mending a setting or the follower's coming by may have helped.
PASSING = frozenset(
    {"busy", "limit", "platform", "config", "permission", "unmapped", "template", "subscription",
     "window"}
)  # fmt: skip
STATES: Mapping[str, str] = {
    "waiting": "等着发",
    "sending": "正在发",
    "sent": "发出去了，回执没来",
    "delivered": "收到了",
    "blocked": "拒收公众号的消息",
    "failed": "没发出去",
    "unsure": "说不准：微信没回话，再发怕重复",
    "kept": "只进消息箱",
    "merged": "并进另一条了",
    "cancelled": "没轮到就停了",
}


def say(state: str, reason: str) -> str:
    """What came of a delivery, in words."""
    if reason and state in ("failed", "kept"):
        name, _, code = reason.partition(":")
        return f"{WORDS.get(name, name)} {code}".strip()
    return STATES.get(state, state)
