"""How fast we may send, from the environment and `.env`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """`SEND_PER_MINUTE` and `SEND_PER_DAY`: template messages of all processes together; the
    platform grants 100,000 a day at first. `SEND_CONNECTIONS`: of one process, each of which
    waits for one answer at a time.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_prefix="SEND_")

    per_minute: Annotated[int, Field(ge=1)] = 60_000
    per_day: Annotated[int, Field(ge=1)] = 100_000
    connections: Annotated[int, Field(ge=1, le=200)] = 24
