"""Reading one formula: `30 * 合计(repairs.on_time) / 次数(repairs.on_time)`. Pure."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from fractions import Fraction

from app.services.assess.language import (
    Facts,
    Formula,
    Given,
    How,
    KnownFact,
    Mark,
    Number,
    Sign,
)

DEEPEST, LONGEST = 20, 400
MOST_DIGITS = 9
_TOKEN = re.compile(
    r"\s*(?P<token>\d+(?:\.\d{1,4})?|[A-Za-z_]+\.[A-Za-z_.]+|[\u4e00-\u9fff]+|[<>]=?|[-+*/()=])"
)


class Misread(ValueError):
    """Why a formula cannot be read, in words for whoever wrote it."""


def read(text: str, kinds: Collection[KnownFact]) -> Formula:
    """The formula that `text` says. Raises Misread."""
    if len(text) > LONGEST:
        raise Misread(f"这个式子太长，最多 {LONGEST} 个字")
    reader = _Reader(tokens(text), {kind.name: kind for kind in kinds})
    found = reader.sum(0)
    if reader.next is not None:
        raise Misread(f"看不懂「{reader.next}」，它前面少了 + - * /")
    return found


def tokens(text: str) -> list[str]:
    """`text` cut into numbers, names, words and signs. Raises Misread."""
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        if (match := _TOKEN.match(text, at)) is None:
            raise Misread(f"看不懂「{text[at:].strip()[:10]}」")
        found.append(match["token"])
        at = match.end()
    return found


def number(text: str) -> Fraction:
    """`12.5` exactly. Raises Misread."""
    if not re.fullmatch(r"\d+(\.\d{1,4})?", text):
        raise Misread(f"「{text}」要写成数，比如 2 或 0.5")
    if len(text) > MOST_DIGITS:
        raise Misread(f"「{text}」太大了")
    return Fraction(text)


class _Reader:
    """Recursive descent: sum → product → one thing."""

    def __init__(self, found: list[str], kinds: dict[str, KnownFact]) -> None:
        self.found, self.kinds, self.at = found, kinds, 0

    @property
    def next(self) -> str | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def take(self) -> str:
        if (token := self.next) is None:
            raise Misread("式子没写完")
        self.at += 1
        return token

    def want(self, token: str) -> None:
        if (found := self.next) != token:
            raise Misread(f"这里少了「{token}」" + (f"，写的是「{found}」" if found else ""))
        self.at += 1

    def sum(self, deep: int) -> Formula:
        if deep > DEEPEST:
            raise Misread("括号套得太深")
        left = self.product(deep)
        while self.next in ("+", "-"):
            left = Sign(self.take(), left, self.product(deep))
        return left

    def product(self, deep: int) -> Formula:
        left = self.one(deep)
        while self.next in ("*", "/"):
            sign, right = self.take(), self.one(deep)
            if sign == "/" and steady(right) == 0:
                raise Misread("除以 0 了")
            left = Sign(sign, left, right)
        return left

    def one(self, deep: int) -> Formula:
        token = self.take()
        if token == "-":  # noqa: S105 a minus is no password
            if deep > DEEPEST:
                raise Misread("负号套得太深")
            return Sign("*", Number(Fraction(-1)), self.one(deep + 1))
        if token == "(":  # noqa: S105 nor is a bracket
            found = self.sum(deep + 1)
            self.want(")")
            return found
        if token[0].isdigit():
            return Number(number(token))
        if token in tuple(How):
            return self.facts(How(token))
        if token in tuple(Given):
            return self.mark(Given(token))
        if "." in token:
            raise Misread(f"{token} 前面写上 合计、次数 或 平均，比如 合计({token})")
        raise Misread(f"看不懂「{token}」，能用的有 {'、'.join([*How, *Given])}")

    def facts(self, how: How) -> Facts:
        self.want("(")
        token = self.take()
        team = token in ("班组", "本班组")
        name = self.take() if team else token
        if name not in self.kinds:
            raise Misread(_unknown(name, self.kinds))
        test = None
        if self.next in ("<", ">", "<=", ">=", "="):
            test = (self.take(), self.limit())
        self.want(")")
        return Facts(how, name, team, test)

    def mark(self, given: Given) -> Mark:
        self.want("(")
        low = self.limit()
        self.want("到")
        high = self.limit()
        self.want(")")
        if low >= high:
            raise Misread(f"「{given}」的分要从小到大写，比如 {given}(0 到 10)")
        return Mark(given, low, high)

    def limit(self) -> Fraction:
        minus = self.next == "-"
        if minus:
            self.take()
        return -number(self.take()) if minus else number(self.take())


def steady(formula: Formula) -> Fraction | None:
    """The value of a formula of numbers alone; None for another, and where it divides by zero."""
    if isinstance(formula, Number):
        return formula.value
    if not isinstance(formula, Sign):
        return None
    left, right = steady(formula.left), steady(formula.right)
    if left is None or right is None or (formula.sign == "/" and right == 0):
        return None
    return apply(formula.sign, left, right)


def apply(sign: str, left: Fraction, right: Fraction) -> Fraction:
    """`left` sign `right`. Raises ZeroDivisionError."""
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right


def may_fail(formula: Formula) -> str:
    """Why a month may come in which the formula has no value; empty if there is none."""
    if isinstance(formula, Facts) and formula.how is How.MEAN:
        return "一个都没有的月份算不出平均"
    if isinstance(formula, Mark) and formula.given is not Given.NOTED:
        return "没人打分的月份没有数"
    if not isinstance(formula, Sign):
        return ""
    if formula.sign == "/" and steady(formula.right) is None:
        return "没有单的月份会除以 0"
    return may_fail(formula.left) or may_fail(formula.right)


def _unknown(name: str, kinds: dict[str, KnownFact]) -> str:
    titled = [kind.name for kind in kinds.values() if kind.title == name]
    near = titled or get_close_matches(name, kinds, 1)
    more = f"，是不是 {near[0]}（{kinds[near[0]].title}）" if near else ""
    return f"没有「{name}」这一项{more}"
