"""Work that failed too often: what it was, and another try."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus import audit
from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.kit import clock

AGAIN = Action("jobs.retry", frozenset({Role.OPERATOR}))
PATH = "/desk/jobs"
SHOWN = 100
WORDS = {  # what the desk calls a task; a service's own is shown by its name
    "gateway:tell": "补发晚了的答复", "gateway:send": "发通知", "gateway:sweep": "对一遍回执",
    "gateway:followers": "看一遍谁在关注",
    "articles:release": "把文章交给微信", "articles:check": "问文章发布了没有",
    "campaigns:start": "到点开始群发", "campaigns:sweep": "群发收尾", "jobs:tidy": "清掉旧的活",
    "figures:recent": "数今天的数", "figures:night": "夜里数一遍", "figures:rebuild": "重数以前的",
    "figures:report": "出月报年报",
}  # fmt: skip
SAID = {
    "again": "排上了，马上再试一次。",
    "there": "同样的活已经排着了，这件不用再试。",
    "away": "不做了，从这里拿掉了。",
    "none": "这件已经有人处理了。",
}
_DEAD = "status IN ('failed', 'aborted')"
_LISTED = text(
    "SELECT job.id, task_name, attempts, max(event.at) AS at FROM procrastinate_jobs job"
    f" LEFT JOIN procrastinate_events event ON event.job_id = job.id WHERE {_DEAD}"
    f" GROUP BY job.id ORDER BY job.id DESC LIMIT {SHOWN}"
)
_AGAIN = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now()"
    f" WHERE id = :id AND {_DEAD} RETURNING task_name"
)
_AWAY = text(f"DELETE FROM procrastinate_jobs WHERE id = :id AND {_DEAD} RETURNING task_name")


class Jobs(CustomView):
    """「没做成的活」 at the desk."""

    menu_label, icon, path, route_name = "没做成的活", "fa fa-rotate-right", "/jobs", "jobs"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(AGAIN)

    @route("")
    async def index(self, request: Request) -> Response:
        """The newest hundred."""
        assert self.templates is not None  # noqa: S101 - starlette-admin sets it when mounted
        me_of(request).must(AGAIN)
        found = await request.state.session.execute(_LISTED)
        done = SAID.get(request.query_params.get("done", ""), "")
        context = {"title": self.menu_label, "here": PATH, "done": done,
                   "rows": [_shown(row) for row in found]}  # fmt: skip
        return self.templates.TemplateResponse(request, "jobs.html", context)

    @route("/{id:int}/again", methods=["POST"], name="jobs-again")
    async def again(self, request: Request) -> Response:
        """Try it as if for the first time."""
        try:
            done = await self._change(request, _AGAIN, "again")
        except IntegrityError:  # its lock is taken by one that waits
            done = "there"
        return RedirectResponse(f"{PATH}?done={done}", 303)

    @route("/{id:int}/away", methods=["POST"], name="jobs-away")
    async def away(self, request: Request) -> Response:
        """Leave it undone."""
        return RedirectResponse(f"{PATH}?done={await self._change(request, _AWAY, 'away')}", 303)

    async def _change(self, request: Request, statement: Any, verb: str) -> str:
        db: AsyncSession = request.state.session
        me_of(request).must(AGAIN)
        id = request.path_params["id"]
        async with db.begin_nested():
            task = await db.scalar(statement, {"id": id})
        if task is None:
            return "none"
        audit.record(db, me_of(request), f"jobs.{verb}", audit.thing("job", id),
                     after={"task": task})  # fmt: skip
        return verb


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "name": WORDS.get(row.task_name, row.task_name), "task": row.task_name,
        "tries": row.attempts + 1, "age": clock.say_age(row.at, clock.now()) if row.at else "",
    }  # fmt: skip


HANDED = (Jobs.menu_label, Jobs.icon, (Jobs,))
