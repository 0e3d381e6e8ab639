"""Patterns that an operator may write: a part of regular expressions that cannot run away.

Python's engine tries one way after another and has no time limit, so the ways are counted before
a pattern is kept. Allowed: letters, `.`, `\\d \\s \\w`, `[...]`, groups, `|`, and after one sign
`? * + {2} {1,3}`; after a group only `?`. The rest (repeated groups, look-around, references) is
refused. What is counted is an upper bound: each repetition times each choice.
"""

import re
from dataclasses import dataclass

LONGEST_PATTERN = 120
LONGEST_TEXT = 40  # characters; a longer message is not looked at by patterns
MOST_WAYS = 20_000  # at some 20 ns each: under half a millisecond at worst

# `&&`, `||`, `~~` and `--` in a set will mean something else in a later Python.
_SET = re.compile(r"\[\^?(?:(?!--)[^\[\]\\&|~]|\\[^A-Za-z0-9]|\\[dsw])+\]")
_SIGN = re.compile(r"[^\\\[\](){}?*+|^$]|\\[dsw]|\\[^A-Za-z0-9]")
_REPEAT = re.compile(r"[?*+]|\{(\d{1,3})(?:(,)(\d{0,3}))?\}")


def compile_safely(pattern: str) -> re.Pattern[str]:
    """The pattern, which texts match as a whole. Raises ValueError with a Chinese reason."""
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"句式要有 1 到 {LONGEST_PATTERN} 个字")
    reader = _Reader(pattern)
    ways = reader.choices()
    if reader.at < len(pattern):
        raise ValueError(f"第 {reader.at + 1} 个字「{pattern[reader.at]}」不能这样用")
    if ways > MOST_WAYS:
        raise ValueError("句式太松，要试的可能太多，少用几个 * + ? 和 |")
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"第 {(error.pos or 0) + 1} 个字附近写得不对") from None


@dataclass
class _Reader:
    """Reads a pattern from left to right and counts in how many ways it could match."""

    pattern: str
    at: int = 0
    depth: int = 0

    def choices(self) -> int:
        """Alternatives: the sum of their ways."""
        ways = self.sequence()
        while self.next("|"):
            ways += self.sequence()
        return ways

    def sequence(self) -> int:
        """One thing after another: the product of their ways."""
        ways = 1
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            ways = min(ways * self.item(), MOST_WAYS + 1)
        return ways

    def item(self) -> int:
        """A sign or a group with what repeats it."""
        if self.next("("):
            return self.group()
        found = _SET.match(self.pattern, self.at) or _SIGN.match(self.pattern, self.at)
        if found is None:
            raise ValueError(f"第 {self.at + 1} 个字「{self.pattern[self.at]}」不能这样用")
        self.at = found.end()
        return self.repeats()

    def group(self) -> int:
        self.depth += 1
        if self.depth > 5:
            raise ValueError("括号套得太深")
        if self.next("?") and not self.next(":"):
            raise ValueError("括号里不能用 (?…)，只能用 (?:…)")
        ways = self.choices()
        if not self.next(")"):
            raise ValueError("有一个括号没有合上")
        self.depth -= 1
        if self.next("?"):
            ways += 1
        if _REPEAT.match(self.pattern, self.at):
            raise ValueError("括号后面只能用 ?，不能重复一整组")
        return ways

    def repeats(self) -> int:
        """How many lengths the repetition that stands here could take; 1 where there is none."""
        if (found := _REPEAT.match(self.pattern, self.at)) is None:
            return 1
        self.at = found.end()
        if _REPEAT.match(self.pattern, self.at):
            raise ValueError(f"第 {self.at + 1} 个字「{self.pattern[self.at]}」不能叠在一起")
        if found[0] == "?":
            return 2
        least, most = (int(found[0] == "+"), LONGEST_TEXT)
        if found[1]:
            least = int(found[1])
            most = int(found[3] or LONGEST_TEXT) if found[2] else least
        if least > most:
            raise ValueError("{} 里前一个数要不大于后一个数")
        return most - least + 1

    def next(self, sign: str) -> bool:
        """Step over `sign` if it stands here."""
        if not self.pattern.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True
