"""Followers at the desk: who they are, since when, and the operators' own tags on them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Update, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import action
from starlette_admin.actions import ActionSelection
from starlette_admin.exceptions import ActionFailed
from starlette_admin.fields import StringField
from starlette_admin.filters.base import BaseFilter, FilterApplyContext, FilterDataType

from app.campus import audit
from app.campus.people.binding import tidy
from app.campus.people.followers import LONG_AGO
from app.campus.people.models import Binding, Follower, Person, Session
from app.campus.people.tags import MOST, read_tags
from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.desk.fields import Moment, Ref, Word
from app.desk.table import TableView
from app.gateway.models import Heard
from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid

TAG = Action("followers.tag", frozenset({Role.OPERATOR}))
SHOWN = 12  # tags above the list
FORM = (
    '<form><label class="form-label" for="tag">标签</label><input class="form-control" id="tag" '
    'name="tag" maxlength="20" required autocomplete="off" placeholder="像「新生」"></form>'
)


class Tagged(BaseFilter):
    """Has this tag."""

    name: ClassVar[str] = "tagged"
    label: ClassVar[str] = "有标签"
    data_type: ClassVar[FilterDataType] = FilterDataType.STRING

    def parse_value(self, raw: Any) -> str:
        return str(raw).strip()

    def apply(self, ctx: FilterApplyContext) -> Any:
        return Follower.tags.contains([ctx.value])


@dataclass
class Tags(StringField):
    """Tags as one line: 「新生、报修群」."""

    def __post_init__(self) -> None:
        self.filters = [Tagged]
        super().__post_init__()

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        return str(form_data.get(self.id) or "")

    async def validate(self, request: Request, value: Any, form_values: dict[str, Any]) -> None:
        try:
            form_values[self.name] = read_tags(str(value or ""))
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None

    async def serialize_value(self, request: Request, value: Any) -> str:
        return value if isinstance(value, str) else "、".join(value)


@dataclass
class Follows(StringField):
    """Whether they follow now, from when they left."""

    async def parse_obj(self, request: Request, obj: Any) -> str:
        return "取消了" if obj.left_at else "关注中"


async def _people(db: AsyncSession, who: Collection[Any]) -> Mapping[Any, str]:
    query = select(Binding.who, Person.name, Person.number).join(Person)
    found = await db.execute(query.where(Binding.who.in_(who)))
    return {who: f"{name} {number}" for who, name, number in found}


async def _last(db: AsyncSession, who: Collection[Any]) -> Mapping[Any, str]:
    """When somebody wrote or opened a page last."""
    last: dict[str, Any] = {}
    for at, whose in ((Heard.at, Heard.who), (Session.seen_at, Session.who)):
        query = select(whose, func.max(at)).where(whose.in_(who)).group_by(whose)
        for name, moment in await db.execute(query):
            last[str(name)] = max(moment, last.get(str(name), moment))
    return {name: f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for name, at in last.items()}


class Joined(Moment):
    """When they followed; of those who did before we listened, nobody knows."""

    async def serialize_value(self, request: Request, value: Any) -> str:
        return "早就关注了" if value == LONG_AGO else await super().serialize_value(request, value)


class Followers(TableView):
    """Newest first. Only the tags can be changed: they are ours, the platform has its own."""

    model, key = Follower, "followers"
    menu_label, display_name, icon = "关注者与标签", "关注者", "fa fa-user-tag"
    fields = (
        Word("who", "openid", read_only=True),
        Follows("follows", "关注", read_only=True, exclude_from_create=True,
                exclude_from_edit=True),
        Ref("person", "是谁", names=_people, of="who", read_only=True, exclude_from_edit=True),
        Tags("tags", "标签", help_text=f"用「、」隔开，最多 {MOST} 个，每个 20 字以内"),
        Word("scene", "从哪来", read_only=True, exclude_from_edit=True),
        Ref("last", "最近来过", names=_last, of="who", read_only=True, exclude_from_edit=True),
        Joined("joined_at", "关注时间", read_only=True, exclude_from_edit=True),
        Moment("left_at", "取消时间", read_only=True, exclude_from_edit=True,
               exclude_from_list=True),
    )  # fmt: skip
    fields_default_sort = (("joined_at", True),)
    searched = ("tags", "scene", "joined_at", "left_at")
    list_template = "followers.html"
    see = change = TAG
    creates, deletes = False, False
    action_select_all_limit = 1_000_000  # one statement changes them all

    def get_search_query(self, request: Request, term: str) -> Any:
        """An openid's beginning, a tag, a scene, or a bound person's number or name."""
        word = term.strip()
        theirs = (Person.number == tidy(word)) | Person.name.startswith(word, autoescape=True)
        bound = select(Binding.who).join(Person).where(theirs)
        return or_(
            Follower.who.startswith(word, autoescape=True), Follower.tags.contains([word]),
            Follower.scene == word, Follower.who.in_(bound),
        )  # fmt: skip

    async def find_all(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        tag = func.unnest(Follower.tags).label("tag")
        used = select(tag).where(Follower.tags != []).subquery()
        times = func.count()
        counted = select(used.c.tag, times).group_by(used.c.tag).order_by(times.desc(), used.c.tag)
        found = await request.state.session.execute(counted.limit(SHOWN))
        request.state.desk_tags = found.all()
        return await super().find_all(request, *args, **kwargs)

    @action(name="tag", text="打标签", confirmation="给选中的关注者打一个标签。", form=FORM,
            submit_btn_text="打上", icon_class="fa fa-tag")  # fmt: skip
    async def tag(self, request: Request, selection: ActionSelection) -> None:
        word = await _word(request)
        room = func.cardinality(Follower.tags) < MOST
        change = update(Follower).where(~Follower.tags.contains([word]), room)
        change = change.values(tags=func.array_append(Follower.tags, word))
        await self._change(request, selection, change, {"打上": word})

    @action(name="untag", text="去标签", confirmation="从选中的关注者身上去掉一个标签。", form=FORM,
            submit_btn_text="去掉", icon_class="fa fa-eraser")  # fmt: skip
    async def untag(self, request: Request, selection: ActionSelection) -> None:
        word = await _word(request)
        change = update(Follower).where(Follower.tags.contains([word]))
        change = change.values(tags=func.array_remove(Follower.tags, word))
        await self._change(request, selection, change, {"去掉": word})

    async def _change(
        self, request: Request, selection: ActionSelection, change: Update, what: dict[str, Any]
    ) -> None:
        """One statement, for a few that are ticked as for all that the search leaves."""
        db = request.state.session
        if not self.can_edit(request):
            raise ActionFailed("这一步不归你管")
        if selection.is_select_all:
            found = self.get_list_query(request).with_only_columns(Follower.who)
            chosen = await self._apply_search_and_filters(
                request, found, selection.q, selection.filters
            )
        else:
            chosen = select(Follower.who).where(Follower.who.in_(await selection.pks()))
        inside = chosen.subquery()
        done = await db.execute(change.where(exists().where(inside.c.who == Follower.who)))
        what |= {"人数": done.rowcount}
        audit.record(db, me_of(request), "followers.tag", audit.thing("followers", "*"), after=what)


async def _word(request: Request) -> str:
    """The tag that the form names. Raises ActionFailed."""
    form = await request.form(max_files=0, max_fields=10)
    try:
        words = read_tags(str(form.get("tag", "")))
    except Invalid as refusal:
        raise ActionFailed(str(refusal)) from None
    if len(words) != 1:
        raise ActionFailed("写一个标签")
    return words[0]
