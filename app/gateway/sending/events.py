"""Events that speak of our own messages: receipts, and what followers subscribe to."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app.campus.notify.models import State
from app.gateway.models import Heard
from app.gateway.sending import credits
from app.gateway.sending.outcomes import Reason, fate
from app.gateway.sending.receipts import Fate, Receipts
from app.kit.db import Database
from app.wechat import messages as wire


class Events:
    """Of one process; `close` it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._receipts = Receipts(database)

    async def close(self) -> None:
        await self._receipts.close()

    async def heard(self, message: wire.Message, now: datetime) -> bool:
        """Note what `message` says, once however often it comes; False if it is no such event."""
        match message:
            case wire.TemplateSent() | wire.MassSent() | wire.SubscriptionSent():
                for found in fates(message, now):
                    await self._receipts.take(found)
            case wire.SubscriptionAsked() | wire.SubscriptionChanged():
                await self._subscription(message, now)
            case _:
                return False
        return True

    async def _subscription(
        self, event: wire.SubscriptionAsked | wire.SubscriptionChanged, now: datetime
    ) -> None:
        kind = type(event).__name__.lower()
        new = insert(Heard).values(
            key=event.key, who=event.from_, at=now, kind=kind, text="", matched=True, offers=False
        )
        claim = new.on_conflict_do_nothing().returning(Heard.id)
        async with self._database.session() as db:
            if await db.scalar(claim) is not None:
                await credits.heard(db, event)


def fates(
    message: wire.TemplateSent | wire.MassSent | wire.SubscriptionSent, now: datetime
) -> list[Fate]:
    """What a receipt says, by the number of the message."""
    if isinstance(message, wire.TemplateSent):
        return [Fate(message.msg_id, *fate(message.status), now)]
    if isinstance(message, wire.SubscriptionSent):
        return [
            Fate(credits.told_as(message.from_, item.template_id), *_notice(item), now)
            for item in message.items
        ]
    if message.status != "send success":
        return [Fate(message.msg_id, State.FAILED, Reason.PLATFORM, now)]
    if message.errors or message.filtered:
        return []  # some did not get it, and it is not said who: they stay SENT
    return [Fate(message.msg_id, State.DELIVERED, "", now)]


def _notice(item: wire.Subscription) -> tuple[State, str]:
    if item.error_code in ("0", ""):
        return State.DELIVERED, ""
    return (State.BLOCKED, Reason.REFUSES) if item.error_code == "43101" else (
        State.FAILED, Reason.PLATFORM
    )  # fmt: skip
