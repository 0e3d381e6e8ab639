"""What nobody answered, at the desk: wordings put together, each two clicks from an answer."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.gateway.unanswered import Unanswered, unanswered
from app.kit import clock
from app.kit.words import normalise

READ = Action("messages.read", frozenset({Role.OPERATOR}))
WRITE_ANSWER = "/desk/answers/new"  # an address, not an import: the service may be missing
LOG = "/desk/messages/list"
SORTS = {"times": "问得多的在前", "last": "刚问的在前"}


class UnansweredWords(CustomView):
    """「没人会答的话」: the last 30 days, by how often or by how new."""

    menu_label, icon, path, route_name = (
        "没人会答的话",
        "fa fa-circle-question",
        "/unanswered",
        ("unanswered"),
    )

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(READ)

    @route("")
    async def index(self, request: Request) -> Response:
        assert self.templates is not None  # noqa: S101 - starlette-admin sets it when mounted
        db, now = request.state.session, clock.now()
        sort = request.query_params.get("sort", "times")
        words = normalise(request.query_params.get("q", ""))[:60]
        found = [one for one in await unanswered(db, now) if words in one.words]
        if sort == "last":
            found.sort(key=lambda one: one.last, reverse=True)
        rows = [_row(one) | {"age": clock.say_age(one.last, now)} for one in found]
        context = {"title": self.menu_label, "rows": rows, "q": words, "sort": sort,
                   "sorts": SORTS, "times": sum(one.times for one in found)}  # fmt: skip
        return self.templates.TemplateResponse(request, "unanswered.html", context)


def _row(one: Unanswered) -> dict[str, object]:
    asked = urlencode({"q": one.words[:200], "filter": "matched__is_false"})
    return {
        "one": one, "write": f"{WRITE_ANSWER}?{urlencode({'words': one.words[:200]})}",
        "log": f"{LOG}?{asked}",
    }  # fmt: skip
