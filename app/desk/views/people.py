"""People, and which follower is which of them."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import DateField, link_row_action, row_action
from starlette_admin.exceptions import ActionFailed

from app.campus import audit
from app.campus.people import roster, sessions
from app.campus.people.binding import BINDINGS, agree, refuse, tidy, unbind
from app.campus.people.me import Me
from app.campus.people.models import Binding, Move, Person
from app.campus.people.roster_columns import LABELS
from app.campus.permission.models import Grant
from app.campus.permission.rules import Action, Role
from app.campus.places import Room
from app.desk.actions import SETTLE
from app.desk.base import me_of
from app.desk.fields import Moment, Ref, Word, choice
from app.desk.imports import Import, ImportView, report
from app.desk.limits import PLACE, building_of
from app.desk.nouns import people_like, person, room, rooms_like
from app.desk.table import TableView
from app.desk.views.grants import Grants
from app.kit import clock
from app.kit.errors import CampusError, Forbidden

CHANGE = Action("people.change", frozenset({Role.OPERATOR}))
IMPORT = Action("people.import", frozenset({Role.OPERATOR}))


async def _bound(db: AsyncSession, people: Collection[Any]) -> Mapping[Any, str]:
    query = select(Binding.person_id, Binding.at).where(Binding.person_id.in_(people))
    found = await db.execute(query)
    return {id: f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d} 绑定" for id, at in found}


def _home(person_id: PLACE) -> PLACE:
    """The building that somebody lives in."""
    query = select(Room.building_id).join(Person, Person.room_id == Room.id)
    return query.where(Person.id == person_id).scalar_subquery()


async def guard(db: AsyncSession, me: Me, person_id: int) -> None:
    """Raise Forbidden if `me` would lock out an administrator or another operator."""
    if me.has(Role.ADMINISTRATOR) or me.person_id == person_id:
        return
    above = Grant.role.in_([Role.OPERATOR, Role.ADMINISTRATOR])
    if await db.scalar(select(Grant.id).where(Grant.person_id == person_id, above).limit(1)):
        raise Forbidden("他也管后台，改他的资料找管理员")


class People(TableView):
    """Never the hash of the ID card; the trail does not keep phone numbers."""

    model, key = Person, "people"
    menu_label, display_name, icon = "人员", "人", "fa fa-user"
    fields = (
        Word("number", "学号/工号", exclude_from_edit=True),
        Word("name", "姓名", required=True),
        choice("kind", "身份", LABELS, required=True),
        choice("sex", "性别", {"男": "男", "女": "女"}, exclude_from_list=True),
        Word("college", "学院"),
        Word("grade", "年级"),
        Word("class_name", "班级", exclude_from_list=True),
        Word("phone", "手机", exclude_from_list=True, longest=16),
        room("room_id", "宿舍", help_text="写成「3号楼 501」，没有就空着"),
        DateField("valid_until", "有效期", exclude_from_list=True,
                  help_text="过了这天权限就没了；长期的不填"),
        Ref("bound", "微信", names=_bound, of="id", read_only=True,
            exclude_from_create=True, exclude_from_edit=True, exclude_from_export=True),
        Moment("gone_at", "离校", exclude_from_edit=True),
    )  # fmt: skip
    fields_default_sort = (("id", True),)
    searched = ("number", "name", "kind", "college", "grade", "valid_until", "gone_at")
    change, creates, deletes = CHANGE, False, False
    building = building_of(Person.room_id.expression)
    secrets = frozenset({"secret", "phone"})

    def get_search_query(self, request: Request, term: str) -> Any:
        """A number's beginning, a part of a name, or a room."""
        word = term.strip()
        number = Person.number.startswith(tidy(word), autoescape=True)
        name = Person.name.contains(word, autoescape=True)
        return or_(number, name, rooms_like(Person.room_id, term))

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        data["sex"] = data.get("sex") or ""
        pk = int(request.query_params.get("pk", 0))
        try:
            await guard(request.state.session, me_of(request), pk)
        except CampusError as refusal:
            return {"name": str(refusal)}
        return {}

    @link_row_action(name="trail", text="操作记录", icon_class="fa fa-clock-rotate-left")
    def trail(self, request: Request, pk: Any) -> str:
        """What was done to them."""
        return f"/desk/audit/list?q={audit.thing('person', pk)}"

    @row_action(
        name="log_out",
        text="全部退出登录",
        confirmation="他在手机和后台的登录都退出，下次要重新进。退出吗？",
        icon_class="fa fa-right-from-bracket",
        submit_btn_text="退出",
    )
    async def log_out(self, request: Request, pk: Any) -> None:
        db, me = request.state.session, me_of(request)
        await _allowed(guard(db, me, int(pk)))
        await sessions.end_all(db, clock.now(), person_id=int(pk))
        audit.record(db, me, "people.log_out", audit.thing("person", pk))

    @row_action(
        name="unbind",
        text="解绑微信",
        confirmation="解绑以后他要重新绑定学号，登录也都退出。解绑吗？",
        icon_class="fa fa-link-slash",
        submit_btn_text="解绑",
    )
    async def unbind(self, request: Request, pk: Any) -> None:
        db, me = request.state.session, me_of(request)
        await _allowed(guard(db, me, int(pk)))
        await _allowed(unbind(db, me, clock.now(), person_id=int(pk)))

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        allowed = await super().is_row_action_allowed(request, name)
        if name == "trail":
            return allowed and me_of(request).may(SETTLE)
        return allowed and (name not in ("log_out", "unbind") or self.can_edit(request))


