"""What choosing a bed is held against: a bare Starlette route with one UPDATE, by psycopg.

Nobody is logged in; there is no ticket, no log, no queue, no pool, no team.
"""

import contextlib
import json
import os
from collections.abc import AsyncIterator

from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TAKE = """
UPDATE rooms_beds SET state = 'held', person_id = %s, held_until = now() + interval '5 minutes'
WHERE round_id = %s AND bed_id = %s AND state = 'free'
"""
CONFIRM = """
UPDATE rooms_beds SET state = 'taken', held_until = NULL
WHERE round_id = %s AND person_id = %s AND state = 'held'
"""
pool = AsyncConnectionPool(os.environ.get("DATABASE_URL", ""), min_size=4, max_size=10, open=False,
                           kwargs={"autocommit": True, "prepare_threshold": 1})  # fmt: skip


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await pool.open()
    yield
    await pool.close()


async def take(request: Request) -> Response:
    asked = json.loads(await request.body())
    if asked["do"] == "hold":
        query, values = TAKE, [asked["person"], asked["round"], asked["bed"]]
    else:
        query, values = CONFIRM, [asked["round"], asked["person"]]
    async with pool.connection() as connection:
        cursor = await connection.execute(query, values)
    return JSONResponse({"outcome": "done" if cursor.rowcount else "taken"})


app = Starlette(routes=[Route("/take", take, methods=["POST"])], lifespan=lifespan)
