"""Where electricity figures come from, and when to warn."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.services.electricity.rules import Limits


class Where(StrEnum):
    TABLES = "tables"
    GATEWAY = "gateway"


class Settings(BaseSettings):
    """Environment names begin with `ELECTRICITY_`; times are seconds.

    `source` `tables`: what was pushed or imported. `gateway`: ask `gateway_url` (the protocol:
    `gateway.py`), at most once in `cache` for a room; after `failures` in a row leave it alone
    for `rest`. `low_days` and `low_fen`: when to warn.
    """

    model_config = SettingsConfigDict(
        env_prefix="ELECTRICITY_", env_file=".env", extra="ignore", frozen=True
    )

    source: Where = Where.TABLES
    gateway_url: AnyHttpUrl | None = None
    gateway_token: SecretStr = SecretStr("")
    timeout: Annotated[float, Field(gt=0, le=4)] = 2.0
    cache: Annotated[float, Field(ge=0, le=3600)] = 60.0
    failures: Annotated[int, Field(ge=1, le=100)] = 3
    rest: Annotated[float, Field(gt=0, le=3600)] = 30.0
    low_days: Annotated[float, Field(ge=0, le=60)] = 3.0
    low_fen: Annotated[int, Field(ge=0)] = 1000

    @property
    def limits(self) -> Limits:
        return Limits(self.low_days, self.low_fen)

    @model_validator(mode="after")
    def _gateway_has_an_address(self) -> Self:
        if self.source is Where.GATEWAY and self.gateway_url is None:
            raise ValueError("ELECTRICITY_SOURCE=gateway needs ELECTRICITY_GATEWAY_URL")
        return self