class Bindings(TableView):
    model, key = Binding, "bindings"
    menu_label, display_name, icon = "绑定", "绑定", "fa fa-link"
    fields = (
        person("person_id", "谁"),
        Word("who", "微信（粉丝编号）"),
        Moment("at", "绑定时间"),
    )
    fields_default_sort = (("at", True),)
    sorted_by = ("at",)
    searched = ("person_id", "who", "at")
    see, building = BINDINGS, _home(Binding.person_id.expression)

    def get_search_query(self, request: Request, term: str) -> Any:
        found = people_like(Binding.person_id, term)
        return or_(found, Binding.who == term.strip())


class Moves(TableView):
    """A phone that asks for somebody else's binding: the old phone may be lost."""

    model, key = Move, "moves"
    menu_label, display_name, icon = "换绑申请", "换绑", "fa fa-right-left"
    fields = (
        person("person_id", "谁"),
        Word("who", "想换到的微信（粉丝编号）"),
        Moment("at", "申请时间"),
    )
    fields_default_sort = (("id", True),)
    see, building = BINDINGS, _home(Move.person_id.expression)

    @row_action(
        name="agree",
        text="同意换绑",
        confirmation="先核对是他本人。同意以后旧手机退出登录。同意吗？",
        icon_class="fa fa-check",
        submit_btn_text="同意",
    )
    async def agree(self, request: Request, pk: Any) -> None:
        db, me = request.state.session, me_of(request)
        move = await db.get(Move, int(pk))
        if move is not None:
            await _allowed(guard(db, me, move.person_id))
        await _allowed(agree(db, me, int(pk), clock.now()))

    @row_action(
        name="refuse",
        text="不同意",
        confirmation="原来的绑定不变。不同意这次换绑？",
        icon_class="fa fa-xmark",
        submit_btn_text="不同意",
    )
    async def refuse(self, request: Request, pk: Any) -> None:
        await _allowed(refuse(request.state.session, me_of(request), int(pk), clock.now()))


async def _allowed(deed: Any) -> None:
    """Await `deed`; its refusal is what the page says."""
    try:
        await deed
    except CampusError as refusal:
        raise ActionFailed(str(refusal)) from None


async def look(db: AsyncSession, data: bytes, filename: str) -> str:
    found = await roster.preview(db, data, filename, report)
    warning = "走的人比留下的还多，看看是不是只导出了一部分" if found.drastic else ""
    return "\n".join(line for line in (str(found), warning) if line)


async def take(db: AsyncSession, data: bytes, filename: str, me: Me) -> str:
    """Whoever confirms has seen how many leave."""
    found = await roster.put(db, data, filename, me=me, sure=True, progress=report)
    return f"名册导入好了：{found}"


ROSTER = Import(
    "people", "导入名册", roster.load, IMPORT, template=roster.template, dump=roster.export,
    look=look, take=take,
    help=(
        "按学号或工号认人：新的加上，变了的更新。表里有的身份里没列到的人算离校。",
        "空着的格子保持原样，写「无」是清空。身份证后六位只留加密的校验，导出里没有。",
    ),
)  # fmt: skip

PEOPLE = (People, Bindings, Moves, Grants, partial(ImportView, ROSTER))
