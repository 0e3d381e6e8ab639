"""Who may do what to what: one question, asked alike by chat, pages, desk and jobs.

`may` and `Me.may` ask it; `where.where_of` says where an object is; `grants` gives roles,
takes them away and finds who has one.
"""

from app.campus.permission.models import Grant
from app.campus.permission.rules import Action, Right, Role, Where, may

__all__ = ["Action", "Grant", "Right", "Role", "Where", "may"]
