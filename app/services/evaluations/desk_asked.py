"""What of a form's answers the address asks for: a slice of them, and perhaps one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.evaluations import desk_words as words
from app.services.evaluations.desk_page import number, word
from app.services.evaluations.models import Form, FormKind, Subject
from app.services.evaluations.results import BETWEEN, Slice
from app.services.evaluations.rules import Kind, Question

MOST_CHOICES = 500
LONGEST = 90
LATELY = timedelta(days=29)  # what a rating form shows unless asked for more
NUMBER = ("question", "value", "topic", "judged", "only")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`slice` of the answers, and behind one number of it: those that gave `value` to `question`,
    or talk of `topic` (and say `judged` of it); `only` those with words or photos, or low ones.

    `every`: of all days, which what goes on for years shows only when it is asked for.
    """

    slice: Slice
    question: str = ""
    value: str = ""
    topic: str = ""
    judged: str = ""
    only: str = ""
    every: bool = False

    def query(self, **other: str | int | None) -> str:
        """The address's query for the same slice; `other` asks for one number of it."""
        of = self.slice
        found = {"since": of.since, "until": of.until, "unit": of.unit, "subject": of.subject_id,
                 "all": 1 if self.every else None}  # fmt: skip
        return urlencode({k: v for k, v in {**found, **other}.items() if v not in (None, "")})

    def behind(self) -> str:
        """The query of this very page, without where it begins."""
        return self.query(**{name: getattr(self, name) for name in NUMBER})

    def why(self, questions: Sequence[Question]) -> str:
        """Which answers these are, in words; empty for all of the slice."""
        if self.topic:
            return f"说到「{self.topic}」的" + (f"，觉得{self.judged}" if self.judged else "")
        asked = next((one for one in questions if one.name == self.question), None)
        if asked is None:
            return {"words": "写了话的", "photos": "带照片的", "low": "低分的"}.get(self.only, "")
        row, _, choice = self.value.partition(BETWEEN)
        said = f"{row}：{choice}" if choice else row
        unit = {Kind.STARS: " 星", Kind.SCALE: " 分"}.get(asked.kind, "")
        return f"「{asked.title}」答 {said}{unit}的" if said else f"答了「{asked.title}」的"


def wanted(asked: Mapping[str, str], form: Form, within: frozenset[str] | None) -> Wanted:
    """What the address asks for, without what makes no sense."""
    since, until = day_of(asked.get("since", "")), day_of(asked.get("until", ""))
    if since and until and since > until:
        since, until = until, since
    every = bool(asked.get("all")) and not (since or until)
    if form.kind == FormKind.RATING and not (since or until or every):
        until = clock.now().date()
        since = until - LATELY
    unit = word(asked, "unit")
    found = Slice(
        form.id, number(asked.get("subject"), 2**31 - 1), unit or None, since, until, within
    )
    texts = {name: word(asked, name, LONGEST) for name in NUMBER}
    return Wanted(found, **texts, every=every)


def day_of(text: str) -> date | None:
    """A day of an address; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2099 else None


async def choices(
    db: AsyncSession, form: Form, within: frozenset[str] | None
) -> dict[str, list[tuple[str | int, str]]]:
    """What the page's filters offer: units and subjects of the form, where there are several."""
    query = select(Subject.id, Subject.name, Subject.unit).where(Subject.form_id == form.id)
    if within is not None:
        query = query.where(Subject.unit.in_(within))
    rows = (
        await db.execute(query.order_by(Subject.position, Subject.id).limit(MOST_CHOICES))
    ).all()
    units = sorted({unit or form.unit for _, _, unit in rows} - {""})
    return {
        "unit": [(name, words.unit_of(name)) for name in units] if len(units) > 1 else [],
        "subject": [(id, name) for id, name, _ in rows] if len(rows) > 1 else [],
    }
