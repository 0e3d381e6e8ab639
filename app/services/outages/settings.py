"""Whom to call when nothing was announced."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`HOTLINE_REPAIR` is the number that stands on every page."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    hotline_repair: str = "8880 0110"


settings = Settings()
