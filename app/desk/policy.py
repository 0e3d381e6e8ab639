"""The desk's own content security policy, and the templates made to hold it.

starlette-admin's pages carry inline scripts, which get the answer's nonce; its two inline
handlers become attributes that `desk.js` listens to; its style attributes stay allowed.
"""

import re
import secrets
from collections.abc import Callable

from jinja2 import BaseLoader, Environment
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_OPENING = re.compile(r"<(script|style)(?=[\s>])")
_NONCED = r'<\1 nonce="{{ request.state.nonce }}"'
HANDLERS = {
    'onclick="applyColumnVisibility()"': "data-d-columns",
    'onchange="window.location = this.value"': "data-d-go",
}


class Policy:
    """Sets the policy on every answer under `path`, whatever stood there before."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app, self.path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{self.path}/"):
            await self.app(scope, receive, send)
            return
        nonce = scope.setdefault("state", {})["nonce"] = secrets.token_urlsafe(16)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = POLICY.format(nonce=nonce)
                fixed = scope["path"].startswith(f"{self.path}/static/")  # addressed by version
                headers["cache-control"] = "public, max-age=604800" if fixed else "no-store"
            await send(message)

        await self.app(scope, receive, guarded)


class Nonced(BaseLoader):
    """Loads what `inner` loads, with the nonce and without inline handlers."""

    def __init__(self, inner: BaseLoader) -> None:
        self.inner = inner

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, fresh = self.inner.get_source(environment, template)
        for inline, attribute in HANDLERS.items():
            source = source.replace(inline, attribute)
        return _OPENING.sub(_NONCED, source), name, fresh
