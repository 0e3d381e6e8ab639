"""A template for every notice that has none: the one of the account that fits it best."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Notice
from app.gateway.sending.drawing import chosen
from app.gateway.sending.mapping import FIXED, alike, guess, kept
from app.gateway.sending.models import Template
from app.gateway.sending.outcomes import Channel
from app.wechat import templates as wire

_COMMON = frozenset("通知提醒公告了要的有")  # in so many titles that they say nothing


async def propose(
    db: AsyncSession, notices: Iterable[Notice], templates: Sequence[wire.Template]
) -> dict[str, str]:
    """Map what is not mapped; of each notice that was, the template's title."""
    query = select(Template.notice).where(Template.channel == Channel.TEMPLATE)
    known, found = set(await db.scalars(query)), {}
    for notice in notices:
        template = best(notice, templates)
        if notice.name in known or template is None:
            continue
        keywords = kept(guess(notice, template))
        if len(keywords) == len(template.keywords):  # no two blanks with the same fixed words
            db.add(chosen(notice, Channel.TEMPLATE, template, keywords))
            found[notice.name] = template.title
    return found


def best(notice: Notice, templates: Sequence[wire.Template]) -> wire.Template | None:
    """The template that says most of what `notice` does; None if all are of something else."""
    scored = [(score(notice, template), -n) for n, template in enumerate(templates)]
    top, place = max(scored, default=(0, 0))
    return templates[-place] if top > 0 else None


def score(notice: Notice, template: wire.Template) -> int:
    """2 for each character that the titles share, or for a template of anything (「通知公告」);
    1 or 2 for each blank whose title a field has; 2 off for a blank without a field.
    """
    titles = {field.name: field.title for field in notice.fields}
    says = set(template.title) - _COMMON
    points = len(says & set(notice.title)) * 2 if says else 2
    for choice in guess(notice, template):
        if choice.source == FIXED:
            points -= 2
        else:
            points += alike(titles[choice.source], choice.keyword.title)
    return points
