"""What the wire brings, in words of ours: everything that can be asked becomes one `Ask`."""

from datetime import datetime

from app.kit.chat import Ask, Kind
from app.kit.words import normalise
from app.wechat import messages as wire

LONGEST = 2000  # characters kept of what somebody wrote


def to_ask(message: wire.Message, now: datetime) -> Ask | None:  # noqa: PLR0911 a type, a case
    """The question in a message or event; None for what is only to be acknowledged.

    A menu tap asks by its key, a scanned code by its scene or its text, so that 「班车」 is
    answered however it was asked.
    """
    if words := _words(message).strip():
        return Ask(message.from_, now, text=normalise(words), raw=_kept(words))
    match message:
        case wire.Location(lat=lat, lng=lng):
            return Ask(message.from_, now, Kind.LOCATION, latitude=lat, longitude=lng)
        case wire.Image(pic_url=url):
            return Ask(message.from_, now, Kind.PICTURE, picture=url)
        case wire.Subscribe(scene=scene):
            return Ask(message.from_, now, Kind.JOINED, text=normalise(scene), raw=_kept(scene))
        case wire.Unsubscribe():
            return Ask(message.from_, now, Kind.LEFT)
        case wire.AuthorizationChange(kind="revoke" | "cancellation", openid=who):
            return Ask(who, now, Kind.REVOKED)
        case wire.UserMessage():
            return Ask(message.from_, now, Kind.OTHER)
    return None


def _kept(words: str) -> str:
    """What PostgreSQL can keep of `words`: no NUL, no half of a surrogate pair."""
    return words[:LONGEST].replace("\0", "").encode("utf-8", "replace").decode()


def _words(message: wire.Message) -> str:
    match message:
        case wire.Text(content=words) | wire.Voice(recognition=words):
            return words
        case wire.Click(event_key=words) | wire.Scan(scene=words):
            return words
        case wire.ScanCode(result=words, waiting=True):
            return words.split(",", 1)[-1]  # a barcode begins with its symbology: `EAN_13,690…`
    return ""
