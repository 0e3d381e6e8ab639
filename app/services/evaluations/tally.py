"""What answers come to: for each question how often each value was given."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.evaluations.models import Answer
from app.services.evaluations.rules import Kind, Question

SAME_ROW = "\t"  # between a matrix's row and what was chosen in it
# Words and photos are not counted: what is no list, no object and short enough to be a choice.
_COUNT = text(f"""
SELECT k.name, v.value, count(*) FROM {Answer.__tablename__} a
CROSS JOIN LATERAL jsonb_each(a.given) AS k(name, said)
CROSS JOIN LATERAL (
    SELECT said #>> '{{}}' AS value WHERE jsonb_typeof(said) IN ('string', 'number')
    UNION ALL SELECT one #>> '{{}}' FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(said) = 'array' THEN said ELSE '[]' END) AS one
    UNION ALL SELECT e.key || E'\\t' || e.value FROM jsonb_each_text(
        CASE WHEN jsonb_typeof(said) = 'object' THEN said ELSE '{{}}' END) AS e
) v
WHERE a.form_id = :form AND k.name = ANY(:names)
    AND (CAST(:subject AS int) IS NULL OR a.subject_id = :subject)
    AND (CAST(:since AS date) IS NULL OR a.day >= :since)
    AND (CAST(:until AS date) IS NULL OR a.day < :until)
GROUP BY k.name, v.value
""")
_ALL = text(f"""
SELECT count(*) FROM {Answer.__tablename__} WHERE form_id = :form
    AND (CAST(:subject AS int) IS NULL OR subject_id = :subject)
    AND (CAST(:since AS date) IS NULL OR day >= :since)
    AND (CAST(:until AS date) IS NULL OR day < :until)
""")
NOT_COUNTED = frozenset({Kind.WORDS, Kind.PHOTO})


@dataclass(frozen=True, slots=True)
class Tally:
    """`count` answers; of each question by name, how many gave each value (of a matrix
    「row, tab, choice」)."""

    count: int
    values: dict[str, dict[str, int]]

    def of(self, question: Question) -> dict[str, int]:
        return self.values.get(question.name, {})

    def mean(self, question: Question) -> float | None:
        """Of stars or a scale."""
        found = self.of(question)
        total = sum(found.values())
        return sum(int(value) * n for value, n in found.items()) / total if total else None


async def tally(
    db: AsyncSession, form_id: int, questions: tuple[Question, ...], *,
    subject_id: int | None = None, since: date | None = None, until: date | None = None,
) -> Tally:  # fmt: skip
    """Count the answers of `since` ≤ day < `until`, of the questions that can be counted."""
    names = [question.name for question in questions if question.kind not in NOT_COUNTED]
    asked = {"form": form_id, "subject": subject_id, "since": since, "until": until}
    count = await db.scalar(_ALL, asked) or 0
    values: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, value, n in await db.execute(_COUNT, {**asked, "names": names}):
        values[name][value] = n
    return Tally(count, values)
