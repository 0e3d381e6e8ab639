"""One push of each type: what WeChat sends inside `<xml>`, and the value it should become."""

from typing import Any

from app.wechat import messages as m
from tests.wechat.pushing import GH_ID, NOW, OPENID

HEAD: dict[str, Any] = {"to": GH_ID, "from_": OPENID, "created": int(NOW)}
USER = {**HEAD, "key": "m:23456789012345678", "msg_id": "23456789012345678", "article": ""}


def of(name: str, *more: str) -> dict[str, Any]:
    return {**HEAD, "key": "+".join((f"e:{OPENID}", str(int(NOW)), name, *more))}


def subscription(**known: str) -> m.Subscription:
    blank = dict.fromkeys(("template_id", "status", "scene", "msg_id", "error_code", "error"), "")
    return m.Subscription(**{**blank, **known})


MESSAGES: list[tuple[str, str, m.Message]] = [
    ("text", "<Content>班车</Content>", m.Text(**USER, content="班车", menu_id="")),
    (
        "text",
        "<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid><MsgDataId>d1</MsgDataId><Idx>1</Idx>",
        m.Text(**{**USER, "article": "d1"}, content="满意", menu_id="101"),
    ),
    (
        "image",
        "<PicUrl>http://a.example/1</PicUrl><MediaId>media1</MediaId>",
        m.Image(**USER, pic_url="http://a.example/1", media_id="media1"),
    ),
    (
        "voice",
        "<MediaId>media1</MediaId><Format>amr</Format><Recognition>班车</Recognition>",
        m.Voice(**USER, media_id="media1", format="amr", recognition="班车"),
    ),
    (
        "video",
        "<MediaId>media1</MediaId><ThumbMediaId>thumb</ThumbMediaId>",
        m.Video(**USER, media_id="media1", thumb_media_id="thumb"),
    ),
    (
        "shortvideo",
        "<MediaId>media1</MediaId><ThumbMediaId>thumb</ThumbMediaId>",
        m.ShortVideo(**USER, media_id="media1", thumb_media_id="thumb"),
    ),
    (
        "location",
        "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y>"
        "<Scale>20</Scale><Label>南校区</Label>",
        m.Location(**USER, lat=23.134521, lng=113.358803, scale=20, label="南校区"),
    ),
    (
        "link",
        "<Title>通知</Title><Description>停水</Description><Url>http://a.example/</Url>",
        m.Link(**USER, title="通知", description="停水", url="http://a.example/"),
    ),
]

