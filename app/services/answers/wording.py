"""Rules as an operator reads them. Pure."""

from collections.abc import Mapping

from app.kit.answers import Card, Parts, Say
from app.kit.clock import WEEKDAYS
from app.services.answers.rules import RESTDAYS, WORKDAYS, MatchKind, Rule, When

KINDS = {MatchKind.EXACT: "就是这句", MatchKind.CONTAINS: "话里有", MatchKind.PATTERN: "句式"}
SHOWN_WORDS = 6


def say_when(when: When) -> str:
    """「10月1日–10月7日 周末 22:00–次日 6:00」; 「一直」 where nothing limits it."""
    said = [_dates(when), _days(when.days), _clock(when)]
    return " ".join(filter(None, said)) or "一直"


def _dates(when: When) -> str:
    first, last = (f"{d.month}月{d.day}日" if d else "" for d in (when.starts, when.ends))
    if first and last:
        return first if when.starts == when.ends else f"{first}–{last}"
    return f"{first}起" if first else f"到{last}" if last else ""


def _days(days: str) -> str:
    if days in (WORKDAYS, RESTDAYS):
        return "工作日" if days == WORKDAYS else "休息日"
    return {"01234": "周一至周五", "56": "周末"}.get(
        days, "、".join(WEEKDAYS[int(day)] for day in days)
    )


def _clock(when: When) -> str:
    if when.opens is None or when.closes is None:
        return ""
    night = "" if when.opens < when.closes else "次日 "
    return f"{when.opens.hour}:{when.opens:%M}–{night}{when.closes.hour}:{when.closes:%M}"


def say_answer(parts: Parts) -> str:
    """The answer in one line."""
    said = []
    for part in parts:
        if isinstance(part, Card):
            said.append(f"卡片「{part.title}」")
        elif isinstance(part, Say):
            said.append(part.text.replace("\n", " "))
    return " ".join(said)


def clashes(rule: Rule, claimed: Mapping[str, str]) -> list[str]:
    """What to warn of: words that somebody else answers and `rule` knows too.

    `claimed`: word → title of the service, empty for a word of the account itself.
    """
    hit = sorted(word for word in claimed if rule.matches(word))
    own = [word for word in hit if not claimed[word]]
    theirs = [word for word in hit if claimed[word]]
    warnings = []
    if own:
        warnings.append(f"{_listed(own)}是账号自己的词，规则答不到")
    if theirs:
        words = _listed([f"{word}」（{claimed[word]}" for word in theirs], "）")
        if rule.first:
            warnings.append(f"{words}本来由服务回答，这条会抢在前面")
        else:
            warnings.append(f"{words}已有服务回答，这条轮不到；要它先答就勾「先于服务」")
    return warnings


def _listed(words: list[str], end: str = "」") -> str:
    more = f"等 {len(words)} 个词" if len(words) > SHOWN_WORDS else ""
    return "、".join(f"「{word}{end}" for word in words[:SHOWN_WORDS]) + more
