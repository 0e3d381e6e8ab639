"""People who follow the account."""

from app.campus.people.followers import joined, left
from app.campus.people.models import Follower

__all__ = ["Follower", "joined", "left"]
