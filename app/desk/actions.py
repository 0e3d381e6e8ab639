"""What may be done at the desk."""

from app.campus.permission.rules import Action, Role

OPEN = Action("desk.open", frozenset({Role.OPERATOR}))
# Come in at all: others find the pages that say so themselves, and no list.
ENTER = Action("desk.enter", OPEN.roles | {Role.HEAD, Role.SUPERVISOR})
SETTLE = Action("desk.settle", frozenset())  # audit trail, settings: administrators alone
