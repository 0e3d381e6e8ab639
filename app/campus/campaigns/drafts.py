"""What a campaign says and to whom: written down, changed, and looked at as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import diff, record, thing
from app.campus.campaigns import audience as whom
from app.campus.campaigns.access import must_write
from app.campus.campaigns.models import Campaign, Stage, Way
from app.campus.campaigns.rules import STAGES, seal
from app.campus.notify import Kind, Notice, rules
from app.campus.people.me import Me
from app.kit import clock
from app.kit.errors import Conflict, NotFound

TITLE, WORDS = 30, 600  # characters: of a heading, of a text that WeChat takes (2048 bytes)
READ_AS = {
    Kind.TIME: "写成 2026年11月21日 22:00 或 22:00~次日 6:00 这样",
    Kind.DATE: "写成 2026年11月21日 这样",
    Kind.NUMBER: "写数字",
    Kind.AMOUNT: "写金额，像 12.40",
}
_ALIVE = text("source <> '' AND stage <> 'cancelled'")
_CONTENT = ("title", "way", "notice", "fields", "words", "page", "audience", "starts_at")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operator filled in. `notice` with its `fields`, or else `words`; `page` is where
    it leads, empty: where the notice leads. `starts_at` None: as soon as it is sent off."""

    title: str
    audience: Mapping[str, Any]
    way: Way = Way.NOTICE
    notice: Notice | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    page: str = ""
    starts_at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """As they are stored. Raises Invalid for an audience that is none."""
        found = self.notice
        kinds = {one.name: one.kind for one in found.fields} if found else {}
        fields = {n: rules.plain(kinds[n], v) for n, v in self.fields.items() if n in kinds}
        page = self.page.strip() or (found.page if found else "")
        return {
            "title": self.title.strip()[:TITLE], "way": self.way, "words": self.words.strip(),
            "notice": found.name if found else "", "fields": fields,
            "page": rules.fill(page, {name: fields.get(name, "") for name in kinds}),
            "audience": whom.tidy(self.audience) if self.audience else {},
            "starts_at": self.starts_at, "urgent": bool(found and found.urgent),
            "optional": bool(found and found.optional),
        }  # fmt: skip


def mistakes(plan: Plan) -> dict[str, str]:
    """What is still missing, by the name of its field."""
    wrong = {} if plan.title.strip() else {"title": "写个标题，消息箱里看得到"}
    if len(plan.title.strip()) > TITLE:
        wrong["title"] = f"标题 {TITLE} 个字以内"
    if plan.way is Way.NOTICE:
        if plan.notice is None:
            return wrong | {"notice": "选一种通知"}
        for one in plan.notice.fields:
            if why := _field(one.title, one.kind, plan.fields.get(one.name, "")):
                wrong[f"field_{one.name}"] = why
    elif not plan.words.strip():
        wrong["words"] = "写几句话"
    elif len(plan.words) > WORDS:
        wrong["words"] = f"{WORDS} 个字以内，现在 {len(plan.words)} 个"
    if plan.page and not plan.page.startswith(("/h5/", "https://")):
        wrong["page"] = "写 /h5/ 或 https:// 开头的地址"
    return wrong if plan.audience else wrong | {"audience": "先选发给谁"}


def _field(title: str, kind: Kind, value: Any) -> str:
    """What is wrong with a field's value, or nothing."""
    if not str(value).strip():
        return f"{title}还没填"
    return "" if rules.reads(kind, value) else f"{title}看不懂，{READ_AS.get(kind, '换个写法')}"


async def draft(
    db: AsyncSession, me: Me | None, plan: Plan, *, source: str = "", after_id: int | None = None
) -> tuple[Campaign, bool]:
    """A new draft of `me`; of one `source` the one there is. True if it is new.

    Raises Invalid (no such audience), Forbidden (not theirs to write to).
    """
    values = plan.columns()
    if values["audience"]:
        await must_write(db, me, values["audience"])
    new = insert(Campaign).values(
        **values, source=source, after_id=after_id, made_by=me and me.person_id,
        made_at=clock.now(), stage=Stage.DRAFT,
    ).on_conflict_do_nothing(index_elements=["source"], index_where=_ALIVE)  # fmt: skip
    made: Campaign | None = await db.scalar(new.returning(Campaign))
    if made is None:
        there = select(Campaign).where(Campaign.source == source, Campaign.stage != Stage.CANCELLED)
        return (await db.scalars(there)).one(), False
    record(db, me, "campaigns.draft", name(made), after=shown(made))
    return made, True


async def save(db: AsyncSession, me: Me, id: int, plan: Plan, seen: str) -> Campaign:
    """Change the draft that was `seen`. Raises NotFound, Forbidden, Conflict, Invalid."""
    campaign = await locked(db, me, id)
    must_stand(campaign, Stage.DRAFT)
    must_be(campaign, seen)
    before, values = shown(campaign), plan.columns()
    if values["audience"]:
        await must_write(db, me, values["audience"])
    for column, value in values.items():
        setattr(campaign, column, value)
    old, new = diff(before, shown(campaign))
    if new or old:
        campaign.made_by = me.person_id
        record(db, me, "campaigns.edit", name(campaign), before=old, after=new)
    return campaign


async def get(db: AsyncSession, me: Me, id: int) -> Campaign:
    """One to look at. Raises NotFound, Forbidden."""
    found = await db.get(Campaign, id)
    if found is None:
        raise NotFound("没有这条群发，可能是地址抄漏了")
    await must_see(db, me, found)
    return found


async def locked(db: AsyncSession, me: Me | None, id: int) -> Campaign:
    """One to change: whoever else wants to waits until this transaction ends."""
    query = select(Campaign).where(Campaign.id == id).with_for_update()
    found = await db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有这条群发，可能是地址抄漏了")
    await must_see(db, me, found)
    return found


async def must_see(db: AsyncSession, me: Me | None, campaign: Campaign) -> None:
    """Raise Forbidden unless it is theirs, or within their rights."""
    if me is None or (campaign.stage == Stage.DRAFT and campaign.made_by == me.person_id):
        return
    await must_write(db, me, campaign.audience)


def must_stand(campaign: Campaign, *stages: Stage) -> None:
    """Raise Conflict unless it is in one of `stages`."""
    if campaign.stage not in stages:
        raise Conflict(f"这条已经是「{STAGES[campaign.stage]}」，有人比你快一步")


def must_be(campaign: Campaign, seen: str) -> None:
    """Raise Conflict unless its content is what was `seen`."""
    if seen != mark(campaign):
        raise Conflict("刚刚有人改过内容，看一遍新的再点")


def mark(campaign: Campaign) -> str:
    """What a form carries to say which content it was made from."""
    return seal(shown(campaign))


def shown(campaign: Campaign) -> dict[str, Any]:
    """The content, as the trail keeps it; of a list of numbers only how many."""
    found = {column: getattr(campaign, column) for column in _CONTENT}
    if numbers := campaign.audience.get("numbers"):
        digest = seal({"numbers": numbers})
        found["audience"] = {"numbers": len(numbers), "digest": digest}
    found["starts_at"] = found["starts_at"] and found["starts_at"].astimezone(clock.SHANGHAI)
    return found


def name(campaign: Campaign) -> str:
    """As the audit trail calls it."""
    return thing("campaign", campaign.id)
