"""A template as it was chosen for a notice, and how the desk draws it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Notice
from app.desk.campaigns.words import Blank, Card
from app.gateway.sending.mapping import FIXED
from app.gateway.sending.models import Template
from app.gateway.sending.outcomes import Channel
from app.wechat import templates as wire


def chosen(
    notice: Notice, channel: Channel, template: wire.Template, keywords: dict[str, str]
) -> Template:
    """The row that tells `notice` by `template`, with `keywords` as `mapping.kept` has them."""
    titles = {word.name: word.title for word in template.keywords}
    return Template(notice=notice.name, channel=channel, template_id=template.id,
                    keywords=keywords, title=template.title, titles=titles)  # fmt: skip


async def card(db: AsyncSession, notice: Notice) -> Card | None:
    """The template that tells `notice`; None where it has none, or nobody knows its words."""
    row = await db.get(Template, (notice.name, Channel.TEMPLATE))
    if row is None or not row.titles:
        return None
    sources = {word: source for source, word in row.keywords.items()}
    blanks = [
        Blank(title, "", source.removeprefix(FIXED)) if source.startswith(FIXED)
        else Blank(title, source)
        for word, title in row.titles.items() if (source := sources.get(word))
    ]  # fmt: skip
    return Card(row.title, tuple(blanks))
