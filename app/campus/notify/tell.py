"""Telling people: rows and a job, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import rules
from app.campus.notify.models import ORDINARY, URGENT, Message
from app.campus.notify.notice import Notice
from app.campus.notify.settings import Settings, settings
from app.kit import clock, jobs

SEND = "gateway:send"  # the job that sends what is due; campus knows it by name only

# One delivery for each person who is still on the roster. News of one kind that can be merged
# joins the ones that wait already, so that all of them are due at once.
_DELIVER = text("""
WITH new AS (
    INSERT INTO campus_deliveries (message_id, person_id, who, rank, state, due_at, done_at)
    SELECT :message, p.id, f.who, :rank,
        CASE WHEN kept.so THEN 'kept' ELSE 'waiting' END,
        CASE WHEN :several THEN coalesce((
            SELECT min(d.due_at) FROM campus_deliveries d JOIN campus_messages m
                ON m.id = d.message_id
            WHERE d.person_id = p.id AND d.state = 'waiting' AND d.tries = 0
                AND m.notice = :notice AND d.due_at > :now
        ), :due) ELSE :due END,
        CASE WHEN kept.so THEN CAST(:now AS timestamptz) END
    FROM campus_people p
    LEFT JOIN campus_bindings b ON b.person_id = p.id
    LEFT JOIN campus_followers f ON f.who = b.who AND f.left_at IS NULL
    LEFT JOIN campus_mutes x ON x.person_id = p.id AND x.notice = :notice AND :optional
    CROSS JOIN LATERAL (SELECT f.who IS NULL OR x.person_id IS NOT NULL AS so) kept
    WHERE p.id = ANY(:people) AND p.gone_at IS NULL
    RETURNING state, due_at
)
SELECT min(due_at) FROM new WHERE state = 'waiting'
""")


async def notify(
    db: AsyncSession,
    notice: Notice,
    *,
    to: Iterable[int],
    at: datetime | None = None,
    **fields: rules.Value,
) -> int:
    """Tell `notice` to the people whose ids are `to`, once each; the message's id.

    It is in their inbox when `db` commits, and goes to their phones after that; what rolls back
    was never told. Who has left the roster is left out; who has no phone here, or has switched
    the kind off, finds it in the inbox alone. `at`: when it happened, now unless said otherwise.
    Integers in fields of AMOUNT are fen. Raises TypeError for a field that is missing, unknown or
    of another kind than declared: a bug of the caller.
    """
    now = at or clock.now()
    kept = checked(notice, fields)
    message = Message(
        notice=notice.name, title=notice.title, fields=kept, page=rules.fill(notice.page, kept),
        at=now,
    )  # fmt: skip
    db.add(message)
    await db.flush()
    values = {
        "message": message.id, "rank": URGENT if notice.urgent else ORDINARY, "now": now,
        "due": due(notice, now, settings()), "several": bool(notice.several),
        "notice": notice.name, "optional": notice.optional, "people": sorted(set(to)),
    }  # fmt: skip
    if (first := await db.scalar(_DELIVER, values)) is not None:
        await jobs.defer(db, SEND, at=first)
    return message.id


def checked(notice: Notice, fields: Mapping[str, rules.Value]) -> dict[str, rules.Plain]:
    """`fields` as a message keeps them. Raises TypeError that names what is wrong."""
    kinds = {field.name: field.kind for field in notice.fields}
    if wrong := sorted(kinds.keys() ^ fields.keys()):
        raise TypeError(f"{notice.name}: missing or unknown fields: {', '.join(wrong)}")
    for name, value in fields.items():
        if not rules.reads(kinds[name], value):
            raise TypeError(f"{notice.name}: {name}={value!r} is no {kinds[name]}")
    return {name: rules.plain(kinds[name], value) for name, value in fields.items()}


def due(notice: Notice, now: datetime, settings: Settings) -> datetime:
    """When `notice` of `now` may go out: after the time in which more of it is waited for, and
    after the quiet hours unless it is urgent."""
    ready = now + settings.window if notice.several else now
    if notice.urgent:
        return ready
    return rules.quiet_until(ready, settings.quiet_from, settings.quiet_until) or ready
