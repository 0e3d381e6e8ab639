"""Where refusals and bugs become answers over HTTP: a page, or JSON for machines."""

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.errors import CampusError, reference
from app.kit.pages import render

log = structlog.get_logger()
LOST = "这一页没找到，可能是链接旧了"

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {}"
)


WITH_SDK = "; script-src 'self' https://res.wx.qq.com"


class SecurityHeaders:
    """No inline script or style, nothing from third parties, framed only by `frame_ancestors`.

    WeChat's JS-SDK may be loaded by a page that said so (`request.state.wechat_script`).
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self.app = app
        self.headers = {
            "content-security-policy": POLICY.format(frame_ancestors),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if scope.get("state", {}).get("wechat_script"):
                    headers["content-security-policy"] += WITH_SDK
            await send(message)

        await self.app(scope, receive, guarded)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(CampusError, refused)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(Exception, bug)


def answer(request: Request, status: int, sentence: str, ref: str = "") -> Response:
    """`sentence` as JSON under `/api`, as a page elsewhere; `ref` is the number to quote."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": sentence, "reference": ref or None}, status)
    return render(request, "error.html", status, sentence=sentence, reference=ref, status=status)


async def refused(request: Request, error: Exception) -> Response:
    return answer(request, getattr(error, "status", 400), str(error))


async def http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return answer(request, status, LOST if status in (404, 405) else "这一步没走通，回上一页再试")


async def not_valid(request: Request, error: Exception) -> Response:
    """Machines are told which fields; to people their names say nothing."""
    if not request.url.path.startswith("/api/"):
        return answer(request, 422, "有一项没填对，回上一页改一改")
    fields: list[str] = []
    if isinstance(error, RequestValidationError):
        fields = [".".join(str(part) for part in item["loc"][1:]) for item in error.errors()]
    return answer(request, 422, f"这几项不对：{'、'.join(fields)}")


async def bug(request: Request, error: Exception) -> Response:
    ref = reference()
    log.exception("bug", reference=ref, path=request.url.path, exc_info=error)
    return answer(request, 500, "这里出了点毛病，同事已经收到消息", ref)
