"""Settings of campaigns."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`CAMPAIGN_CONFIRM_ABOVE`: with more phones than this, a second operator has to confirm."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    campaign_confirm_above: Annotated[int, Field(ge=0)] = 1000


@lru_cache
def confirm_above() -> int:
    """How many phones one operator may write to alone."""
    return Settings().campaign_confirm_above
