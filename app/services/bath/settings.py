"""How old a figure may be."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Environment names begin with `BATH_`. `stale_minutes`: an older figure is said to be old."""

    model_config = SettingsConfigDict(
        env_prefix="BATH_", env_file=".env", extra="ignore", frozen=True
    )

    stale_minutes: Annotated[int, Field(ge=1, le=1440)] = 15

    @property
    def stale(self) -> timedelta:
        return timedelta(minutes=self.stale_minutes)


settings = Settings()
