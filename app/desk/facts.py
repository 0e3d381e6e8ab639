"""How this is set up: facts to read, no secrets."""

import sys
from importlib.metadata import version

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.desk.actions import SETTLE
from app.desk.base import me_of


class Facts(CustomView):
    """The account, the mode, versions, and what failed in the queue."""

    menu_label, icon, path, route_name = "设置", "fa fa-sliders", "/settings", "settings"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(SETTLE)

    @route("")
    async def index(self, request: Request) -> Response:
        assert self.templates is not None  # noqa: S101 - starlette-admin sets it when mounted
        me_of(request).must(SETTLE)
        db, settings = request.state.session, request.app.state.settings
        failed = await db.execute(text(
            "SELECT id, task_name, attempts FROM procrastinate_jobs WHERE status = 'failed'"
            " ORDER BY id DESC LIMIT 20"
        ))  # fmt: skip
        rows = [
            ("公众号 AppID", settings.wechat_app_id),
            ("消息加密方式", str(settings.wechat_mode)),
            ("对外地址", settings.public_url),
            ("样例密钥", "还在用，上线前要换" if settings.at_home else "没有用"),
            ("表的版本", await db.scalar(text("SELECT version_num FROM alembic_version"))),
            ("数据库", await db.scalar(text("SHOW server_version"))),
            ("微后勤", version("weihouqin")),
            ("Python", sys.version.split()[0]),
        ]
        context = {"title": "设置", "facts": rows, "failed": failed.all()}
        return self.templates.TemplateResponse(request, "facts.html", context)
