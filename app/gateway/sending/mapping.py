"""Which template says which notice: what fits, and what is guessed at first. Pure.

A mapping is {source: keyword}. A source is a field of the notice, or, after `=`, words that are
always the same: templates have blanks for which a notice has nothing to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.campus.notify import Kind, Notice, rules
from app.wechat.templates import Keyword, Template

FIXED = "="
KINDS = frozenset(Kind)
# Words for the same thing, as templates and notices have them; the first group that fits counts.
ALIKE = (("电话", "联系", "问哪里"), ("区域", "地点", "哪里", "房间", "位置", "地方"), ("原因",),
         ("单号", "编号"), ("备注", "说明", "内容", "怎么样", "标题", "什么"))  # fmt: skip
KIND_WORDS: dict[str, str] = {
    "thing": "20 字以内", "short_thing": "5 字以内", "character_string": "字母和数字",
    "number": "数字", "letter": "字母", "time": "时间", "date": "日期", "amount": "金额",
    "phone_number": "电话", "car_number": "车牌", "name": "姓名", "phrase": "5 个汉字以内",
    "const": "固定的几种",
}  # fmt: skip
# A trial to oneself, by kind of field.
SAMPLES: dict[Kind, str] = {
    Kind.THING: "3号楼 501", Kind.SHORT_THING: "试发", Kind.CHARACTER_STRING: "20261103-0017",
    Kind.NUMBER: "1", Kind.LETTER: "A", Kind.TIME: "2026年11月21日 15:01",
    Kind.DATE: "2026年11月21日", Kind.AMOUNT: "¥12.40", Kind.PHONE_NUMBER: "8880 0110",
    Kind.CAR_NUMBER: "京A12345", Kind.NAME: "刘建国", Kind.PHRASE: "试发", Kind.CONST: "试发",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """For one blank of the template: the field that fills it, or `fixed` words."""

    keyword: Keyword
    source: str = ""
    fixed: str = ""
    wrong: str = ""


def kind_of(keyword: str, otherwise: Kind) -> Kind:
    """The kind of `thing3` is thing; templates of old have names without a kind."""
    kind = keyword.rstrip("0123456789")
    return Kind(kind) if kind in KINDS else otherwise


def takes(keyword: Keyword, kind: Kind) -> bool:
    """Whether a field of `kind` reads well in the blank: a thing takes anything."""
    return keyword.kind not in KINDS or keyword.kind in (kind, Kind.THING)


def alike(one: str, other: str) -> int:
    """2 if the titles mean the same, 1 if they share a character, else 0."""
    if _group(one) == _group(other) is not None or one in other or other in one:
        return 2
    return 1 if set(one) & set(other) else 0


def _group(title: str) -> int | None:
    return next((n for n, words in enumerate(ALIKE) if any(word in title for word in words)), None)


def guess(notice: Notice, template: Template) -> list[Choice]:
    """For each blank a field of its kind that no other has, one of the same title first."""
    free, found = list(notice.fields), []
    for word in template.keywords:
        fits = [field for field in free if takes(word, field.kind)]
        fits.sort(key=lambda field: (-alike(field.title, word.title), field.kind != word.kind))
        if fits:
            free.remove(fits[0])
        found.append(Choice(word, fits[0].name) if fits else Choice(word, FIXED, _nothing(word)))
    return found


def _nothing(word: Keyword) -> str:
    """What a blank says that has nothing to say: 「无」, or 「-」 among letters and digits."""
    return "-" if rules.cut(kind_of(word.name, Kind.THING), "") == "-" else "无"


def stored(template: Template, keywords: Mapping[str, str]) -> list[Choice]:
    """The mapping that is kept, blank by blank."""
    sources = {word: source for source, word in keywords.items()}
    return [_choice(word, sources.get(word.name, "")) for word in template.keywords]


def _choice(word: Keyword, source: str) -> Choice:
    if source.startswith(FIXED):
        return Choice(word, FIXED, source.removeprefix(FIXED))
    return Choice(word, source)


def check(notice: Notice, choices: Iterable[Choice]) -> list[Choice]:
    """`choices`, each with what is wrong with it, in words for the operator."""
    kinds = {field.name: field.kind for field in notice.fields}
    taken: set[str] = set()
    found = []
    for choice in choices:
        source = FIXED + choice.fixed if choice.source == FIXED else choice.source
        wrong = _wrong(choice, kinds, source in taken)
        taken.add(source)
        found.append(Choice(choice.keyword, choice.source, choice.fixed, wrong))
    return found


def _wrong(choice: Choice, kinds: Mapping[str, Kind], again: bool) -> str:
    if choice.source == FIXED:
        if not choice.fixed.strip():
            return "写上固定的文字，微信不收空的"
        return "和别的格写得一样，换个说法" if again else ""
    if choice.source not in kinds:
        return "选一项填在这里"
    if again:
        return "这一项已经填在别的格里"
    return "" if takes(choice.keyword, kinds[choice.source]) else "类型对不上，微信会拒收"


def kept(choices: Iterable[Choice]) -> dict[str, str]:
    """The mapping as it is stored."""
    return {
        FIXED + choice.fixed.strip() if choice.source == FIXED else choice.source: (
            choice.keyword.name
        )
        for choice in choices
    }
