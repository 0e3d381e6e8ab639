"""Who did what to what, when and from where. Append-only: the database refuses anything else."""

from app.campus.audit.models import Entry
from app.campus.audit.trail import record

__all__ = ["Entry", "record"]
