"""Events that tell what became of a message, pushed a few at a time in their order."""

import asyncio
from typing import Any

from app.sandbox import messages
from app.sandbox.messages import Message
from app.sandbox.people import Person
from app.sandbox.platform import Platform
from app.sandbox.push import deliver, plan_for

AT_ONCE = 8


async def tell(platform: Platform, openid: str, event: str, **fields: Any) -> None:
    """Push the event soon; at once, and before this returns, while `receipt_early` is on.

    `receipt_never` loses it, `receipt_twice` pushes it again. `openid` may be one of the crowd.
    """
    if not platform.settings.receipts or platform.faults.take("receipt_never"):
        return
    person = platform.people.get(openid) or Person(openid, "", "")
    message = platform.compose(person, messages.event(event, **fields))
    if platform.faults.take("receipt_early"):
        await deliver(platform, person, message, plan_for(platform))
    else:
        _later(platform, person, message)
    if platform.faults.take("receipt_twice"):
        _later(platform, person, message)


def _later(platform: Platform, person: Person, message: Message) -> None:
    platform.pending.append((person, message))
    if platform.telling < AT_ONCE:
        platform.telling += 1
        platform.spawn(_work(platform))


async def _work(platform: Platform) -> None:
    try:
        await asyncio.sleep(platform.settings.receipt_delay)
        while platform.pending:
            person, message = platform.pending.popleft()
            await deliver(platform, person, message, plan_for(platform))
    finally:
        platform.telling -= 1
