"""Routes below a path."""

from typing import Any

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Under(APIRouter):
    """A service's routes: a request for any other path is passed on after one comparison.

    Without it every request is matched against each route of every service that comes before.
    """

    def __init__(self, path: str, router: APIRouter, **options: Any) -> None:
        super().__init__()
        self._path = path
        self.include_router(router, prefix=path, **options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope["path"].startswith(self._path):
            return Match.NONE, {}
        return super().matches(scope)
