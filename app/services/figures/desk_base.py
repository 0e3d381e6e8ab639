"""What the pages of figures at the desk share."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView

from app.desk.base import me_of
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.kit.errors import NotFound
from app.services.figures.access import units_of
from app.services.figures.rules import DAY, Against, Period, against, asked
from app.services.figures.view import Topics, days, say_before

HOME = "/desk/figures"


class Page(CustomView):
    """A page under `/desk/figures`, for who sees the numbers of some unit."""

    def is_accessible(self, request: Request) -> bool:
        return units_of(me_of(request)) != []

    def show(self, request: Request, name: str, **context: Any) -> Response:
        """The template `figures/<name>` with what all of them need."""
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        shared = {"title": self.menu_label, "home": HOME, "moment": moment,
                  "topics": topics_of(request)}  # fmt: skip
        return self.templates.TemplateResponse(request, f"figures/{name}", {**shared, **context})


def topics_of(request: Request) -> Topics:
    found: Topics = request.app.state.measures
    return found


def topic_asked(request: Request) -> str:
    """The topic of the address. Raises NotFound."""
    name = str(request.path_params["topic"])
    if name not in topics_of(request):
        raise NotFound("没有这一块的数，回总览换一块")
    return name


def span_of(request: Request) -> tuple[Period, Against]:
    """The period of the address, and what it is held against."""
    params, today = request.query_params, clock.now().date()
    how = Against.YEAR if params.get("against") == Against.YEAR else Against.BEFORE
    return asked(params, today), how


def span_shown(period: Period, how: Against) -> Mapping[str, Any]:
    """What the head of a page needs of its period."""
    held = {"against": how} if how is Against.YEAR else {}
    kind = {"month": str(period.first)[:7]} if period.span == "month" else (
        {"year": period.first.year} if period.span == "year" else
        {"since": period.first, "until": period.last})  # fmt: skip
    return {
        "period": period, "how": how, "days": days(period), "query": urlencode({**kind, **held}),
        "before": say_before(period, against(period, how)), "presets": _presets(held),
        "hows": [(urlencode(kind), "上一期", how is Against.BEFORE),
                 (urlencode({**kind, "against": "year"}), "去年同期", how is Against.YEAR)],
    }  # fmt: skip


def _presets(held: Mapping[str, Any]) -> list[tuple[str, str]]:
    today = clock.now().date()
    before = today.replace(day=1) - DAY
    spans: list[tuple[str, dict[str, Any]]] = [
        ("这个月", {"month": str(today)[:7]}), ("上个月", {"month": str(before)[:7]}),
        ("今年", {"year": today.year}), ("去年", {"year": today.year - 1}),
    ]  # fmt: skip
    return [(name, urlencode({**span, **held})) for name, span in spans]


def moment(at: Any) -> str:
    """「11月21日 19:35」, in Shanghai; empty for None."""
    if at is None:
        return ""
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日 {there.hour}:{there:%M}"
