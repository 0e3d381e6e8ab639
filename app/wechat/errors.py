"""Everything that can go wrong on the wire.

* WeChatError
  x CallbackError                 a push we refuse; `status` is the HTTP answer
    + SignatureInvalid   403      not signed with our token
    + Stale              403      signed, but outside the freshness window
    + AppIdMismatch      403      encrypted for another account
    + DecryptFailed      400      not base64, not whole blocks, a length that does not fit
      - PaddingInvalid   400      wrong key or altered ciphertext
    + Malformed          400      XML, JSON or a field is not what the protocol says
      - TooLarge         400      more than MAX_BODY bytes
    + UnsupportedMode    400      encrypted where we take plain bodies, or the reverse
  x ApiError                      WeChat answered with an errcode
    + Busy                        -1; the only one that is retried, and only where idempotent
    + TokenRejected               40001 40014 42001; after `TokenAuth` renewed once
    + ConfigError                 app id, secret, IP list, template id: an operator mends it
    + RateLimited                 per minute or per person: later
      - QuotaExceeded             per day (45009) or no clearing left (48006): tomorrow
    + NotPermitted                the account may not use this API
    + RecipientRefused            this person cannot be reached; others can
      - FollowerGone              does not follow (any more), or the openid is foreign
      - NotSubscribed             no subscription left: ask again
    + DataInvalid                 the fields, the JSON or the media: mend and send anew
    + WindowClosed                customer-service window closed or used up: use a template
    + CodeInvalid                 OAuth code invalid, used or expired: authorise again
    + NoMenu                      46003; `Client.menu_get` turns it into None
    + AlreadySent                 45065; a success wherever a clientmsgid is sent
    + ArticleRefused              53503-53505, 53600: an editor mends the draft in the console
  x TransportFailed               no answer, or not an answer of WeChat's

`permanent` is the retry policy in one bit: True means that the same call will fail again.
Source of the codes: the errcode table of the official documentation.
"""

from __future__ import annotations

import re

MAX_BODY = 1_048_576  # bytes; a real push is under 10 KiB

_RID = re.compile(r"\brid:?\s*([0-9A-Za-z-]{8,64})")


class WeChatError(Exception):
    """Base of everything that `app.wechat` raises on purpose."""


class CallbackError(WeChatError):
    """A push or verification request that is refused. Its text holds no user content."""

    status: int = 400


class SignatureInvalid(CallbackError):
    status = 403


class Stale(CallbackError):
    status = 403


class AppIdMismatch(CallbackError):
    status = 403


class DecryptFailed(CallbackError):
    pass


class PaddingInvalid(DecryptFailed):
    pass


class Malformed(CallbackError):
    pass


class TooLarge(Malformed):
    pass


class UnsupportedMode(CallbackError):
    pass


class TransportFailed(WeChatError):
    """Connection, timeout, a 5xx, or a body that is no JSON object. Worth another try.

    `reached` is False where WeChat cannot have seen the request; otherwise it may have done
    what it says.
    """

    permanent: bool = False

    def __init__(self, reason: str, *, reached: bool = True) -> None:
        super().__init__(reason)
        self.reached = reached


class ApiError(WeChatError):
    """WeChat's refusal.

    An errcode we do not know counts as permanent: repeating what is not understood may
    send twice. `rid` is WeChat's request id, which `openapi/rid/get` explains for 7 days.
    """

    permanent: bool = True

    def __init__(self, errcode: int, errmsg: str, rid: str | None = None) -> None:
        super().__init__(f"{errcode}: {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg
        self.rid = rid


class Busy(ApiError):
    permanent = False


class TokenRejected(ApiError):
    permanent = False


class ConfigError(ApiError):
    pass


class RateLimited(ApiError):
    permanent = False


class QuotaExceeded(RateLimited):
    pass


class NotPermitted(ApiError):
    pass


class RecipientRefused(ApiError):
    pass


class FollowerGone(RecipientRefused):
    pass


class NotSubscribed(RecipientRefused):
    pass


class DataInvalid(ApiError):
    pass


class WindowClosed(ApiError):
    pass


class CodeInvalid(ApiError):
    pass


class NoMenu(ApiError):
    pass


class AlreadySent(ApiError):
    """`msg_id` is the task that this clientmsgid began before."""

    msg_id: str = ""


class ArticleRefused(ApiError):
    pass


_CODES: dict[type[ApiError], tuple[int, ...]] = {
    Busy: (-1,),
    TokenRejected: (40001, 40014, 42001),
    ConfigError: (
        *(40013, 40125, 40164, 40243, 41001, 41002, 41004),
        *(40036, 40037, 50004, 50007, 89503, 89506, 89507),
    ),
    RateLimited: (43117, 45011, 45066),
    QuotaExceeded: (45009, 45028, 48006),
    NotPermitted: (43116, 48001, 48004),
    RecipientRefused: (43019, 48002),
    FollowerGone: (40003, 43004, 50005),
    NotSubscribed: (43101,),
    DataInvalid: (
        *(40005, 40007, 40009, 40033, 40249, 41005, 44004, 45002, 45003, 45004, 45008),
        *(45067, 45110, 45157, 45158, 45159, 47001, 47003),
    ),
    WindowClosed: (45015, 45047),
    CodeInvalid: (40029, 40163, 42003),
    NoMenu: (46003,),
    AlreadySent: (45065,),
    ArticleRefused: (53503, 53504, 53505, 53600),
}
_CLASS = {code: kind for kind, codes in _CODES.items() for code in codes}


def api_error(errcode: int, errmsg: str) -> ApiError:
    """The exception for an errcode: class by what the caller should do, `rid` from errmsg."""
    found = _RID.search(errmsg)
    kind = _CLASS.get(errcode, ApiError)
    return kind(errcode, errmsg, found.group(1) if found else None)
