"""What figures are held against: Starlette with one aggregate over the same table, as JSON.

Nobody is logged in, nothing is compared, drawn or rendered.
"""

import os

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

url = os.environ.get("DATABASE_URL", "postgresql://").replace("://", "+psycopg://", 1)
engine = create_async_engine(url, pool_size=10, max_overflow=0)
QUERY = text(
    "SELECT sum(value)::bigint, sum(count)::bigint FROM figures_days"
    " WHERE measure = 'repairs.on_time' AND day >= current_date - 30"
)


async def _sum(request: Request) -> JSONResponse:
    async with engine.connect() as db:
        value, count = (await db.execute(QUERY)).one()
    return JSONResponse({"value": value, "count": count})


app = Starlette(routes=[Route("/sum", _sum)])
