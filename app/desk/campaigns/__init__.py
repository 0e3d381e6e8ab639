"""Telling many at once, at the desk: write it, have it looked at, send it, see what came of it."""

from app.desk.campaigns.todo import todos
from app.desk.campaigns.view import Campaigns

HANDED = (Campaigns.menu_label, Campaigns.icon, (Campaigns, todos))
"""What the desk is handed by `main`, as from a service."""
