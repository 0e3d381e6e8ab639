"""What a login carries to WeChat and back: a signed `state`, and a cookie that binds it to the
browser that began. Addresses to go on to are ours alone.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

HOME = "/h5/mine"
PATH = "/login"
LIFE = timedelta(minutes=10)
MAX_ADDRESS = 800  # characters; the cookie holds it
_PLAIN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True)
class State:
    """A state that we signed. `fresh`: not older than LIFE. `again`: the second try already."""

    key: str
    fresh: bool
    again: bool


def own_address(address: str | None) -> str:
    """`address` if it is a path of ours to come back to, else HOME.

    Browsers take `//host`, `/\\host` and a tab between for other hosts; none of these passes.
    """
    if not address or len(address) > MAX_ADDRESS or not _PLAIN_PATH.fullmatch(address):
        return HOME
    path = urlsplit(address).path
    return HOME if path == PATH or path.startswith(f"{PATH}/") else address


def address_of(request: Request) -> str:
    """Path and query of `request`, as `own_address` takes it."""
    query = request.scope["query_string"].decode("latin-1")
    path = quote(request.url.path)
    return own_address(f"{path}?{query}" if query else path)


def login_address(wanted: str) -> str:
    """The address that logs in and then shows `wanted`."""
    return f"{PATH}?next={quote(wanted, safe='/')}"


def new_state(secret: str, *, again: bool) -> tuple[str, str]:
    """A key, and the state that carries it: letters and digits, as WeChat wants them."""
    key = secrets.token_hex(8)
    signed = _signer(secret).sign(f"{key}{'+' if again else ''}")
    return key, signed.hex()


def read_state(secret: str, state: str) -> State | None:
    """The state if we signed it, whenever that was."""
    try:
        signed = bytes.fromhex(state)
        try:
            value, fresh = _signer(secret).unsign(signed, int(LIFE.total_seconds())), True
        except SignatureExpired:
            value, fresh = _signer(secret).unsign(signed), False
    except (ValueError, BadSignature):
        return None
    words = value.decode()
    return State(words.removesuffix("+"), fresh, words.endswith("+"))


def bind(request: Request, response: Response, key: str, wanted: str) -> None:
    """Give the browser the cookie without which the state of `key` is worth nothing.

    One for each login, so that two tabs do not take each other's.
    """
    response.set_cookie(
        _cookie(key), _sealer(request, key).dumps(wanted),
        max_age=int(LIFE.total_seconds()), path=PATH, httponly=True, samesite="lax",
        secure=request.app.state.settings.public_url.startswith("https://"),
    )  # fmt: skip


def bound_address(request: Request, key: str) -> str | None:
    """The page that was wanted, if it was this browser that began; else None."""
    try:
        return own_address(_sealer(request, key).loads(request.cookies.get(_cookie(key), "")))
    except BadSignature:
        return None


def unbind(response: Response, key: str) -> None:
    """Take the cookie away."""
    response.delete_cookie(_cookie(key), path=PATH)


def _cookie(key: str) -> str:
    return f"login_{key}"


def _signer(secret: str) -> TimestampSigner:
    return TimestampSigner(secret, salt="login state")


def _sealer(request: Request, key: str) -> URLSafeSerializer:
    return URLSafeSerializer(request.app.state.secret_key, salt=f"login cookie {key}")
