"""Articles on their way to the messenger: handed over here, published by the gateway."""

from app.campus.articles.handing import Piece, hand_over, release_of
from app.campus.articles.models import Release, Step

__all__ = ["Piece", "Release", "Step", "hand_over", "release_of"]
