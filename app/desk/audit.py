"""The audit trail, to read."""

from typing import ClassVar

from app.campus.audit import Entry
from app.desk.actions import SETTLE
from app.desk.base import DeskView


class Trail(DeskView):
    """Who did what to what, newest first."""

    model, menu_label, display_name, key = Entry, "操作记录", "操作记录", "audit"
    icon = "fa fa-clock-rotate-left"
    labels: ClassVar[dict[str, str]] = {
        "id": "编号", "at": "时间", "actor": "谁", "action": "做了什么", "thing": "对什么",
        "before": "之前", "after": "之后", "address": "从哪里",
    }  # fmt: skip
    searched = ("actor", "action", "thing")
    exclude_fields_from_list = ("before", "after")
    see = SETTLE
