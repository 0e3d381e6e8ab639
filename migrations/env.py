"""Alembic on the application's own settings and tables."""

from alembic import context
from sqlalchemy import create_engine, pool

from app.embedded import with_database
from app.kit.db import driver_url
from app.settings import Settings
from app.tables import load


def ours(name: str | None, kind: str, parents: object) -> bool:
    """False for the job queue's own tables."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


url = context.config.attributes.get("url") or with_database(Settings()).database_url
engine = create_engine(driver_url(url), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=load(), include_name=ours)
    with context.begin_transaction():
        context.run_migrations()
