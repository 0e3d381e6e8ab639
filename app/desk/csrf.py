"""Forms that come back without their token: starlette-admin's check, our sentence."""

from starlette.middleware import Middleware
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette_admin.base import BaseAdmin
from starlette_admin.security.csrf import CSRFMiddleware

from app.kit.pages import render

STALE = "这一页放太久了，回去刷新一下再来"


class Csrf(CSRFMiddleware):
    """Says it in Chinese: on a page, or to the scripts that press buttons of lists."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await super().dispatch(request, call_next)
        if not isinstance(answer, PlainTextResponse):  # what `call_next` gave is no such thing
            return answer
        if "/_api/" in request.url.path:
            return JSONResponse({"msg": STALE}, 403)
        return render(request, "error.html", 403, sentence=STALE, reference="", status=403)


class Admin(BaseAdmin):
    """starlette-admin with `Csrf` where its own check stands."""

    def _init_csrf(self) -> None:
        self.middlewares.append(Middleware(Csrf, secret_key=self.secret_key or ""))
