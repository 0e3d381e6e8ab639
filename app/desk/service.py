"""The desk as the router sees it: a code to scan, and not in any menu."""

from app.desk.campaigns.notices import GENERAL
from app.desk.chat import chat
from app.kit.service import Service

service = Service("后台", chat=chat, order=99, notices=(GENERAL,))
