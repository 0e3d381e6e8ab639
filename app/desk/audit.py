"""The audit trail, to read."""

from typing import Any, ClassVar

from sqlalchemy import String, cast, literal, or_, select
from starlette.requests import Request

from app.campus.audit import Entry, thing
from app.campus.people.binding import tidy
from app.campus.people.models import Person
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

    def get_search_query(self, request: Request, term: str) -> Any:
        """A thing as the trail names it (`person:7`); else a person's number, for all that they
        did and that was done to them, a name as it was then, or the beginning of a deed's name.
        """
        word = term.strip()
        if ":" in word:
            return Entry.thing == word
        theirs = select(Person.id).where(Person.number == tidy(word))
        named = select(literal(thing("person", "")) + cast(Person.id, String))
        return or_(
            Entry.actor_id.in_(theirs), Entry.actor == word,
            Entry.thing.in_(named.where(Person.number == tidy(word))),
            Entry.action.startswith(word, autoescape=True),
        )  # fmt: skip
