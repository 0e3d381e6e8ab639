"""Jobs of the sender: to look now, and to look after what is left."""

from procrastinate import JobContext

from app.gateway.owed import jobs
from app.gateway.sending import receipts
from app.gateway.sending.sender import Sender
from app.kit import clock
from app.kit.db import Database


@jobs.task(name="send", pass_context=True)
async def send(context: JobContext) -> None:
    """Something is due: written in the transaction that made it so."""
    sender: Sender = context.additional_context["sender"]
    await sender.work_off()


@jobs.periodic(cron="* * * * *")
@jobs.task(name="sweep", pass_context=True, queueing_lock="gateway:sweep")
async def sweep(context: JobContext, timestamp: int) -> None:
    """Bring together answers and receipts that missed each other; send what nobody asked for."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await receipts.sweep(db, clock.now())
    await send(context)
