"""The engine of room selection: choices by the batch, views from memory, a queue in front."""

from app.services.rooms.engine.choices import Choice, Result
from app.services.rooms.engine.core import Engine, choosing
from app.services.rooms.view import View

__all__ = ["Choice", "Engine", "Result", "View", "choosing"]