EVENTS: list[tuple[str, str, m.Message]] = [
    ("subscribe", "<EventKey/>", m.Subscribe(**of("subscribe"), scene="", ticket="")),
    (
        "subscribe",
        "<EventKey>qrscene_dorm-3-501</EventKey><Ticket>T1</Ticket>",
        m.Subscribe(**of("subscribe", "qrscene_dorm-3-501"), scene="dorm-3-501", ticket="T1"),
    ),
    ("unsubscribe", "<EventKey/>", m.Unsubscribe(**of("unsubscribe"))),
    (
        "SCAN",
        "<EventKey>dorm-3-501</EventKey><Ticket>T1</Ticket>",
        m.Scan(**of("SCAN", "dorm-3-501"), scene="dorm-3-501", ticket="T1"),
    ),
    (
        "LOCATION",
        "<Latitude>23.137466</Latitude><Longitude>113.352425</Longitude>"
        "<Precision>119.385040</Precision>",
        m.Position(**of("LOCATION"), lat=23.137466, lng=113.352425, precision=119.38504),
    ),
    ("CLICK", "<EventKey>bus</EventKey>", m.Click(**of("CLICK", "bus"), event_key="bus")),
    (
        "VIEW",
        "<EventKey>http://a.example/</EventKey><MenuId>9</MenuId>",
        m.View(**of("VIEW", "http://a.example/"), url="http://a.example/", menu_id="9"),
    ),
    (
        "view_miniprogram",
        "<EventKey>pages/index</EventKey><MenuId>9</MenuId>",
        m.ViewMiniProgram(**of("view_miniprogram", "pages/index"), path="pages/index", menu_id="9"),
    ),
    (
        "scancode_push",
        "<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>"
        "<ScanResult>1</ScanResult></ScanCodeInfo>",
        m.ScanCode(
            **of("scancode_push", "k"),
            event_key="k",
            waiting=False,
            scan_type="qrcode",
            result="1",
        ),
    ),
    (
        "scancode_waitmsg",
        "<EventKey>k</EventKey><ScanCodeInfo><ScanType>barcode</ScanType>"
        "<ScanResult>EAN_13,690</ScanResult></ScanCodeInfo>",
        m.ScanCode(
            **of("scancode_waitmsg", "k"),
            event_key="k",
            waiting=True,
            scan_type="barcode",
            result="EAN_13,690",
        ),
    ),
    (
        "pic_sysphoto",
        "<EventKey>k</EventKey><SendPicsInfo><Count>1</Count><PicList><item>"
        "<PicMd5Sum>aa</PicMd5Sum></item></PicList></SendPicsInfo>",
        m.Photos(
            **of("pic_sysphoto", "k"), event_key="k", source="sysphoto", count=1, md5s=("aa",)
        ),
    ),
    (
        "pic_photo_or_album",
        "<EventKey>k</EventKey><SendPicsInfo><Count>2</Count><PicList><item>"
        "<PicMd5Sum>aa</PicMd5Sum></item><item><PicMd5Sum>bb</PicMd5Sum></item>"
        "</PicList></SendPicsInfo>",
        m.Photos(
            **of("pic_photo_or_album", "k"),
            event_key="k",
            source="photo_or_album",
            count=2,
            md5s=("aa", "bb"),
        ),
    ),
    (
        "pic_weixin",
        "<EventKey>k</EventKey><SendPicsInfo><Count>0</Count><PicList/></SendPicsInfo>",
        m.Photos(**of("pic_weixin", "k"), event_key="k", source="weixin", count=0, md5s=()),
    ),
    (
        "location_select",
        "<EventKey>k</EventKey><SendLocationInfo><Location_X>23</Location_X>"
        "<Location_Y>113</Location_Y><Scale>15</Scale><Label>北门</Label><Poiname/>"
        "</SendLocationInfo>",
        m.LocationSelect(
            **of("location_select", "k"),
            event_key="k",
            lat=23.0,
            lng=113.0,
            scale=15,
            label="北门",
            poi="",
        ),
    ),
    (
        "TEMPLATESENDJOBFINISH",
        "<MsgID>200163836</MsgID><Status>failed:user block</Status>",
        m.TemplateSent(
            **of("TEMPLATESENDJOBFINISH", "200163836"),
            msg_id="200163836",
            status="failed:user block",
        ),
    ),
    (
        "MASSSENDJOBFINISH",
        "<MsgID>1000001625</MsgID><Status>err(30003)</Status><TotalCount>10</TotalCount>"
        "<FilterCount>8</FilterCount><SentCount>7</SentCount><ErrorCount>1</ErrorCount>"
        "<CopyrightCheckResult><Count>0</Count></CopyrightCheckResult><ArticleUrlResult>"
        "<Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx>"
        "<ArticleUrl>u1</ArticleUrl></item></ResultList></ArticleUrlResult>",
        m.MassSent(
            **of("MASSSENDJOBFINISH", "1000001625"),
            msg_id="1000001625",
            status="err(30003)",
            total=10,
            filtered=8,
            sent=7,
            errors=1,
            copyright_check={"Count": "0"},
            article_urls=("u1",),
        ),
    ),
    (
        "PUBLISHJOBFINISH",
        "<PublishEventInfo><publish_id>22</publish_id><publish_status>0</publish_status>"
        "<article_id>a1</article_id><article_detail><count>1</count><item><idx>1</idx>"
        "<article_url>u1</article_url></item></article_detail></PublishEventInfo>",
        m.Published(
            **of("PUBLISHJOBFINISH", "22"),
            publish_id="22",
            status=0,
            article_id="a1",
            article_urls=("u1",),
        ),
    ),
    (
        "subscribe_msg_popup_event",
        "<SubscribeMsgPopupEvent><List><TemplateId>t1</TemplateId><SubscribeStatusString>accept"
        "</SubscribeStatusString><PopupScene>2</PopupScene></List><List><TemplateId>t2"
        "</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
        "</SubscribeMsgPopupEvent>",
        m.SubscriptionAsked(
            **of("subscribe_msg_popup_event", "t1", "t2"),
            items=(
                subscription(template_id="t1", status="accept", scene="2"),
                subscription(template_id="t2", status="reject"),
            ),
        ),
    ),
    (
        "subscribe_msg_change_event",
        "<SubscribeMsgPopupEvent><List><TemplateId>t1</TemplateId><SubscribeStatusString>reject"
        "</SubscribeStatusString></List></SubscribeMsgPopupEvent>",
        m.SubscriptionChanged(
            **of("subscribe_msg_change_event", "t1"),
            items=(subscription(template_id="t1", status="reject"),),
        ),
    ),
    (
        "subscribe_msg_sent_event",
        "<SubscribeMsgSentEvent><List><TemplateId>t1</TemplateId><MsgID>77</MsgID><ErrorCode>0"
        "</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>",
        m.SubscriptionSent(
            **of("subscribe_msg_sent_event", "77"),
            items=(subscription(template_id="t1", msg_id="77", error_code="0", error="success"),),
        ),
    ),
    (
        "user_authorization_revoke",
        "<OpenID>o2</OpenID><UnionID>u2</UnionID><AppID>wx1</AppID><RevokeInfo>301</RevokeInfo>",
        m.AuthorizationChange(
            **of("user_authorization_revoke"),
            kind="revoke",
            openid="o2",
            union_id="u2",
            app_id="wx1",
            revoke_info="301",
        ),
    ),
    (
        "annual_renew",
        "<ExpiredTime>1760000100</ExpiredTime>",
        m.Verification(
            **of("annual_renew"), kind="annual_renew", expires=1760000100, failed=0, reason=""
        ),
    ),
    (
        "qualification_verify_fail",
        "<FailTime>1760000100</FailTime><FailReason>by time</FailReason>",
        m.Verification(
            **of("qualification_verify_fail"),
            kind="qualification_verify_fail",
            expires=0,
            failed=1760000100,
            reason="by time",
        ),
    ),
]
