"""Alembic on the application's own settings and tables."""

from alembic import context
from sqlalchemy import create_engine, pool

from app.embedded import with_database
from app.kit.db import Base, driver_url
from app.main import load_services
from app.settings import Settings

load_services()  # so that every service's tables are in the metadata


def ours(name: str | None, kind: str, parents: object) -> bool:
    """False for the job queue's own tables."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


url = context.config.attributes.get("url") or with_database(Settings()).database_url
engine = create_engine(driver_url(url), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, include_name=ours)
    with context.begin_transaction():
        context.run_migrations()
