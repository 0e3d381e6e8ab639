"""Roles that people were given: given and taken by the rules, never edited."""

from typing import Any

from sqlalchemy import Select, or_, select
from starlette.requests import Request
from starlette_admin.exceptions import ActionFailed

from app.campus.permission.grants import GRANT, grant, revoke
from app.campus.permission.models import Grant
from app.campus.permission.rules import ROSTER, Role, Where
from app.desk.base import me_of
from app.desk.fields import Moment, Word, choice
from app.desk.limits import within
from app.desk.nouns import area, building, people_like, person
from app.desk.table import TableView
from app.kit.errors import CampusError

ROLES = {
    Role.WORKER: "维修师傅",
    Role.LEADER: "班长",
    Role.KEEPER: "宿管",
    Role.HEAD: "部门负责人",
    Role.SUPERVISOR: "督察员",
    Role.CONTRACTOR: "外包单位",
    Role.OPERATOR: "运营",
    Role.ADMINISTRATOR: "管理员",
}
assert ROLES.keys() == set(Role) - ROSTER  # noqa: S101 - a role without a word stops the start-up


class Grants(TableView):
    model, key = Grant, "grants"
    menu_label, display_name, icon = "角色", "角色", "fa fa-user-shield"
    fields = (
        person("person_id", "谁", required=True, help_text="写学号或工号"),
        choice("role", "角色", ROLES, required=True,
               help_text="学生、教师、新生跟着名册走；运营和管理员只有管理员能开"),
        area("area_id", "片区", blank="不限片区", help_text="片区和楼最多选一个"),
        building("building_id", "楼", blank="不限楼"),
        Word("unit", "单位", may_be_null=True, help_text="只管一个单位就写它：饮食中心"),
        Moment("at", "开通时间", exclude_from_create=True),
    )  # fmt: skip
    fields_default_sort = (("id", True),)
    sorted_by = ("role", "at")
    searched = ("role", "unit", "at")
    see = change = GRANT
    edits = False
    building = Grant.building_id.expression

    def get_list_query(self, request: Request) -> Select[Any]:
        """For who has an area: what was given for its buildings, and for the area itself."""
        me = me_of(request)
        if me.may(GRANT):
            return super().get_list_query(request)
        areas = [r.area_id for r in me.rights if r.role in GRANT.roles and r.unit is None]
        inside = within(me, GRANT, self.building)
        return select(Grant).where(or_(inside, Grant.area_id.in_(a for a in areas if a)))

    def get_search_query(self, request: Request, term: str) -> Any:
        return people_like(Grant.person_id, term)

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        db, given = request.state.session, dict(data)
        try:
            await self.validate(request, given)
            limits = Where(given["area_id"], given["building_id"], given["unit"])
            await grant(db, me_of(request), given["person_id"], Role(given["role"]), limits)
        except Exception as error:  # `handle_exception` tells refusals from bugs
            return await self.handle_exception(request, error)
        query = select(Grant).where(
            Grant.person_id == given["person_id"], Grant.role == given["role"],
            Grant.area_id.is_not_distinct_from(limits.area_id),
            Grant.building_id.is_not_distinct_from(limits.building_id),
            Grant.unit.is_not_distinct_from(limits.unit),
        )  # fmt: skip
        return await db.scalar(query)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        try:
            for pk in pks:
                await revoke(request.state.session, me_of(request), int(pk))
        except CampusError as refusal:
            raise ActionFailed(str(refusal)) from None
        return len(pks)
