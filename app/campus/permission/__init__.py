"""Who may do what to what: one question, asked alike by chat, pages, desk and jobs."""

from app.campus.permission.models import Grant
from app.campus.permission.rules import Action, Right, Role, Where, may

__all__ = ["Action", "Grant", "Right", "Role", "Where", "may"]
