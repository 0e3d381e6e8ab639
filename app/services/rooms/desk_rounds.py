"""The desk's pages of rounds: the list, the form, and one round with its live board."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError, Invalid
from app.services.rooms import board, desk_draft, figures, rounds
from app.services.rooms.desk_base import RUN, Deed, Pages, Pressed, form_of
from app.services.rooms.desk_words import OUTCOMES
from app.services.rooms.models import Bed, Eligible, Gate, Round
from app.services.rooms.rules import WELL, BedState
from app.services.rooms.verify import verify

SHOWN = 100


async def _ready(deed: Pressed) -> int:
    deed.whole()
    await rounds.ready(deed.db, deed.me, deed.round.id, clock.now())
    return 1


async def _close(deed: Pressed) -> int:
    deed.whole()
    await rounds.close(deed.db, deed.me, deed.round.id)
    return 1


async def _cancel(deed: Pressed) -> int:
    deed.whole()
    await rounds.cancel(deed.db, deed.me, deed.round.id, deed.why)
    return 1


async def _put_back(deed: Pressed) -> int:
    deed.whole()
    await rounds.put_back(deed.db, deed.me, deed.round.id)
    return 1


async def _apply(deed: Pressed) -> int:
    deed.whole()
    return await rounds.apply(deed.db, deed.me, deed.round.id)


async def _copy(deed: Pressed) -> int:
    deed.whole()
    draft = desk_draft.Draft(dict(deed.form))
    desk_draft.times(draft, clock.now())
    if draft.errors:
        raise Invalid("；".join(draft.errors.values()))
    times = draft.values["opens_at"], draft.values["closes_at"]
    await rounds.copy_for_rehearsal(deed.db, deed.me, deed.round.id, *times)
    return 1


DEEDS: Mapping[str, Deed] = {
    "ready": _ready, "close": _close, "cancel": _cancel, "put_back": _put_back, "apply": _apply,
    "copy": _copy,
}  # fmt: skip


class RoundPages(Pages):
    """「选房」: rounds."""

    @route("")
    async def index(self, request: Request) -> Response:
        """The rounds, newest first, each with how far it is."""
        db: AsyncSession = request.state.session
        found = (await db.scalars(select(Round).order_by(Round.id.desc()).limit(SHOWN))).all()
        counts = await _counts(db, [round.id for round in found])
        return await self.show(request, "list.html", rounds=found, counts=counts)

    @route("/new", methods=["GET", "POST"], name="rooms-new")
    async def new(self, request: Request) -> Response:
        """A new draft."""
        me_of(request).must(RUN)
        if request.method == "GET":
            return await self._form(request, desk_draft.blank(clock.now()))
        read = desk_draft.read(await form_of(request), clock.now())
        if read.errors:
            return await self._form(request, read, 422)
        db, me, key = request.state.session, me_of(request), read.fields.get(once.FIELD, "")
        try:
            before = await once.first(db, f"rooms:{me.person_id}", key, clock.now())
            if before is not None:
                return RedirectResponse(before, 303)
            made = await rounds.create(db, me, **read.values)
        except CampusError as refusal:
            return await self._form(request, read, refusal.status, error=str(refusal))
        address = f"{self.here(request)}/{made.id}/pools?did=new"
        await once.led_to(db, f"rooms:{me.person_id}", key, address)
        return RedirectResponse(address, 303)

    @route("/{number:int}/edit", methods=["GET", "POST"], name="rooms-edit")
    async def edit(self, request: Request) -> Response:
        """The form of a round, while it is open, too: phones are told of a new version."""
        me_of(request).must(RUN)
        row = await self.round_of(request)
        if request.method == "GET":
            return await self._form(request, desk_draft.shown(row), row=row)
        read = desk_draft.read(await form_of(request), clock.now(), was=row)
        if read.errors:
            return await self._form(request, read, 422, row=row)
        seen = read.fields.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        db = request.state.session
        try:
            await rounds.edit(db, me_of(request), row.id, version, **read.values)
        except CampusError as refusal:
            await db.refresh(row)
            return await self._form(request, read, refusal.status, row=row, error=str(refusal))
        return RedirectResponse(f"{self.here(request)}/{row.id}?did=edit", 303)

    @route("/{number:int}", name="rooms-one")
    async def one(self, request: Request) -> Response:
        """The live board of a round, and what can be done with it."""
        return await self._one(request)

    @route("/{number:int}/live", name="rooms-live")
    async def live(self, request: Request) -> Response:
        """The fragment with the figures; once the phase is another, the whole page anew."""
        row = await self.round_of(request)
        answer = await self.show(request, "live.html", round=row, **await _live(request, row))
        mark = f"{answer.context['phase']}-{row.version}"  # type: ignore[attr-defined]  # a template's
        if request.query_params.get("mark") != mark:
            answer.headers["hx-refresh"] = "true"
        return answer

    @route("/{number:int}/do/{deed}", methods=["POST"], name="rooms-do")
    async def do(self, request: Request) -> Response:
        """One of DEEDS."""
        address = f"{self.here(request)}/{request.path_params['number']}"
        return await self.press(request, DEEDS, self._one, address)

    @route("/{number:int}/verify", name="rooms-verify")
    async def proof(self, request: Request) -> Response:
        """Whether the tables hold what they must, and the log leads to them."""
        row = await self.round_of(request)
        proof = await verify(request.state.session, row.id)
        return await self.show(request, "verify.html", round=row, tab="board", proof=proof)

    async def _one(self, request: Request, error: str = "", code: int = 200) -> Response:
        row = await self.round_of(request)
        return await self.show(
            request, "board.html", code, round=row, tab="board", error=error,
            copied=desk_draft.blank(clock.now()).fields, **await _live(request, row),
        )  # fmt: skip

    async def _form(
        self, request: Request, draft: desk_draft.Draft, code: int = 200, *,
        row: Round | None = None, error: str = "",
    ) -> Response:  # fmt: skip
        return await self.show(request, "form.html", code, round=row, draft=draft, error=error,
                               tab="edit")  # fmt: skip


async def _live(request: Request, row: Round) -> dict[str, Any]:
    """What the board shows of this second."""
    db: AsyncSession = request.state.session
    stats = await board.stats(db, row.id)
    gate = await db.get(Gate, row.id)
    refused = {why: n for why, n in stats.refusals.items() if why not in WELL}
    now = clock.now()
    return {
        "stats": stats, "queue": max(0, gate.last - gate.frontier) if gate else 0,
        "free": sum(pool.free for pool in stats.pools), "waiting": stats.waiting,
        "refused": sorted(refused.items(), key=lambda item: -item[1]), "outcomes": OUTCOMES,
        "spark": figures.seconds(stats.per_second, now),
        "rate": figures.rate(stats.per_second, now),
    }  # fmt: skip


async def _counts(db: AsyncSession, ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """(people who may choose, beds, beds taken) of each round."""
    people = select(Eligible.round_id, func.count()).where(
        Eligible.round_id.in_(ids), Eligible.withdrawn_at.is_(None)
    )
    beds = select(
        Bed.round_id, func.count(), func.count().filter(Bed.state == BedState.TAKEN)
    ).where(Bed.round_id.in_(ids))
    able = {id: int(n) for id, n in await db.execute(people.group_by(Eligible.round_id))}
    there = {id: (n, taken) for id, n, taken in await db.execute(beds.group_by(Bed.round_id))}
    return {id: (able.get(id, 0), *there.get(id, (0, 0))) for id in ids}
