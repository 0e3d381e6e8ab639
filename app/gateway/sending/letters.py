"""Messages as each channel says them: rendered once, however many are told."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Kind, Notice, rules
from app.campus.notify.models import Message
from app.gateway.outbound import Speaker
from app.gateway.sending.mapping import FIXED, kind_of
from app.gateway.sending.models import Template
from app.gateway.sending.outcomes import Channel, Reason, Unfit
from app.wechat.replies import Text
from app.wechat.sending import Letter, subscribe_letter, template_letter

KEPT = 500  # messages in memory


@dataclass(frozen=True, slots=True)
class Wording:
    """A message and what it is told by. `template` is None where the notice has none."""

    message: Message
    notice: Notice | None
    template: Template | None

    def values(self, count: int) -> dict[str, str]:
        """What stands in each keyword of the template; `count`: how many read as this one.

        Raises Unfit where the template does not hold what the notice has to say.
        """
        if not self.message.notice:
            raise Unfit(Reason.WINDOW)  # free words fit no template
        if self.notice is None or self.template is None:
            raise Unfit(Reason.UNMAPPED)
        fields = rules.merged(self.notice, self.message.fields, count)
        kinds = {field.name: field.kind for field in self.notice.fields}
        keywords = self.template.keywords
        named = {source for source in keywords if not source.startswith(FIXED)}
        if not keywords or not named <= kinds.keys() & fields.keys():
            raise Unfit(Reason.TEMPLATE)
        return {
            word: source.removeprefix(FIXED)
            if source.startswith(FIXED)
            else _cut(word, kinds[source], fields[source])
            for source, word in keywords.items()
        }


def _cut(word: str, kind: Kind, value: rules.Plain) -> str:
    """`value` as the blank takes it, which may be of another kind than the field."""
    blank = kind_of(word, kind)
    return rules.cut(blank, value if blank is kind else rules.say(kind, value))


class Letters:
    """Wordings by message, and letters by what they say; in memory for the last few hundred."""

    def __init__(self, notices: Mapping[str, Notice], speaker: Speaker) -> None:
        self._notices, self._speaker = notices, speaker
        self._messages: OrderedDict[int, Message] = OrderedDict()
        self._wordings: dict[int, Wording] = {}
        self._letters: OrderedDict[tuple[object, ...], Letter] = OrderedDict()

    async def load(self, db: AsyncSession, channel: Channel, ids: Iterable[int]) -> None:
        """Have the wordings of `ids` ready, with the templates as they are now."""
        wanted = set(ids)
        if missing := wanted - self._messages.keys():
            found = await db.scalars(select(Message).where(Message.id.in_(missing)))
            self._messages.update({message.id: message for message in found})
        names = {self._messages[id].notice for id in wanted}
        query = select(Template).where(Template.channel == channel, Template.notice.in_(names))
        templates = {found.notice: found for found in await db.scalars(query)}
        for id in wanted:
            message = self._messages[id]
            notice = self._notices.get(message.notice)
            self._wordings[id] = Wording(message, notice, templates.get(message.notice))
            self._messages.move_to_end(id)
        while len(self._messages) > KEPT:
            old, _ = self._messages.popitem(last=False)
            self._wordings.pop(old, None)

    def wording(self, message_id: int) -> Wording:
        return self._wordings[message_id]

    def template(self, message_id: int, count: int) -> Letter:
        """A template message. Raises Unfit."""
        wording = self.wording(message_id)
        return self._letter(Channel.TEMPLATE, wording, count)

    def subscribe(self, message_id: int, count: int) -> Letter:
        """A subscription notice. Raises Unfit."""
        wording = self.wording(message_id)
        return self._letter(Channel.SUBSCRIBE, wording, count)

    def text(self, message_id: int, count: int) -> Text:
        """A customer-service message: title, a line for each field, and where it leads."""
        wording = self.wording(message_id)
        message, notice = wording.message, wording.notice
        page = self._speaker.address(message.page) if message.page else None
        if notice is None:
            return Text(message.words or message.title, page)
        fields = rules.merged(notice, message.fields, count)
        said = [f"{f.title}：{rules.say(f.kind, fields[f.name])}" for f in notice.fields
                if f.name in fields]  # fmt: skip
        return Text("\n".join([message.title or notice.title, *said]), page)

    def _letter(self, channel: Channel, wording: Wording, count: int) -> Letter:
        template = wording.template
        known = template and (template.template_id, *sorted(template.keywords.items()))
        key = (channel, wording.message.id, count, known)
        if (made := self._letters.get(key)) is None:
            made = self._letters[key] = self._rendered(channel, wording, count)
            while len(self._letters) > KEPT:
                self._letters.popitem(last=False)
        return made

    def _rendered(self, channel: Channel, wording: Wording, count: int) -> Letter:
        values = wording.values(count)
        assert wording.template is not None  # noqa: S101 `values` has refused it otherwise
        page = wording.message.page
        address = self._speaker.address(page) if page else ""
        render = template_letter if channel is Channel.TEMPLATE else subscribe_letter
        return render(wording.template.template_id, values, address)
