"""Settings from the environment and `.env`. Demo values work out of the box, and only at home."""

import re
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.wechat.callback import Mode

ROOT = Path(__file__).parents[1]
DEMO_SECRETS = {
    "secret_key": "demo-secret-key-only-for-this-machine",
    "push_token": "demo-push-token",
    "wechat_app_secret": "demo-app-secret",
    "wechat_token": "demotoken",
    "wechat_encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


class Settings(BaseSettings):
    """Every name is also the environment variable's, in upper case (see `.env.example`)."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = ""
    database_pool: Annotated[int, Field(ge=2, le=100)] = 10
    data_dir: Path = ROOT / ".data"
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr(DEMO_SECRETS["secret_key"])
    push_token: SecretStr = SecretStr(DEMO_SECRETS["push_token"])
    wechat_app_id: str = "wx0000000000000000"
    wechat_app_secret: SecretStr = SecretStr(DEMO_SECRETS["wechat_app_secret"])
    wechat_token: SecretStr = SecretStr(DEMO_SECRETS["wechat_token"])
    wechat_encoding_aes_key: SecretStr = SecretStr(DEMO_SECRETS["wechat_encoding_aes_key"])
    wechat_mode: Mode = Mode.SAFE
    wechat_api_url: str = "http://127.0.0.1:8100"
    wechat_open_url: str = "http://127.0.0.1:8100"
    wechat_mp_verify: str = ""
    wechat_max_skew: Annotated[int, Field(ge=1, le=3600)] = 300
    account_name: str = "微后勤"
    account_qr: str = ""
    hotline_repair: str = "8880 0110"
    hotline_complaint: str = "8880 0315"
    log_level: str = "INFO"

    @cached_property
    def at_home(self) -> bool:
        """True while `PUBLIC_URL` is an address of this machine."""
        host = urlsplit(self.public_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def hotlines(self) -> list[tuple[str, str]]:
        """What every page ends with: (name, number)."""
        return [("24 小时抢修", self.hotline_repair), ("投诉", self.hotline_complaint)]

    @field_validator("wechat_encoding_aes_key")
    @classmethod
    def _forty_three(cls, key: SecretStr) -> SecretStr:
        if re.fullmatch(r"[A-Za-z0-9+/]{43}|", key.get_secret_value()) is None:
            raise ValueError("has 43 letters and digits, as the console made it")
        return key

    @model_validator(mode="after")
    def _no_demo_secret_in_public(self) -> Self:
        if self.at_home:
            return self
        left = [
            name.upper()
            for name, demo in DEMO_SECRETS.items()
            if getattr(self, name).get_secret_value() in ("", demo)
        ]
        if left:
            raise ValueError(
                f"PUBLIC_URL is {self.public_url}, so demo or empty values of "
                f"{', '.join(left)} are refused: set your own (see .env.example)"
            )
        if not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must begin with https:// outside this machine")
        return self
