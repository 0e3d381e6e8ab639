"""H5 pages: templates, and the files they load under addresses that change with their content."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from app.kit import clock
from app.kit.forms import csrf_token
from app.kit.once import new_key

H5 = Path(__file__).parents[2] / "h5"
# Files of npm packages that pages load, by the name that templates use.
PACKAGES: Mapping[str, str] = {
    "weui.css": "node_modules/weui/dist/style/weui.min.css",
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
}
YEAR = 365 * 24 * 3600


def _path(name: str) -> Path | None:
    path = (H5 / PACKAGES.get(name, f"static/{name}")).resolve()
    return path if path.is_relative_to(H5.resolve()) and path.is_file() else None


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
    env.globals.update(asset=asset, WEEKDAYS=clock.WEEKDAYS, csrf_token=csrf_token, once=new_key)
    return env


def render(request: Request, template: str, code: int = 200, **context: Any) -> HTMLResponse:
    """A page. Templates also see `request`, `now` and `hotlines` ([(name, number)])."""
    html = (
        environment()
        .get_template(template)
        .render(request=request, now=clock.now(), hotlines=request.app.state.hotlines, **context)
    )
    return HTMLResponse(html, code, headers={"cache-control": "no-cache"})
