"""Telling people what has happened: in their inbox always, on their phone where it can be."""

from app.campus.notify import privacy as privacy  # what is kept of people says so when imported
from app.campus.notify.notice import Field, Kind, Notice
from app.campus.notify.tell import notify

__all__ = ["Field", "Kind", "Notice", "notify"]
