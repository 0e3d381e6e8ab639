"""Every route of the application, and who it says may come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount, Route

from app.campus.people.me import anyone, bound, me
from app.campus.permission import Action
from app.kit.machines import machine

KINDS = {anyone: "anyone", machine: "machine", me: "me", bound: "bound"}
STRICTER = ("me", "bound", "needs")  # each asks for what those before it ask for
SAFE = {"GET", "HEAD", "OPTIONS"}
HINT = (
    "{0} does not say who may come, or says it twice ({1}): add exactly one of anyone, me (Here), "
    "bound (Bound), needs(ACTION) from app/campus/people/me.py, or machine from "
    "app/kit/machines.py, to the route or to its router's dependencies"
)


@dataclass(frozen=True)
class Door:
    """A route: its address with holes, its methods, and who may come (`needs`: by `action`)."""

    path: str
    methods: frozenset[str]
    kind: str
    action: Action | None = None

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    @property
    def changes(self) -> frozenset[str]:
        return self.methods - SAFE


def doors(app: FastAPI) -> tuple[list[Door], list[str]]:
    """The routes of FastAPI with their markers, and the addresses of those that carry none.

    Raises AssertionError that names a route without a marker, or with two that disagree.
    """
    marked, plain = [], []
    for route in iter_route_contexts(app.routes):
        path, methods = str(route.path), frozenset(route.methods or ())
        if isinstance(route.original_route, APIRoute):
            kind, action = marker(path, route.dependant)
            marked.append(Door(path, methods, kind, action))
        elif isinstance(route.original_route, Route):
            plain.append(path)
        else:
            assert isinstance(route.original_route, Mount), f"{path}: nobody checks such a route"
    return marked, plain


def marker(path: str, dependant: Dependant) -> tuple[str, Action | None]:
    """What the dependencies say, the strictest of me, bound and needs standing for all."""
    said = list(_said(dependant))
    kinds = {kind for kind, _ in said}
    actions = {action for _, action in said if action}
    chain = kinds <= set(STRICTER)
    names = ", ".join(sorted(kinds) + sorted(action.name for action in actions))
    clear = (chain or len(kinds) == 1) and len(actions) <= 1
    assert said and clear, HINT.format(path, names or "nothing")  # noqa: PT018 one sentence for both
    kind = max(kinds, key=STRICTER.index) if chain else kinds.pop()
    return kind, next(iter(actions), None)


def _said(dependant: Dependant) -> Iterator[tuple[str, Action | None]]:
    """The markers among the dependencies, not looking into a marker for those it is made of."""
    for one in dependant.dependencies:
        call: Any = one.call
        if action := getattr(call, "action", None):
            yield "needs", action
        elif call in KINDS:
            yield KINDS[call], None
        else:
            yield from _said(one)


def mounted(app: FastAPI, path: str) -> list[tuple[str, frozenset[str]]]:
    """Address and methods of each route of what is mounted at `path`."""
    found = [route for route in app.routes if isinstance(route, Mount) and route.path == path]
    return [
        (f"{path}{route.path}", frozenset(route.methods or ()))
        for mount in found
        for route in mount.routes
        if isinstance(route, Route)
    ]
