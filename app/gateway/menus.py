"""The account's menu: versions that operators save, publish, and go back to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.people.me import Me
from app.gateway.menu_rules import Button, for_wechat, problems
from app.gateway.models import SavedMenu
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound, Unavailable
from app.kit.service import Service
from app.wechat.client import Client
from app.wechat.errors import ApiError, WeChatError

SHOWN = 30


def default_buttons(services: Mapping[str, Service]) -> list[Button]:
    """The menu that ships: 「查询」 asks in words, 「服务」 opens pages, 「更多」 goes on asking.

    At most 3 columns of 5, so only the first services of each kind are in it; 「全部功能」, the
    last of all, lists the rest.
    """
    asks = [
        {"type": "click", "name": service.title, "key": service.words or service.title}
        for service in services.values()
        if service.listed
    ]
    opens = [
        {"type": "view", "name": service.title, "url": f"/h5/{name}"}
        for name, service in services.items()
        if service.pages
    ]
    columns: list[Button] = []
    if asks:
        columns.append({"name": "查询", "sub_button": asks[:5]})
    if opens:
        columns.append({"name": "服务", "sub_button": opens[:5]})
    everything: Button = {"type": "click", "name": "全部功能", "key": "菜单"}
    more = [*asks[5:9], everything]
    columns.append({"name": "更多", "sub_button": more} if asks[5:] else everything)
    return columns


async def newest(db: AsyncSession) -> SavedMenu | None:
    """The draft: the last version that somebody saved."""
    return await db.scalar(select(SavedMenu).order_by(SavedMenu.id.desc()).limit(1))


async def published(db: AsyncSession) -> SavedMenu | None:
    """The version that followers see."""
    shown = select(SavedMenu).where(SavedMenu.published_at.is_not(None))
    return await db.scalar(shown.order_by(SavedMenu.published_at.desc()).limit(1))


async def history(db: AsyncSession) -> Sequence[SavedMenu]:
    """The last versions, newest first."""
    return (await db.scalars(select(SavedMenu).order_by(SavedMenu.id.desc()).limit(SHOWN))).all()


async def get(db: AsyncSession, number: int) -> SavedMenu:
    """Raises NotFound."""
    if (found := await db.get(SavedMenu, number)) is None:
        raise NotFound("没有这一版菜单")
    return found


async def save(
    db: AsyncSession, me: Me, buttons: list[Button], known: int, public_url: str
) -> SavedMenu:
    """A new draft, made from version `known` (0: from what ships).

    Raises Invalid for what WeChat would refuse, Conflict when `known` is no longer the newest.
    """
    if wrong := problems(buttons, public_url):
        raise Invalid(next(iter(wrong.values())))
    last = await newest(db)
    if (last.id if last else 0) == known:
        new = insert(SavedMenu).values(after=known, at=clock.now(), author=me.name, buttons=buttons)
        made: SavedMenu | None = await db.scalar(new.on_conflict_do_nothing().returning(SavedMenu))
        if made is not None:
            audit.record(
                db, me, "menus.save", f"gateway_menus:{made.id}",
                before={"buttons": last.buttons} if last else None, after={"buttons": buttons},
            )  # fmt: skip
            return made
    last = await newest(db)
    by = (last.author if last else "") or "同事"
    raise Conflict(f"{by}刚存过一版。下面是你写的，再存一次就用你的；想看新的就重新打开")


async def publish(
    db: AsyncSession, me: Me, client: Client, number: int, public_url: str
) -> SavedMenu:
    """Show version `number` to all followers. They see it within 5 minutes.

    One publishing waits for another, so that what is marked last is what WeChat has.
    Raises NotFound, Invalid for a menu that WeChat refuses, Unavailable when it does not answer.
    """
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gateway_menus"))))
    row, before = await get(db, number), await published(db)
    row.published_at, row.published_by = clock.now(), me.name
    audit.record(
        db, me, "menus.publish", f"gateway_menus:{number}",
        before={"version": before.id} if before else None, after={"version": number},
    )  # fmt: skip
    await db.flush()
    try:
        await client.menu_create(for_wechat(row.buttons, public_url))
    except ApiError as error:
        raise Invalid(f"微信没收下这版菜单：{error.errcode} {error.errmsg}") from None
    except WeChatError:
        raise Unavailable("微信那边没回话，菜单还是原来的，过会儿再发布") from None
    return row


async def roll_back(
    db: AsyncSession, me: Me, client: Client, number: int, *, known: int, public_url: str
) -> SavedMenu:
    """An old version again, as the newest draft, and published. Raises what those two raise."""
    old = await get(db, number)
    again = await save(db, me, old.buttons, known, public_url)
    return await publish(db, me, client, again.id, public_url)


async def wanted(
    db: AsyncSession, services: Mapping[str, Service], public_url: str
) -> dict[str, Any]:
    """The platform's JSON of the published menu, or of the one that ships."""
    shown = await published(db)
    return for_wechat(shown.buttons if shown else default_buttons(services), public_url)
