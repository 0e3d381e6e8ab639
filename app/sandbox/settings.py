"""What the sandbox can be told, by argument or environment."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Mode = Literal["plain", "compatible", "safe"]
BodyFormat = Literal["xml", "json"]


class Settings(BaseSettings):
    """Environment names start with SANDBOX_; the account's own values also come from WECHAT_*.

    Seconds everywhere. The quotas are the platform's where it publishes them; set them small
    to see what happens when they run out.
    """

    model_config = SettingsConfigDict(
        env_prefix="SANDBOX_", frozen=True, populate_by_name=True, extra="ignore"
    )

    account_name: str = "微后勤"
    gh_id: str = "gh_3c884a361561"
    app_id: str = Field(
        default="wx0000000000000000",
        validation_alias=AliasChoices("SANDBOX_APP_ID", "WECHAT_APP_ID"),
    )
    app_secret: str = Field(
        default="demo-app-secret",
        validation_alias=AliasChoices("SANDBOX_APP_SECRET", "WECHAT_APP_SECRET"),
    )
    token: str = Field(
        default="demotoken", validation_alias=AliasChoices("SANDBOX_TOKEN", "WECHAT_TOKEN")
    )
    aes_key: str = Field(
        default="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        min_length=43,
        max_length=43,
        validation_alias=AliasChoices("SANDBOX_AES_KEY", "WECHAT_ENCODING_AES_KEY"),
    )
    mode: Mode = Field(default="safe", validation_alias=AliasChoices("SANDBOX_MODE", "WECHAT_MODE"))
    body_format: BodyFormat = "xml"
    callback_url: str = "http://127.0.0.1:8000/wechat"

    timeout: float = 5.0
    tries: int = 3
    retry_gap: float | None = None  # from one try's start to the next; None: the timeout
    overlap_gap: float = 0.3  # the same, while retries are made to overlap

    token_life: int = 7200
    daily_quota: int = 100_000  # calls of one API path a day
    minute_quota: int | None = None  # calls a minute of one way of sending
    token_quota: int = 2_000  # /cgi-bin/token a day
    force_refresh_quota: int = 20
    force_refresh_gap: int = 30
    clear_quota_monthly: int = 10
    message_window: int = 48 * 3600
    message_quota: int = 5
    tap_window: int = 60
    tap_quota: int = 3

    receipts: bool = True  # whether events tell what became of messages
    receipt_delay: float = 0.2  # from the answer to its event
    mass_quota: int = 4  # mass messages that a follower may get a month

    phone_cookies: str = "sid"  # the account's login cookies: each phone has its own of them
    assets_dir: Path = Path("h5/node_modules")  # where npm put weui
    places_file: Path | None = None  # JSON list of {name, lat, lng}; None: the demo campus
    state_file: Path | None = None  # followers, menu and codes survive a restart here
    public_url: str = "http://127.0.0.1:8100"  # where PicUrl and video_url point to
