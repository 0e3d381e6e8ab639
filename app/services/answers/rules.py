"""Which of the operators' rules answers words at a moment. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.kit.answers import Parts
from app.kit.clock import SHANGHAI
from app.services.answers.patterns import LONGEST_TEXT

Works = Callable[[date], bool]  # is it a working day by the university's calendar?
WORKDAYS, RESTDAYS = "workday", "restday"


class MatchKind(StrEnum):
    EXACT = "exact"
    CONTAINS = "contains"
    PATTERN = "pattern"


_ORDER = tuple(MatchKind)  # of two rules with one priority the closer match answers


@dataclass(frozen=True, slots=True)
class When:
    """When a rule counts. None and "" everywhere: always.

    `starts` and `ends` are its first and last day; `opens` ≤ time < `closes` on the clock, past
    midnight where `closes` is not the later one: the hours after midnight belong to the day on
    which the window opened. `days` is WORKDAYS, RESTDAYS, or digits of weekdays (「01234」).
    """

    starts: date | None = None
    ends: date | None = None
    opens: time | None = None
    closes: time | None = None
    days: str = ""

    def covers(self, now: datetime, works: Works) -> bool:
        local = now.astimezone(SHANGHAI)
        day, clock = local.date(), local.time()
        if self.opens is not None and self.closes is not None:
            if self.opens < self.closes:
                if not self.opens <= clock < self.closes:
                    return False
            elif clock < self.closes:
                day -= timedelta(days=1)
            elif clock < self.opens:
                return False
        if (self.starts and day < self.starts) or (self.ends and day > self.ends):
            return False
        return self._on(day, works)

    def _on(self, day: date, works: Works) -> bool:
        if self.days in (WORKDAYS, RESTDAYS):
            return works(day) == (self.days == WORKDAYS)
        return not self.days or str(day.weekday()) in self.days


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. `words` are normalised; `pattern` stands for them where `kind` is PATTERN.

    `first`: it is asked before the services. `number` counts up: the newer one has the higher.
    """

    number: int
    kind: MatchKind
    words: tuple[str, ...]
    parts: Parts
    pattern: re.Pattern[str] | None = None
    priority: int = 0
    first: bool = False
    when: When = When()

    @property
    def rank(self) -> tuple[int, int, int]:
        """What answers first sorts first: priority, then closeness of the match, then newness."""
        return (-self.priority, _ORDER.index(self.kind), -self.number)

    def matches(self, text: str) -> bool:
        if self.kind is MatchKind.EXACT:
            return text in self.words
        if self.kind is MatchKind.CONTAINS:
            return any(word in text for word in self.words)
        if self.pattern is None or len(text) > LONGEST_TEXT:
            return False
        return self.pattern.fullmatch(text) is not None


@dataclass
class Matcher:
    """Rules in order: exact ones are found by their words, the others are tried one by one."""

    exact: dict[str, list[Rule]] = field(default_factory=dict)
    loose: list[Rule] = field(default_factory=list)

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.exact, self.loose = {}, []
        for rule in sorted(rules, key=lambda rule: rule.rank):
            if rule.kind is MatchKind.EXACT:
                for word in rule.words:
                    self.exact.setdefault(word, []).append(rule)
            else:
                self.loose.append(rule)

    def best(self, text: str, now: datetime, works: Works) -> Rule | None:
        """The one rule that answers `text` now."""
        found = next((r for r in self.exact.get(text, ()) if r.when.covers(now, works)), None)
        for rule in self.loose:
            if found is not None and found.rank < rule.rank:
                break
            if rule.matches(text) and rule.when.covers(now, works):
                return rule
        return found

    def matching(self, text: str) -> Iterator[Rule]:
        """Every rule for `text` in the order in which they would answer, whatever the time."""
        loose = [rule for rule in self.loose if rule.matches(text)]
        yield from sorted([*self.exact.get(text, ()), *loose], key=lambda rule: rule.rank)
