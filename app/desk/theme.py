"""The desk in Chinese, and in the account's colours."""

from typing import Any

from starlette_admin.i18n import I18nConfig, TimezoneConfig
from starlette_admin.theme import DefaultTheme, TablerSettings

from app.desk.words import LANGUAGE
from app.kit import clock
from app.kit.pages import asset

ZONE = "Asia/Shanghai"


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
