"""The messages and events a phone can cause, as the fields the platform pushes."""

from typing import Any

Message = dict[str, Any]

QUIET_EVENTS = {"unsubscribe", "VIEW", "view_miniprogram"}  # an answer to these reaches nobody


def event(kind: str, key: str | None = None, **fields: Any) -> Message:
    """An event; `key` is its EventKey where the kind has one."""
    keyed = {} if key is None else {"EventKey": key}
    return {"MsgType": "event", "Event": kind, **keyed, **fields}


def text(content: str, menu_id: str | None = None) -> Message:
    """A text; `menu_id` when a line of a msgmenu was tapped instead of typing."""
    tapped = {} if menu_id is None else {"bizmsgmenuid": menu_id}
    return {"MsgType": "text", "Content": content, **tapped}


def image(media_id: str, url: str) -> Message:
    """A photo; `url` is where the platform serves it."""
    return {"MsgType": "image", "PicUrl": url, "MediaId": media_id}


def voice(media_id: str, words: str = "") -> Message:
    """A voice message; `words` when the account has speech recognition."""
    heard = {"Recognition": words} if words else {}
    return {"MsgType": "voice", "MediaId": media_id, "Format": "amr", **heard}


def video(media_id: str, thumb_id: str) -> Message:
    """A video and its thumbnail."""
    return {"MsgType": "video", "MediaId": media_id, "ThumbMediaId": thumb_id}


def link(title: str, description: str, url: str) -> Message:
    """A shared link."""
    return {"MsgType": "link", "Title": title, "Description": description, "Url": url}


def location(lat: float, lng: float, label: str, scale: int = 16) -> Message:
    """A place someone sends: X is the latitude, Y the longitude."""
    return {"MsgType": "location", "Location_X": _degrees(lat), "Location_Y": _degrees(lng),
            "Scale": scale, "Label": label}  # fmt: skip


def whereabouts(lat: float, lng: float) -> Message:
    """The LOCATION event of an account that may know where its followers are."""
    return event("LOCATION", Latitude=_degrees(lat), Longitude=_degrees(lng), Precision="30.000000")


def scan_code(kind: str, key: str, value: str) -> Message:
    """scancode_push or scancode_waitmsg."""
    return event(kind, key, ScanCodeInfo={"ScanType": "qrcode", "ScanResult": value})


def pictures(kind: str, key: str, md5: str) -> Message:
    """One of the three pic_* events; the image itself follows as a message."""
    return event(kind, key, SendPicsInfo={"Count": 1, "PicList": {"item": {"PicMd5Sum": md5}}})


def place(key: str, lat: float, lng: float, label: str) -> Message:
    """location_select; a location message follows."""
    info = {"Location_X": _degrees(lat), "Location_Y": _degrees(lng), "Scale": 16,
            "Label": label, "Poiname": ""}  # fmt: skip
    return event("location_select", key, SendLocationInfo=info)


def key_of(message: Message) -> str:
    """What tells one message from another on every try."""
    if "MsgId" in message:
        return str(message["MsgId"])
    parts = (
        message.get(name, "")
        for name in ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")
    )
    return "+".join(str(part) for part in parts)


RECEIPTS = {
    "TEMPLATESENDJOBFINISH": "模板消息回执", "MASSSENDJOBFINISH": "群发回执",
    "PUBLISHJOBFINISH": "发布回执", "subscribe_msg_sent_event": "订阅通知回执",
}  # fmt: skip


def title_of(message: Message) -> str:
    """How the panel names it: the words of a text, else its kind in Chinese."""
    kind = str(message.get("Event") or message.get("MsgType", ""))
    words = str(message.get("Content") or message.get("EventKey") or "")
    if kind in ("text", "CLICK") and words:
        return words if len(words) <= 12 else words[:12] + "…"
    return _NAMES.get(kind, kind)


_NAMES = {
    **RECEIPTS,
    "image": "一张照片", "voice": "一段语音", "video": "一段视频", "shortvideo": "一段小视频",
    "location": "一个位置", "link": "一个链接", "subscribe": "关注", "unsubscribe": "取消关注",
    "SCAN": "扫码", "LOCATION": "上报位置", "VIEW": "点开网页", "scancode_push": "扫一扫",
    "scancode_waitmsg": "扫一扫", "pic_sysphoto": "拍照", "pic_photo_or_album": "拍照或相册",
    "pic_weixin": "相册", "location_select": "选位置", "view_miniprogram": "打开小程序",
}  # fmt: skip


def _degrees(value: float) -> str:
    return f"{value:.6f}"
