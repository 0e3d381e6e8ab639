"""Reading a scheme as operators write it, line by line; what is wrong is told by line. Pure.

基础分 50
部分 质量 权重 30% 上限 110
按时 = 100 * 合计(repairs.on_time) / 次数(repairs.on_time) 没有就 100   # a comment
"""

import re
from collections.abc import Collection
from fractions import Fraction

from app.services.assess import expression
from app.services.assess.expression import Misread, may_fail, number
from app.services.assess.language import (
    Item,
    KnownFact,
    Mark,
    Part,
    Problem,
    Scheme,
    Unreadable,
    leaves,
)

MOST_TEXT, MOST_ITEMS = 20_000, 80
LONGEST_NAME = 16
POINTS = {"基础分": "base", "全薪线": "full", "奖金线": "bonus"}
HIGHEST = 100_000  # points that any line may name
_FLAT = str.maketrans(
    "（）：，＋－×÷＊／％＝＞＜０１２３４５６７８９．　", "():,+-*/*/%=><0123456789. "
)
_TAIL = re.compile(r"(.*\S)\s+(上限|下限|没有就)\s*(-?)\s*(\S+)\s*$")
_TAILS = {"上限": "top", "下限": "bottom", "没有就": "default"}
_WEIGHT = re.compile(r"(.*\S)\s+权重\s*(\S+?)\s*%\s*$")


def read(text: str, kinds: Collection[KnownFact]) -> Scheme:
    """The scheme that `text` says, of facts of these kinds. Raises Unreadable."""
    if len(text) > MOST_TEXT:
        raise Unreadable([Problem(0, "方案太长，最多 2 万字")])
    found = _Lines(kinds)
    for line, words in enumerate(text.translate(_FLAT).splitlines(), start=1):
        if said := words.split("#")[0].strip():
            try:
                found.line(line, said)
            except Misread as wrong:
                found.problems.append(Problem(line, str(wrong)))
    return found.scheme()


class _Lines:
    """What was read by now, and what is wrong with it."""

    def __init__(self, kinds: Collection[KnownFact]) -> None:
        self.kinds = kinds
        self.settings: dict[str, int] = {}
        self.parts: list[Part] = []
        self.items: list[list[Item]] = []
        self.problems: list[Problem] = []

    def line(self, line: int, said: str) -> None:
        word = said.split(maxsplit=1)[0]
        if word in (*POINTS, "异议"):
            self.setting(word, said[len(word) :].strip())
        elif word == "部分":
            self.part(line, said[len(word) :].strip())
        elif "=" in said:
            self.item(line, said)
        else:
            raise Misread(f"看不懂「{said[:20]}」，一项写成「名称 = 式子」")

    def setting(self, word: str, said: str) -> None:
        name = POINTS.get(word, "days")
        if name in self.settings:
            raise Misread(f"「{word}」写了两次")
        if name == "days":
            match = re.fullmatch(r"(\d{1,2})\s*天", said)
            if match is None or not 1 <= int(match[1]) <= 15:
                raise Misread("异议期写成「异议 3 天」，1 到 15 天")
            self.settings[name] = int(match[1])
        else:
            self.settings[name] = _hundredths(number(said), word)

    def part(self, line: int, said: str) -> None:
        said, ends = _ends(said, ("上限", "下限"))
        weight = None
        if match := _WEIGHT.fullmatch(said):
            said, weight = match[1], number(match[2]) / 100
            if not 0 < weight <= 1:
                raise Misread("权重在 0 到 100% 之间")
        elif "权重" in said:
            raise Misread("权重写成「权重 30%」")
        name = _name(said)
        if name in [part.name for part in self.parts]:
            raise Misread(f"「{name}」这一部分写了两次")
        self.parts.append(Part(line, name, (), weight, ends.get("top"), ends.get("bottom")))
        self.items.append([])

    def item(self, line: int, said: str) -> None:
        name, _, text = said.partition("=")
        name = _name(name)
        if not self.parts:
            raise Misread("先写一行「部分 名称」，再写它的项")
        if name in [item.name for items in self.items for item in items]:
            raise Misread(f"「{name}」写了两次，换个名字")
        text, ends = _ends(text.strip(), tuple(_TAILS))
        formula = expression.read(text, self.kinds)
        item = Item(line, name, formula, text, **ends)
        if sum(isinstance(leaf, Mark) for leaf in leaves(formula)) > 1:
            raise Misread("一项里只能有一个打分，拆成两项")
        if (why := may_fail(formula)) and item.default is None:
            raise Misread(f"{why}，行末加上「没有就 0」这样的一句")
        self.items[-1].append(item)

    def scheme(self) -> Scheme:
        """All of it. Raises Unreadable."""
        parts = [
            Part(p.line, p.name, tuple(items), p.weight, p.top, p.bottom)
            for p, items in zip(self.parts, self.items, strict=True)
        ]
        found = Scheme(tuple(parts), **self.settings)
        self.problems += [] if self.problems else _whole(found)
        if self.problems:
            raise Unreadable(self.problems)
        return found


def _whole(scheme: Scheme) -> list[Problem]:
    """What is wrong with lines that are each right."""
    found = [Problem(part.line, f"「{part.name}」下面还没有写项")
             for part in scheme.parts if not part.items]  # fmt: skip
    if not scheme.parts:
        found.append(Problem(0, "还没有写项，先写一行「部分 名称」"))
    if len(scheme.items) > MOST_ITEMS:
        found.append(Problem(scheme.items[MOST_ITEMS].line, f"最多 {MOST_ITEMS} 项"))
    weighted = [part for part in scheme.parts if part.weight is not None]
    total = sum((part.factor for part in weighted), Fraction(0))
    if weighted and total != 1:
        said = "、".join(f"{part.name} {_percent(part.factor)}" for part in weighted)
        found.append(Problem(weighted[-1].line,
                             f"权重加起来是 {_percent(total)}（{said}），要正好 100%"))  # fmt: skip
    if scheme.bonus < scheme.full:
        found.append(Problem(0, "奖金线要比全薪线高，或者一样"))
    return found


def _ends(said: str, allowed: tuple[str, ...]) -> tuple[str, dict[str, Fraction]]:
    """What stands before 「上限 80 下限 0 没有就 5」, and these. Raises Misread."""
    found: dict[str, Fraction] = {}
    while (match := _TAIL.fullmatch(said)) and match[2] in allowed:
        name = _TAILS[match[2]]
        if name in found:
            raise Misread(f"「{match[2]}」写了两次")
        found[name] = number(match[4]) * (-1 if match[3] else 1)
        said = match[1]
    if found.get("top", HIGHEST) < found.get("bottom", -HIGHEST):
        raise Misread("上限比下限还低")
    return said, found


def _name(said: str) -> str:
    name = said.strip()
    if not name or len(name) > LONGEST_NAME or re.search(r"[=()*/+%]", name):
        raise Misread(f"名称写短一点，{LONGEST_NAME} 个字以内，不带括号和加减号")
    return name


def _hundredths(value: Fraction, word: str) -> int:
    if value * 100 % 1 or value > HIGHEST:
        raise Misread(f"「{word}」最多两位小数")
    return int(value * 100)


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.10g}%"
