"""Photos that people send: made small and anonymous, kept, and shown to who may see them."""

from app.campus.uploads.models import Upload
from app.campus.uploads.pages import address, pages
from app.campus.uploads.store import MOST, drop, save, save_all

__all__ = ["MOST", "Upload", "address", "drop", "pages", "save", "save_all"]
