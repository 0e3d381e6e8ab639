"""Codes: on the page of a survey, and to print, a sign for each subject, twelve on an A4 sheet."""

import asyncio
import io
from collections.abc import Sequence

import segno
from starlette.requests import Request

from app.campus import audit
from app.campus.permission import Where
from app.campus.places.doors import Place, code_key
from app.campus.places.signs import PER_SHEET, sheets_pdf
from app.desk.base import me_of
from app.services.evaluations import codes
from app.services.evaluations.models import Subject

PURPOSE = "微信扫一扫，说说怎么样"


def picture(address: str) -> str:
    """A QR code of an address as an inline SVG that fits where it is put."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, lineclass=None,
        svgclass=None, title="填这张表的码",
    )  # fmt: skip
    return out.getvalue().decode()


async def signs(request: Request, subjects: Sequence[Subject]) -> bytes:
    """The PDF of their codes as they are now; the audit trail says who printed them."""
    db, state = request.state.session, request.app.state
    key = await code_key.within(db)
    places = [
        Place(one.name, one.name, one.unit, codes.write(key, one.id, one.rotation),
              Where(unit=one.unit or None)) for one in subjects
    ]  # fmt: skip
    hotline = " ".join(state.hotlines[0]) if state.hotlines else ""
    what = {"码": len(places), "张": -(-len(places) // PER_SHEET)}
    thing = audit.thing("evaluations_subject", "*")
    audit.record(db, me_of(request), "evaluations.print", thing, after=what)
    return await asyncio.to_thread(
        sheets_pdf, places, state.settings.public_url, hotline, PURPOSE, link=codes.address
    )
