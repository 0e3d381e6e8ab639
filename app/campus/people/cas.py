"""The university's own login (CAS 2.0), which says the number of who has logged in there.

https://apereo.github.io/cas/development/protocol/CAS-Protocol-Specification.html, 2.5
"""

import re
from typing import Annotated
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
from pydantic import AnyHttpUrl, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.kit.errors import Forbidden, Unavailable

MOST_BYTES = 64 * 1024
_SPACE = "{http://www.yale.edu/tp/cas}"
_TICKET = re.compile(r"ST-[\x21-\x7e]{1,250}")
DOWN = "统一身份认证没回话，过几分钟再试，或者用身份证后六位绑定"
REFUSED = "统一身份认证说这次登录不算数，再登录一次"


class Settings(BaseSettings):
    """Environment names begin with `CAS_`. `url` is the server's root (`…/cas`); without it there
    is no such way. `timeout` in seconds.
    """

    model_config = SettingsConfigDict(
        env_prefix="CAS_", env_file=".env", extra="ignore", frozen=True
    )

    url: AnyHttpUrl | None = None
    timeout: Annotated[float, Field(gt=0, le=30)] = 4.0


class Cas:
    """One CAS server. `service` is the page of ours that it sends people back to."""

    def __init__(self, url: str, timeout: float = 4.0) -> None:
        self.url, self.timeout = url.rstrip("/"), timeout

    def login(self, service: str) -> str:
        """Where to log in."""
        return f"{self.url}/login?{urlencode({'service': service})}"

    async def number(self, ticket: str, service: str) -> str:
        """The number of who came back to `service` with `ticket`; a ticket is good once.

        Raises Forbidden if the server does not stand by it, Unavailable if it does not answer.
        """
        if not _TICKET.fullmatch(ticket):
            raise Forbidden(REFUSED)
        query = {"service": service, "ticket": ticket}
        try:
            async with (
                httpx.AsyncClient(timeout=self.timeout) as http,
                http.stream("GET", f"{self.url}/serviceValidate", params=query) as answer,
            ):
                answer.raise_for_status()
                body = await _bounded(answer)
        except httpx.HTTPError as error:
            raise Unavailable(DOWN) from error
        return _user(body)


async def _bounded(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unavailable(DOWN)
    return body


def _user(body: bytes) -> str:
    """The user of a success; nothing else is one, whatever else it may say."""
    try:
        text = body.decode()
        if "<!" in text.replace("<!--", ""):  # no DOCTYPE: it could name files and blow up
            raise Unavailable(DOWN)
        root = ET.fromstring(text)  # noqa: S314 without a DOCTYPE there is nothing to expand
    except (UnicodeDecodeError, ET.ParseError) as error:
        raise Unavailable(DOWN) from error
    success = root.find(f"{_SPACE}authenticationSuccess")
    user = success.findtext(f"{_SPACE}user", "").strip() if success is not None else ""
    if root.tag != f"{_SPACE}serviceResponse" or not user:
        raise Forbidden(REFUSED)
    return user
