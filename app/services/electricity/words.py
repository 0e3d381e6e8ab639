"""What is said in the chat about a room's electricity."""

from datetime import datetime
from urllib.parse import urlencode

from app.kit.answers import Link, Offer, Say
from app.kit.clock import say_age
from app.services.electricity.rooms import Account, Supply
from app.services.electricity.rules import Level, State, say_day, say_kwh, say_moment, say_yuan

EXAMPLE = "3号楼 501"
NO_ANSWER = "电表那边没回话"
CALL = "拔掉大功率电器，再打 24 小时抢修送电"
DAYS, PAYMENTS = 7, 5


def ask_room(words: str) -> Say:
    """Which room? With an example that works, words and all."""
    return Say(f"看哪间？带上楼号和房间号，比如发「{words} {EXAMPLE}」")


def unread(place: str) -> str:
    """`place` is not written like a room."""
    return f"没看懂「{place}」是哪间，写成「{EXAMPLE}」这样"


def age(then: datetime, now: datetime) -> str:
    """`say_age` to stand amid Chinese: 「今早 6:00 」, 「 5 分钟前」, a space beside each digit."""
    said = say_age(then, now)
    return f"{' ' * said[0].isdecimal()}{said}{' ' * said[-1].isdecimal()}"


def page(account: Account) -> str:
    return page_of(account.room)


def page_of(room: str) -> str:
    """The page of 「3号楼 501」."""
    return "/h5/electricity?" + urlencode({"room": room})


def balance(account: Account, now: datetime) -> Say:
    """「3号楼 501 今早 6:00 / 空调 8.40 元，后天用完 / 照明 46.20 元」."""
    links = (Link("看这间的电费", page(account)),)
    if (read_at := account.read_at) is None:
        return nothing(account)
    if account.answered:
        head = [f"{account.room} {say_age(read_at, now)}"]
    else:
        head = [f"{NO_ANSWER}，下面是{age(read_at, now)}的数", account.room]
    lines = []
    for supply in account.supplies:
        older = age(supply.read_at, now) != age(read_at, now)
        lines.append(
            _line(supply, now) + (f"（{age(supply.read_at, now).lstrip()}的数）" if older else "")
        )
    offers = []
    if any(supply.uses for supply in account.supplies):
        offers.append(Offer("看每天用量", f"用电 {account.room}"))
    if any(supply.paid for supply in account.supplies):
        offers.append(Offer("看充值记录", f"充值记录 {account.room}"))
    return Say("\n".join(head + lines), tuple(offers), links)


def nothing(account: Account) -> Say:
    """No meter of the room has ever been heard of, or nobody answers."""
    if not account.answered:
        return Say(f"{NO_ANSWER}，{account.room} 也没有以前的数，过几分钟再问")
    return Say(f"{account.room} 的电表还没接上，接上以后在这里就能查")


def _line(supply: Supply, now: datetime) -> str:
    name, money = supply.circuit.label, say_yuan(supply.balance_fen)
    if supply.state is State.OVERLOAD:
        return f"{name} {money} 元，负载太高断开了，{CALL}"
    if supply.level is Level.OFF:
        owed = f" {say_yuan(-supply.balance_fen)} 元" if supply.balance_fen < 0 else ""
        stopped = "停了，充值后来电" if supply.state is State.ARREARS else "随时会停，早点充值"
        return f"{name}欠费{owed}，{stopped}"
    return f"{name} {money} 元" + (f"，{_end(supply, now)}" if supply.level is Level.LOW else "")


def _end(supply: Supply, now: datetime) -> str:
    if supply.ends is None:
        return "不多了"
    if supply.ends <= now:
        return "可能已经用完"
    return f"{say_day(supply.ends, now)}用完"


def days(account: Account) -> Say:
    """The last week by date, and what is usual."""
    dates = sorted({use.date for supply in account.supplies for use in supply.uses})[-DAYS:]
    if not dates:
        return Say(f"{account.room} 还没有每天的用量，电表报上来就有")
    lines = [f"{account.room} 近 {len(dates)} 天用电"]
    for date in reversed(dates):
        on_day = [(s.circuit.label, u) for s in account.supplies for u in s.uses if u.date == date]
        used = "，".join(f"{name} {say_kwh(use.wh)} 度" for name, use in on_day)
        away = next((f"（{use.away}）" for _, use in on_day if use.away), "")
        lines.append(f"{date.month}月{date.day}日 {used}{away}")
    known = [s for s in account.supplies if s.usual is not None]
    usual = "，".join(f"{s.circuit.label} {say_kwh(s.usual or 0)} 度" for s in known)
    return Say("\n".join([*lines, f"平时一天 {usual}"]), (), (Link("看图", page(account)),))


def payments(account: Account) -> Say:
    """The last top-ups of all circuits, newest first; never who paid."""
    paid = [(supply.circuit.label, one) for supply in account.supplies for one in supply.paid]
    if not paid:
        return Say(f"{account.room} 还没有充值记录")
    paid.sort(key=lambda pair: pair[1].at, reverse=True)
    lines = [
        f"{say_moment(one.at)} {name} {one.channel} {say_yuan(one.fen)} 元，"
        f"充后 {say_yuan(one.balance_after_fen)} 元"
        for name, one in paid[:PAYMENTS]
    ]
    head = f"{account.room} 最近 {len(lines)} 笔"
    return Say("\n".join([head, *lines]), (), (Link("看全部", page(account) + "&all=1"),))
