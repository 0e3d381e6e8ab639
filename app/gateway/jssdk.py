"""What the platform wants of our host: its verification files, and signed pages for the JS-SDK."""

import re
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.campus.people.me import anyone
from app.gateway.token import TokenRow
from app.kit import clock
from app.kit.errors import Forbidden, NotFound, Unavailable
from app.wechat.client import Client
from app.wechat.errors import ApiError, TransportFailed
from app.wechat.oauth import js_signature

router = APIRouter(dependencies=[Depends(anyone)])


@router.get("/MP_verify_{code}.txt")
async def verify(request: Request, code: str) -> Response:
    """The file by which the platform sees that a host is ours: it holds its own name's code."""
    known = re.split(r"[\s,，]+", request.app.state.settings.wechat_mp_verify)
    if code not in known:
        raise NotFound("没有这个验证文件")
    return PlainTextResponse(code)


@router.get("/h5/jssdk")
async def config(request: Request, url: Annotated[str, Query(max_length=2000)]) -> Response:
    """What `wx.config` takes for the page at `url`, as JSON: `appId`, `timestamp`, `nonceStr`,
    `signature`. Signs pages of ours alone.
    """
    settings = request.app.state.settings
    page, ours = urlsplit(url), urlsplit(settings.public_url)
    if (page.scheme, page.netloc) != (ours.scheme, ours.netloc):
        raise Forbidden("只给自己的页面签名")
    nonce, timestamp = secrets.token_hex(8), int(clock.now().timestamp())
    signature = js_signature(await _ticket(request), nonce, timestamp, url)
    answer = {
        "appId": settings.wechat_app_id,
        "timestamp": timestamp,
        "nonceStr": nonce,
        "signature": signature,
    }
    return JSONResponse(answer, headers={"cache-control": "no-store"})


async def _ticket(request: Request) -> str:
    tickets: TokenRow = request.app.state.tickets
    client: Client = request.app.state.wechat
    try:
        ticket = await tickets.current() or await tickets.renew(None, client.jsapi_ticket)
    except (ApiError, TransportFailed) as error:
        raise Unavailable("微信那边没回话，拍照和扫码先用手机自己的") from error
    return ticket.value
