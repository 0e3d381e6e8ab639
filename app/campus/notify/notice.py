"""What a service may tell people: declared in its `notices.py`, where `main` finds it.

PARTED = Notice(
    "repairs.dispatched", "维修师傅派好了", tells="报修的人",
    fields=(Field("order", Kind.CHARACTER, "单号"), Field("worker", Kind.NAME, "师傅")),
    page="/h5/repairs/{order}",
)
await notify(db, PARTED, to=[person.id], order="20261103-0017", worker="刘建国")
"""

from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


class Kind(StrEnum):
    """The platform's types of a field, which limit what it holds; `rules.cut` knows how.

    Source: the parameter table of subscription and category templates.
    """

    THING = "thing"  # 20 characters of anything
    SHORT_THING = "short_thing"  # 5 characters
    CHARACTER_STRING = "character_string"  # 32 digits, letters and signs, no Chinese
    NUMBER = "number"  # 32 digits, a decimal point
    LETTER = "letter"  # 32 letters
    TIME = "time"  # 2026年11月21日 15:01, or a range with ~
    DATE = "date"  # 2026年11月21日
    AMOUNT = "amount"  # ¥12.40
    PHONE_NUMBER = "phone_number"  # 17 digits and signs
    CAR_NUMBER = "car_number"  # 8 characters
    NAME = "name"  # 10 Chinese characters, or 20 letters
    PHRASE = "phrase"  # 5 Chinese characters
    CONST = "const"  # one of the words that the template was applied for with


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the service's, `title` what the desk and the inbox call it."""

    name: str
    kind: Kind
    title: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of news.

    name      `<service>.<what>`, never changed: the desk keeps its template by it
    title     Chinese, what has happened: 「电费快用完了」
    tells     Chinese, whom: 「住在这间的人」
    fields    what is filled in; every call of `notify` gives all of them
    page      where it leads, a path of ours in which `{field}` stands for a field; may be empty
    optional  whether a person may switch it off
    urgent    goes out in quiet hours, and before everything else
    several   {field: text with `{count}`}: how several within minutes read as one;
              without it each is told by itself
    """

    name: str
    title: str
    tells: str
    fields: tuple[Field, ...]
    page: str = ""
    optional: bool = True
    urgent: bool = False
    several: tuple[tuple[str, str], ...] = ()

    @property
    def read(self) -> tuple[Field, ...]:
        """What people read: not the numbers that only the page's address needs."""
        used = {name for _, name, _, _ in Formatter().parse(self.page)}
        return tuple(f for f in self.fields if f.kind is not Kind.NUMBER or f.name not in used)

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        used = {name for _, name, _, _ in Formatter().parse(self.page) if name}
        if "." not in self.name or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: named <service>.<what>, with fields of different names")
        if missing := (used | {name for name, _ in self.several}) - set(names):
            raise ValueError(f"{self.name}: has no field {', '.join(sorted(missing))}")
