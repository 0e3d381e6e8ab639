"""The platform's errors: a number, its English, and a rid, always with HTTP 200."""

ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, "
    "could get access_token by getStableAccessToken",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    42001: "access_token expired",
    42003: "oauth_code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "user in blacklist",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45026: "reach max template limit",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45065: "clientmsgid exist",
    45067: "clientmsgid size out of limit",
    45072: "invalid command",
    45080: "no interaction within 30 seconds",
    45110: "author size out of limit",
    45157: "invalid tag name",
    45158: "the length of tag name more than 30 bytes",
    45159: "invalid tagid",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities",
    48006: "forbid to clear quota because of reaching the limit",
    50005: "user is unsubscribed",
    53503: "draft checks failed",
    53600: "article id is invalid",
    76001: "rid not found",
}


class ApiError(Exception):
    """A refusal of an API call; `hint` follows the published words of `errcode`, `more`
    are further fields of the answer.
    """

    def __init__(self, errcode: int, hint: str = "", **more: object) -> None:
        super().__init__(errcode, hint)
        self.errcode = errcode
        self.hint = hint
        self.more = more

    def payload(self, rid: str) -> dict[str, object]:
        """The JSON body as the platform words it."""
        words = " ".join(part for part in (ERRMSG.get(self.errcode, "refused"), self.hint) if part)
        return {"errcode": self.errcode, "errmsg": f"{words} rid: {rid}", **self.more}


class ControlError(Exception):
    """A refusal of the control API: one Chinese sentence and an HTTP status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
