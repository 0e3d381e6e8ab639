"""Drafts, publishing them, permanent pictures, and the page that an article is read on."""

import asyncio
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.sandbox import receipts
from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.api.mass import HELPER
from app.sandbox.api.media import file_of
from app.sandbox.errors import ApiError
from app.sandbox.media import new_id
from app.sandbox.platform import Platform
from app.sandbox.shelf import Article, Draft, Publication

PAGE = 20
MOST_ARTICLES = 8
MOST_CONTENT = 20_000  # characters
_POLICY = "default-src 'none'; img-src 'self' data: http: https:; style-src 'self' 'unsafe-inline'"
_READ = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="/static/weui.css"><title>{title}</title></head>
<body><article class="weui-article"><h1>{title}</h1><p>{author}</p>{content}</article></body></html>
"""


async def picture(call: Call) -> dict[str, Any]:
    """material/add_material: a permanent picture, which a cover must be."""
    if call.arg("type") not in ("image", "thumb"):
        raise ApiError(40004)
    name, content_type, content = await file_of(call)
    item = call.platform.store("image", content, content_type, name)
    call.platform.shelf.pictures.add(item.id)
    return {"media_id": item.id, "url": call.platform.shelf.picture(item.id), "item": []}


async def inside(call: Call) -> dict[str, Any]:
    """media/uploadimg: a picture inside an article; 40005 unless JPEG or PNG under 1 MB."""
    name, content_type, content = await file_of(call)
    if content_type not in ("image/jpeg", "image/png"):
        raise ApiError(40005)
    if not 0 < len(content) < 1 << 20:
        raise ApiError(40009)
    item = call.platform.store("image", content, content_type, name)
    return {"url": call.platform.shelf.picture(item.id)}


async def add(call: Call) -> dict[str, Any]:
    """A draft of 1-8 articles."""
    listed = call.json().get("articles")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_ARTICLES:
        raise ApiError(45008)
    articles = [_checked(call.platform, article) for article in listed]
    media_id = new_id()
    call.platform.shelf.drafts[media_id] = Draft(articles, call.platform.now())
    return {"media_id": media_id, "item": []}


async def update(call: Call) -> dict[str, Any]:
    """Replace one article."""
    body = call.json()
    draft, index = _draft(call, body), body.get("index", 0)
    if not isinstance(index, int) or not 0 <= index < len(draft.articles):
        raise ApiError(40097)
    draft.articles[index] = _checked(call.platform, body.get("articles"))
    draft.changed = call.platform.now()
    return OK


async def get(call: Call) -> dict[str, Any]:
    """One draft."""
    draft = _draft(call, call.json())
    return {"news_item": draft.articles, "update_time": int(draft.changed)}


async def delete(call: Call) -> dict[str, Any]:
    """It is gone; fine, too, when it was not there."""
    call.platform.shelf.drafts.pop(str(call.json().get("media_id", "")), None)
    return OK


async def count(call: Call) -> dict[str, Any]:
    """How many drafts."""
    return {"total_count": len(call.platform.shelf.drafts)}


async def batch(call: Call) -> dict[str, Any]:
    """The drafts, newest first."""
    shelf = call.platform.shelf
    rows = [
        {"media_id": media_id, "content": {"news_item": d.articles}, "update_time": int(d.changed)}
        for media_id, d in reversed(shelf.drafts.items())
    ]
    return _page(call, rows)


async def submit(call: Call) -> dict[str, Any]:
    """Begin to publish; the draft is used up when it is done."""
    body, platform = call.json(), call.platform
    draft = _draft(call, body)
    publish_id = str(platform.letters.number())
    platform.shelf.publications[publish_id] = Publication(draft)
    platform.spawn(_publish(platform, publish_id, str(body["media_id"])))
    return {**OK, "publish_id": publish_id, "msg_data_id": publish_id}


async def progress(call: Call) -> dict[str, Any]:
    """How far a task is."""
    publish_id = str(call.json().get("publish_id", ""))
    task = call.platform.shelf.publications.get(publish_id)
    if task is None:
        raise ApiError(40097)
    return _told(publish_id, task, "article_detail")


async def published(call: Call) -> dict[str, Any]:
    """What is published, newest first."""
    rows = [
        {"article_id": article_id, "update_time": int(task.draft.changed),
         "content": {"news_item": [{**article, "url": link} for article, link in
                                   zip(task.draft.articles, task.links, strict=True)]}}
        for article_id, task in reversed(call.platform.shelf.published.items())
    ]  # fmt: skip
    return _page(call, rows)


async def withdraw(call: Call) -> dict[str, Any]:
    """Take back what was published, with its pages."""
    shelf = call.platform.shelf
    task = shelf.published.pop(str(call.json().get("article_id", "")), None)
    if task is None:
        raise ApiError(53600)
    task.status = 5
    for link in task.links:
        shelf.pages.pop(link.rpartition("/")[2], None)
    return OK


async def read(request: Request) -> Response:
    """GET /s/{name}: an article as a follower reads it."""
    article = request.app.state.platform.shelf.pages.get(request.path_params["name"])
    if article is None:
        return HTMLResponse("<p>该内容已被发布者删除</p>", 404)
    shown = {name: escape(str(article.get(name, ""))) for name in ("title", "author")}
    page = _READ.format(**shown, content=article.get("content", ""))
    return HTMLResponse(page, headers={"content-security-policy": _POLICY})


async def _publish(platform: Platform, publish_id: str, media_id: str) -> None:
    await asyncio.sleep(platform.settings.receipt_delay)
    refused = platform.faults.take("publish_refused") is not None
    task = platform.shelf.publish(publish_id, refused=refused)
    if not refused:
        platform.shelf.drafts.pop(media_id, None)
    await receipts.tell(
        platform,
        HELPER,
        "PUBLISHJOBFINISH",
        PublishEventInfo=_told(publish_id, task, "article_detail"),
    )


def _told(publish_id: str, task: Publication, detail: str) -> dict[str, Any]:
    told: dict[str, Any] = {"publish_id": publish_id, "publish_status": task.status}
    if task.status == 0:
        items = [{"idx": n, "article_url": link} for n, link in enumerate(task.links, start=1)]
        told |= {"article_id": task.article_id, detail: {"count": len(items), "item": items}}
    return told if task.status in (0, 1) else {**told, "fail_idx": [1]}


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    body = call.json()
    offset, size = body.get("offset", 0), body.get("count", PAGE)
    if not isinstance(offset, int) or not isinstance(size, int) or not 1 <= size <= PAGE:
        raise ApiError(40097)
    page = rows[offset : offset + size]
    if body.get("no_content"):
        for row in page:
            items = row["content"]["news_item"]
            row["content"] = {"news_item": [{**item, "content": ""} for item in items]}
    return {"total_count": len(rows), "item_count": len(page), "item": page}


def _draft(call: Call, body: dict[str, Any]) -> Draft:
    draft = call.platform.shelf.drafts.get(str(body.get("media_id", "")))
    if draft is None:
        raise ApiError(40007)
    return draft


def _checked(platform: Platform, article: Any) -> Article:
    """45003 title, 45110 author, 45004 digest or 45002 content too long, 40007 no such cover."""
    if not isinstance(article, dict):
        raise ApiError(47001)
    limits = {"title": (64, 45003), "author": (16, 45110), "digest": (128, 45004),
              "content": (MOST_CONTENT, 45002)}  # fmt: skip
    for name, (most, code) in limits.items():
        if len(str(article.get(name, ""))) > most:
            raise ApiError(code)
    if not article.get("title") or not article.get("content"):
        raise ApiError(44004)
    if article.get("thumb_media_id") not in platform.shelf.pictures:
        raise ApiError(40007)
    return dict(article)


ENDPOINTS = [
    Endpoint("/cgi-bin/material/add_material", picture),
    Endpoint("/cgi-bin/media/uploadimg", inside),
    Endpoint("/cgi-bin/draft/add", add),
    Endpoint("/cgi-bin/draft/update", update),
    Endpoint("/cgi-bin/draft/get", get),
    Endpoint("/cgi-bin/draft/delete", delete),
    Endpoint("/cgi-bin/draft/count", count, "GET"),
    Endpoint("/cgi-bin/draft/batchget", batch),
    Endpoint("/cgi-bin/freepublish/submit", submit),
    Endpoint("/cgi-bin/freepublish/get", progress),
    Endpoint("/cgi-bin/freepublish/batchget", published),
    Endpoint("/cgi-bin/freepublish/delete", withdraw),
]
