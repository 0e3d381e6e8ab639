"""Whose password there is, and who needs the phone as well. Passwords are set by a command."""

from typing import ClassVar

from starlette.requests import Request

from app.campus.people import sessions
from app.desk.actions import SETTLE
from app.desk.base import DeskView, me_of
from app.desk.models import Credential
from app.kit import clock
from app.kit.errors import Conflict


class Passwords(DeskView):
    """Administrators decide who must scan besides; to delete one ends that person's sessions."""

    model, menu_label, display_name, key = Credential, "后台密码", "后台密码", "passwords"
    icon = "fa fa-key"
    labels: ClassVar[dict[str, str]] = {
        "person_id": "人员编号", "needs_both": "还要扫码", "must_change": "首次登录要改密码",
        "at": "设于",
    }  # fmt: skip
    exclude_fields_from_edit = ("at",)
    secrets = frozenset({"hash"})
    see = change = SETTLE
    creates = False

    async def before_delete(self, request: Request, obj: Credential) -> None:
        if obj.person_id == me_of(request).person_id:
            raise Conflict("自己的密码不能删，删了就进不来了")
        db = request.state.session
        await sessions.end_all(db, clock.now(), person_id=obj.person_id)
        await super().before_delete(request, obj)
