"""What can be set from outside."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """`ROOMS_PACE`: milliseconds between two choices of one person.

    `ROOMS_WAIT`: milliseconds that a choice may take before the queue lets in fewer.
    """

    model_config = SettingsConfigDict(env_file=".env", env_prefix="ROOMS_", extra="ignore")

    pace: Annotated[int, Field(ge=0, le=10_000)] = 300
    wait: Annotated[int, Field(ge=20, le=5_000)] = 150


@lru_cache
def limits() -> Limits:
    """The settings, read once."""
    return Limits()
