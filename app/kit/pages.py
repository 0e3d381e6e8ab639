"""H5 pages: templates, and the files they load under addresses that change with their content."""

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from app.kit import clock
from app.kit.forms import csrf_token
from app.kit.once import new_key

H5 = Path(__file__).parents[2] / "h5"
STATIC = (H5 / "static").resolve()
# Files of npm packages that pages load, by the name that templates use.
PACKAGES: Mapping[str, str] = {
    "weui.css": "node_modules/weui/dist/style/weui.min.css",
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
}
YEAR = 365 * 24 * 3600
WECHAT_SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
TOAST = "toast"


def _path(name: str) -> Path | None:
    if name in PACKAGES:
        path = H5 / PACKAGES[name]
        return path if path.is_file() else None
    path = (STATIC / name).resolve()
    return path if path.is_relative_to(STATIC) and path.is_file() else None


@lru_cache
def asset(name: str) -> str:
    """The address of a file in `h5/static` or of a package: `/static/<hash>/<name>`."""
    if (path := _path(name)) is None:
        raise FileNotFoundError(f"h5/static/{name} is missing (run `make assets`)")
    return f"/static/{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}/{name}"


async def static(request: Request) -> Response:
    """Serve `/static/<hash>/<name>`; a browser may keep it for a year."""
    name = request.path_params["name"]
    if (path := _path(name)) is None:
        raise HTTPException(404)
    fresh = asset(name).split("/")[2] == request.path_params["hash"]
    age = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    return FileResponse(path, headers={"cache-control": age})


@lru_cache
def environment() -> Environment:
    """Jinja over `h5/`: escaping on, a missing variable is an error."""
    env = Environment(
        loader=FileSystemLoader(H5),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        asset=asset, WEEKDAYS=clock.WEEKDAYS, csrf_token=csrf_token, once=new_key,
        WECHAT_SCRIPT=WECHAT_SCRIPT,
    )  # fmt: skip
    return env


def render(request: Request, template: str, code: int = 200, **context: Any) -> HTMLResponse:
    """A page. Templates also see `request`, `now`, `hotlines` ([(name, number)]) and `toast`.

    `sdk=True` loads WeChat's JS-SDK, in WeChat's browser alone: only such a page may load a script
    of the platform's. `/h5/jssdk` signs it.
    """
    words = _told(request)
    sdk = context.pop("sdk", False) and "MicroMessenger" in request.headers.get("user-agent", "")
    request.state.wechat_script = sdk
    html = (
        environment()
        .get_template(template)
        .render(
            request=request,
            now=clock.now(),
            hotlines=request.app.state.hotlines,
            toast=words,
            sdk=sdk,
            **context,
        )
    )
    response = HTMLResponse(html, code, headers={"cache-control": "no-cache"})
    if words:
        response.delete_cookie(TOAST, path="/h5")
    return response


def redirect(request: Request, address: str, toast: str = "") -> RedirectResponse:
    """After a form: on to `address` (303), which greets with `toast`, a few words."""
    response = RedirectResponse(address, 303)
    return tell(request, response, toast) if toast else response


R = TypeVar("R", bound=Response)


def tell(request: Request, response: R, toast: str) -> R:
    """`response`, with a toast: at once where htmx asked, else on the next page that is opened."""
    if request.headers.get("hx-request") and response.status_code < 300:
        response.headers["hx-trigger"] = json.dumps({TOAST: toast})
        return response
    words = base64.urlsafe_b64encode(toast.encode()).decode()
    response.set_cookie(
        TOAST, f"{words}.{_seal(request, words)}",
        max_age=60, path="/h5", httponly=True, samesite="lax",
    )  # fmt: skip
    return response


def _seal(request: Request, words: str) -> str:
    # Signed, so that nobody who can set a cookie makes a page of ours say things.
    key: str = request.app.state.secret_key
    return hmac.new(key.encode(), f"toast:{words}".encode(), "sha256").hexdigest()[:32]


def _told(request: Request) -> str:
    words, _, seal = request.cookies.get(TOAST, "").partition(".")
    if not seal or not hmac.compare_digest(seal.encode(), _seal(request, words).encode()):
        return ""
    with contextlib.suppress(binascii.Error, UnicodeDecodeError):
        return base64.urlsafe_b64decode(words).decode()
    return ""
