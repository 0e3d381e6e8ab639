"""What may be done at the desk."""

from app.campus.permission.rules import Action, Role

OPEN = Action("desk.open", frozenset({Role.OPERATOR}))
SETTLE = Action("desk.settle", frozenset())  # audit trail, settings: administrators alone
