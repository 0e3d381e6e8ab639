"""One's own password: changed by whoever knows the old one."""

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.desk import passwords
from app.desk.base import me_of
from app.kit.errors import CampusError


class OwnPassword(CustomView):
    """「改密码」, in the menu under one's name."""

    menu_label, icon, path, route_name = "改密码", "fa fa-key", "/password", "password"
    add_to_menu = False

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        if request.method == "GET":
            return self._page(request)
        form = await request.form(max_files=0, max_fields=10)
        old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
        if new != again:
            return self._page(request, 422, wrong={"again": "两遍不一样，再写一遍"})
        state = request.app.state
        try:
            await passwords.change(state.database, request.state.session, me_of(request), old, new)
        except passwords.WrongPassword as refusal:
            return self._page(request, refusal.status, wrong={"old": str(refusal)})
        except CampusError as refusal:
            return self._page(request, refusal.status, wrong={"new": str(refusal)})
        return self._page(request, done=True)

    def _page(
        self, request: Request, code: int = 200, *,
        wrong: dict[str, str] | None = None, done: bool = False,
    ) -> Response:  # fmt: skip
        assert self.templates is not None  # noqa: S101 - starlette-admin sets it when mounted
        context = {"title": self.menu_label, "wrong": wrong or {}, "done": done,
                   "shortest": passwords.SHORTEST}  # fmt: skip
        return self.templates.TemplateResponse(request, "password.html", context, code)
