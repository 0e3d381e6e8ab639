"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool, text

from app import migrate
from app.kit.db import driver_url
from app.tables import load


def _differences(url: str) -> list[object]:
    engine = create_engine(driver_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda n, k, _: not str(n).startswith("procrastinate")},
        )
        return list(compare_metadata(context, load()))


def test_the_migrated_database_is_what_the_models_say(database_url: str) -> None:
    assert _differences(database_url) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = migrate.revisions(database_url)
    migrate.upgrade(database_url)
    assert migrate.revisions(database_url) == before
    assert before[0] == before[1] is not None


def test_the_job_queue_has_its_tables(database_url: str) -> None:
    engine = create_engine(driver_url(database_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT to_regclass('procrastinate_jobs')"))
    assert found is not None
