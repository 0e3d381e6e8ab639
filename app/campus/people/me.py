"""Who sends this request: the session behind the cookie, its follower, person and rights."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from app.campus.permission.rules import Action, Right, Role, Where, may
from app.kit.errors import CampusError, Forbidden

COOKIE = "sid"


class LoginNeeded(CampusError):
    """Nobody is logged in. The edge sends a phone to log in and comes back to the page."""

    status = 401


class BindingNeeded(CampusError):
    """Somebody is logged in but not bound to a person. The edge shows the way to bind."""

    status = 403


@dataclass(frozen=True, slots=True)
class Me:
    """Who is there. `person_id` and what follows are None or empty until they are bound.

    `who` is None for a session at the desk. `rights` hold the roles of the roster and those
    that were given; they and the room are empty once `valid_until` has passed.
    """

    session_id: int
    who: str | None
    address: str = ""
    person_id: int | None = None
    number: str = ""
    name: str = ""
    kind: str = ""
    room_id: int | None = None
    valid_until: date | None = None
    rights: tuple[Right, ...] = ()

    def has(self, *roles: Role) -> bool:
        return any(right.role in roles for right in self.rights)

    def may(self, action: Action, where: Where | None = None, *, owner: bool = False) -> bool:
        return may(self.rights, action, where, owner=owner)

    def may_somewhere(self, action: Action) -> bool:
        """Whether there is anything that they may do `action` to."""
        return self.has(*action.roles, Role.ADMINISTRATOR)

    def must(self, action: Action, where: Where | None = None, *, owner: bool = False) -> None:
        """Raise Forbidden unless `may`."""
        if not self.may(action, where, owner=owner):
            raise Forbidden("这一页不归你管，需要的话找运营同事开通")


async def anyone() -> None:
    """FastAPI dependency that says: this route is for everybody, logged in or not."""


async def me(request: Request) -> Me:
    """FastAPI dependency: who is logged in. Raises LoginNeeded."""
    found: Me | None = await request.app.state.recognise(request)
    if found is None:
        raise LoginNeeded("先登录再看这一页")
    return found


async def bound(me: Annotated[Me, Depends(me)]) -> Me:
    """FastAPI dependency: who is logged in and bound. Raises LoginNeeded or BindingNeeded."""
    if me.person_id is None:
        raise BindingNeeded("先绑定学号，才能看这一页")
    return me


def needs(action: Action) -> Callable[..., Awaitable[Me]]:
    """FastAPI dependency: a bound person who may do `action` somewhere.

    Whether they may do it to the object at hand, the route asks with `me.must(action, where)`.
    """

    async def allowed(me: Annotated[Me, Depends(bound)]) -> Me:
        if not me.may_somewhere(action):
            raise Forbidden("这一页不归你管，需要的话找运营同事开通")
        return me

    allowed.action = action  # type: ignore[attr-defined]  # read by the matrix test
    return allowed


Here = Annotated[Me, Depends(me)]
Bound = Annotated[Me, Depends(bound)]
