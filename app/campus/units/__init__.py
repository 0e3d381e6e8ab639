"""Units: the centres and offices of the department, each with a head."""

from app.campus.units.models import Unit
from app.campus.units.units import heads, names

__all__ = ["Unit", "heads", "names"]
