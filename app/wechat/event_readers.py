"""From fields to typed events: one small reader for each, and the table of their names."""

from __future__ import annotations

from collections.abc import Callable

from app.wechat import events
from app.wechat.fields import Fields, decimal, part, parts, text, whole
from app.wechat.heads import event_head

Reader = Callable[[Fields, str], events.Event]


def _subscribe(fields: Fields, name: str) -> events.Subscribe:
    scene = text(fields, "EventKey", "").removeprefix("qrscene_")
    return events.Subscribe(
        **event_head(fields, name), scene=scene, ticket=text(fields, "Ticket", "")
    )


def _unsubscribe(fields: Fields, name: str) -> events.Unsubscribe:
    return events.Unsubscribe(**event_head(fields, name))


def _scan(fields: Fields, name: str) -> events.Scan:
    return events.Scan(
        **event_head(fields, name),
        scene=text(fields, "EventKey", ""),
        ticket=text(fields, "Ticket", ""),
    )


def _position(fields: Fields, name: str) -> events.Position:
    return events.Position(
        **event_head(fields, name),
        lat=decimal(fields, "Latitude"),
        lng=decimal(fields, "Longitude"),
        precision=decimal(fields, "Precision", 0.0),
    )


def _click(fields: Fields, name: str) -> events.Click:
    return events.Click(**event_head(fields, name), event_key=text(fields, "EventKey"))


def _view(fields: Fields, name: str) -> events.View:
    url, menu_id = text(fields, "EventKey"), text(fields, "MenuId", "")
    return events.View(**event_head(fields, name), url=url, menu_id=menu_id)


def _view_mini_program(fields: Fields, name: str) -> events.ViewMiniProgram:
    path, menu_id = text(fields, "EventKey"), text(fields, "MenuId", "")
    return events.ViewMiniProgram(**event_head(fields, name), path=path, menu_id=menu_id)


def _scan_code(fields: Fields, name: str) -> events.ScanCode:
    info = part(fields, "ScanCodeInfo")
    return events.ScanCode(
        **event_head(fields, name),
        event_key=text(fields, "EventKey", ""),
        waiting=name.lower() == "scancode_waitmsg",
        scan_type=text(info, "ScanType", ""),
        result=text(info, "ScanResult"),
    )


def _photos(fields: Fields, name: str) -> events.Photos:
    info = part(fields, "SendPicsInfo")
    listed = info.get("PicList")  # XML wraps each in <item>; JSON may give the list itself
    items = (
        parts(info, "PicList") if isinstance(listed, list) else parts(part(info, "PicList"), "item")
    )
    return events.Photos(
        **event_head(fields, name),
        event_key=text(fields, "EventKey", ""),
        source=name.lower().removeprefix("pic_"),
        count=whole(info, "Count", 0),
        md5s=tuple(text(item, "PicMd5Sum") for item in items),
    )


def _location_select(fields: Fields, name: str) -> events.LocationSelect:
    info = part(fields, "SendLocationInfo")
    return events.LocationSelect(
        **event_head(fields, name),
        event_key=text(fields, "EventKey", ""),
        lat=decimal(info, "Location_X"),
        lng=decimal(info, "Location_Y"),
        scale=whole(info, "Scale", 0),
        label=text(info, "Label", ""),
        poi=text(info, "Poiname", ""),
    )


def _template_sent(fields: Fields, name: str) -> events.TemplateSent:
    # The capital D is WeChat's; a few senders write it as messages do.
    msg_id = text(fields, "MsgID", "") or text(fields, "MsgId")
    return events.TemplateSent(
        **event_head(fields, name), msg_id=msg_id, status=text(fields, "Status")
    )


def _mass_sent(fields: Fields, name: str) -> events.MassSent:
    urls = part(part(fields, "ArticleUrlResult"), "ResultList")
    return events.MassSent(
        **event_head(fields, name),
        msg_id=text(fields, "MsgID", ""),
        status=text(fields, "Status"),
        total=whole(fields, "TotalCount", 0),
        filtered=whole(fields, "FilterCount", 0),
        sent=whole(fields, "SentCount", 0),
        errors=whole(fields, "ErrorCount", 0),
        copyright_check=part(fields, "CopyrightCheckResult"),
        article_urls=tuple(text(item, "ArticleUrl", "") for item in parts(urls, "item")),
    )


def _published(fields: Fields, name: str) -> events.Published:
    info = part(fields, "PublishEventInfo")
    publish_id = text(info, "publish_id")
    articles = parts(part(info, "article_detail"), "item")
    return events.Published(
        **event_head(fields, name, publish_id),
        publish_id=publish_id,
        status=whole(info, "publish_status"),
        article_id=text(info, "article_id", ""),
        article_urls=tuple(text(item, "article_url", "") for item in articles),
    )


def _subscription(item: Fields) -> events.Subscription:
    return events.Subscription(
        template_id=text(item, "TemplateId"),
        status=text(item, "SubscribeStatusString", ""),
        scene=text(item, "PopupScene", ""),
        msg_id=text(item, "MsgID", ""),
        error_code=text(item, "ErrorCode", ""),
        error=text(item, "ErrorStatus", ""),
    )


def _subscriptions(kind: type[events.SubscriptionEvent]) -> Reader:
    def read(fields: Fields, name: str) -> events.SubscriptionEvent:
        # The official sample of the change event is wrapped as a pop-up, and JSON may have no
        # wrapper at all.
        wrappers = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")
        inner = next((part(fields, tag) for tag in wrappers if fields.get(tag)), fields)
        items = tuple(_subscription(item) for item in parts(inner, "List"))
        ids = (item.msg_id or item.template_id for item in items)
        return kind(**event_head(fields, name, *ids), items=items)

    return read


def _authorization(fields: Fields, name: str) -> events.AuthorizationChange:
    return events.AuthorizationChange(
        **event_head(fields, name),
        kind=name.lower().rpartition("_")[2],
        openid=text(fields, "OpenID", "") or text(fields, "FromUserName"),
        union_id=text(fields, "UnionID", ""),
        app_id=text(fields, "AppID", ""),
        revoke_info=text(fields, "RevokeInfo", ""),
    )


def _verification(fields: Fields, name: str) -> events.Verification:
    return events.Verification(
        **event_head(fields, name),
        kind=name.lower(),
        expires=whole(fields, "ExpiredTime", 0),
        failed=whole(fields, "FailTime", 0),
        reason=text(fields, "FailReason", ""),
    )


EVENTS: dict[str, Reader] = {  # by lower-case name
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "location": _position,
    "click": _click,
    "view": _view,
    "view_miniprogram": _view_mini_program,
    **dict.fromkeys(("scancode_push", "scancode_waitmsg"), _scan_code),
    **dict.fromkeys(("pic_sysphoto", "pic_photo_or_album", "pic_weixin"), _photos),
    "location_select": _location_select,
    "templatesendjobfinish": _template_sent,
    "masssendjobfinish": _mass_sent,
    "publishjobfinish": _published,
    "subscribe_msg_popup_event": _subscriptions(events.SubscriptionAsked),
    "subscribe_msg_change_event": _subscriptions(events.SubscriptionChanged),
    "subscribe_msg_sent_event": _subscriptions(events.SubscriptionSent),
    "user_info_modified": _authorization,
    "user_authorization_revoke": _authorization,
    "user_authorization_cancellation": _authorization,
    "qualification_verify_success": _verification,
    "qualification_verify_fail": _verification,
    "naming_verify_success": _verification,
    "naming_verify_fail": _verification,
    "annual_renew": _verification,
    "verify_expired": _verification,
}
