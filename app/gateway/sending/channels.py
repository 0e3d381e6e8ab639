"""How one delivery is told on each channel that tells one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.gateway.sending import credits, window
from app.gateway.sending.claim import Row
from app.gateway.sending.letters import Letters
from app.gateway.sending.outcomes import Channel, Reason, Unfit
from app.kit.db import Database
from app.wechat.custom import Sendable
from app.wechat.errors import NotSubscribed
from app.wechat.sending import Letter


class Api(Protocol):
    """What is needed of the platform; `app.wechat.client.Client` has it."""

    async def send_template(self, openid: str, letter: Letter, key: str) -> str: ...

    async def send_subscribe(self, openid: str, letter: Letter) -> str: ...

    async def send_custom(self, openid: str, message: Sendable) -> None: ...


class Telling(Protocol):
    """One channel. `takes`: the channels that waiting rows name to come here."""

    name: ClassVar[Channel]
    takes: ClassVar[tuple[str, ...]]

    async def prepare(self, db: AsyncSession, rows: Sequence[Row], now: datetime) -> None:
        """Read what `rows` need, in the transaction that claims them."""

    async def tell(self, row: Row, who: str) -> str | None:
        """Hand it to the platform; its number, if it gives one. Raises WeChatError, and Unfit
        where nothing was asked.
        """


class ByTemplate:
    """Template messages: the key makes a repeat harmless."""

    name: ClassVar[Channel] = Channel.TEMPLATE
    takes: ClassVar[tuple[str, ...]] = ("", Channel.TEMPLATE)

    def __init__(self, api: Api, letters: Letters) -> None:
        self._api, self._letters = api, letters

    async def prepare(self, db: AsyncSession, rows: Sequence[Row], now: datetime) -> None:
        await self._letters.load(db, self.name, (row.message_id for row in rows))

    async def tell(self, row: Row, who: str) -> str | None:
        letter = self._letters.template(row.message_id, row.stands_for)
        return await self._api.send_template(who, letter, f"d{row.id}")


class BySubscription:
    """Subscription notices: one acceptance, one notice."""

    name: ClassVar[Channel] = Channel.SUBSCRIBE
    takes: ClassVar[tuple[str, ...]] = (Channel.SUBSCRIBE,)

    def __init__(self, api: Api, letters: Letters, database: Database) -> None:
        self._api, self._letters, self._database = api, letters, database

    async def prepare(self, db: AsyncSession, rows: Sequence[Row], now: datetime) -> None:
        await self._letters.load(db, self.name, (row.message_id for row in rows))

    async def tell(self, row: Row, who: str) -> str | None:
        letter = self._letters.subscribe(row.message_id, row.stands_for)
        template = self._letters.wording(row.message_id).template
        assert template is not None  # noqa: S101 there would be no letter
        async with self._database.session() as db:
            if not await credits.spend(db, who, template.template_id):
                raise Unfit(Reason.SUBSCRIPTION)
        try:
            await self._api.send_subscribe(who, letter)
        except NotSubscribed:
            async with self._database.session() as db:
                await credits.end(db, who, template.template_id)
            raise
        return credits.told_as(who, template.template_id)


class ByCustomerService:
    """Customer-service messages, inside their window."""

    name: ClassVar[Channel] = Channel.CUSTOM
    takes: ClassVar[tuple[str, ...]] = (Channel.CUSTOM,)

    def __init__(self, api: Api, letters: Letters) -> None:
        self._api, self._letters = api, letters
        self._open: set[str] = set()

    async def prepare(self, db: AsyncSession, rows: Sequence[Row], now: datetime) -> None:
        await self._letters.load(db, self.name, (row.message_id for row in rows))
        who = {row.who for row in rows if row.who}
        self._open = (self._open - who if len(self._open) < 5000 else set()) | (
            await window.open_to(db, who, now)
        )

    async def tell(self, row: Row, who: str) -> str | None:
        if who not in self._open:
            raise Unfit(Reason.WINDOW)
        await self._api.send_custom(who, self._letters.text(row.message_id, row.stands_for))
        return None
