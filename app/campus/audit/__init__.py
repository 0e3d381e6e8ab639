"""Who did what to what, when and from where. Append-only: the database refuses anything else."""

from app.campus.audit.changes import diff
from app.campus.audit.models import Entry
from app.campus.audit.reading import Page, search
from app.campus.audit.trail import record, thing

__all__ = ["Entry", "Page", "diff", "record", "search", "thing"]
