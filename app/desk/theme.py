"""The desk in Chinese, and in the account's colours."""

from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from starlette_admin.i18n import I18nConfig, TimezoneConfig
from starlette_admin.theme import DefaultTheme, TablerSettings

from app.desk.words import LANGUAGE
from app.kit import clock
from app.kit.pages import asset

ZONE = "Asia/Shanghai"
# Font Awesome's names for the pictures of `h5/icons.html`, where they differ.
PICTURES = {
    "ac": "snowflake", "alert": "triangle-exclamation", "back": "chevron-left",
    "calendar": "calendar-days", "chart": "chart-column", "chat": "comments",
    "columns": "table-columns", "cross": "xmark", "doc": "file-lines", "door": "door-open",
    "down": "chevron-down", "drop": "droplet", "grid": "grip", "lamp": "lightbulb",
    "lines": "list", "mic": "microphone", "next": "chevron-right", "nosmoke": "ban-smoking",
    "pin": "location-dot", "pluscircle": "circle-plus", "qr": "qrcode", "quiet": "volume-xmark",
    "refresh": "rotate", "search": "magnifying-glass", "send": "paper-plane",
    "smile": "face-smile", "sound": "volume-high", "swap": "right-left", "tap": "faucet",
    "type": "text-height", "up": "chevron-up",
}  # fmt: skip


class Compiled(BytecodeCache):
    """Templates are compiled once a process, however many applications it makes."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if known := self.kept.get(bucket.key):
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def picture(icon: str) -> str:
    """The desk's class for a picture that a service names as its icon."""
    return f"fa fa-{PICTURES.get(icon, icon)}"


class Theme(DefaultTheme):
    """Tabler in green; templates of ours see `asset`."""

    def __init__(self, hotlines: list[tuple[str, str]]) -> None:
        super().__init__(TablerSettings(base=None, primary=None))
        self.hotlines = hotlines

    def template_globals(self) -> dict[str, Any]:
        return {
            "asset": asset, "now": clock.now, "WEEKDAYS": clock.WEEKDAYS,
            "hotlines": self.hotlines,
        }  # fmt: skip


def language() -> I18nConfig:
    """Chinese, whatever the browser asks for. starlette-admin translates by babel."""
    return I18nConfig(LANGUAGE, language_cookie_name=None, language_header_name=None)


def zone() -> TimezoneConfig:
    """Times of Shanghai, whatever the browser's zone."""
    return TimezoneConfig(ZONE, timezone_cookie_name=None, use_user_locale_timezone=False)
