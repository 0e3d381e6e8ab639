"""What a page offers with `<wx-open-subscribe>`: subscription notices, one for each yes."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import and_, func, select
from starlette.responses import JSONResponse, Response

from app.campus.people.me import Here
from app.gateway.sending.models import Credit, Template
from app.gateway.sending.outcomes import Channel
from app.kit.db import Db

MOST = 5  # notices of one pop-up, by the platform's rule
router = APIRouter()


@router.get("/h5/subscriptions")
async def offered(request: Request, db: Db, me: Here) -> Response:
    """As JSON `offers`: [{template, titles, left}], those first of which least are left to send.

    `titles` are the notices that a template tells; `left` how many of it may still be sent.
    """
    declared = {
        one.name: one.title
        for service in request.app.state.services.values()
        for one in service.notices
    }
    left = func.coalesce(func.max(Credit.left_over), 0)
    mine = and_(Credit.template_id == Template.template_id, Credit.who == me.who)
    query = (
        select(Template.template_id, func.array_agg(Template.notice), left)
        .outerjoin(Credit, mine)
        .where(Template.channel == Channel.SUBSCRIBE, Template.notice.in_(declared))
        .group_by(Template.template_id)
        .order_by(left, Template.template_id)
        .limit(MOST)
    )
    offers: list[dict[str, Any]] = [
        {"template": template, "titles": sorted(declared[name] for name in names), "left": many}
        for template, names, many in await db.execute(query)
    ]
    return JSONResponse({"offers": offers}, headers={"cache-control": "no-store"})
