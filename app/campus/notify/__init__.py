"""Telling people what has happened: in their inbox always, on their phone where it can be."""

from app.campus.notify.notice import Field, Kind, Notice

__all__ = ["Field", "Kind", "Notice"]
