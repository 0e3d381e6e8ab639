"""Tables, brought to the newest revision."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

from app.kit.db import driver_url
from app.settings import ROOT


def _config(url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run what is missing; safe to repeat."""
    command.upgrade(_config(url), "head")


def revisions(url: str) -> tuple[str | None, str | None]:
    """The database's revision and the newest one."""
    newest = ScriptDirectory.from_config(_config(url)).get_current_head()
    engine = create_engine(driver_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), newest
