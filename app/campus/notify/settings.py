"""When people are left in peace, and for how long news of one kind is gathered."""

from datetime import time, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Clock = Annotated[time, BeforeValidator(lambda value: str(value).zfill(5))]


class Settings(BaseSettings):
    """`QUIET_FROM` to `QUIET_UNTIL`, Shanghai time, holds what is not urgent; the same time twice
    turns it off. `MERGE_SECONDS`: how long a notice that can be merged waits for more of it.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    quiet_from: Clock = time(22, 30)
    quiet_until: Clock = time(7)
    merge_seconds: Annotated[int, Field(ge=0, le=3600)] = 120

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.merge_seconds)


@lru_cache
def settings() -> Settings:
    """Those of this process, read once."""
    return Settings()
