"""What pages are held against: FastAPI, Jinja2 and one query, as their tutorials write it.

Nobody is logged in, nothing is refused, logged, counted or signed.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from fastapi.templating import Jinja2Templates
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

url = os.environ.get("DATABASE_URL", "postgresql://").replace("://", "+psycopg://", 1)
sessions = async_sessionmaker(create_async_engine(url, pool_size=10, max_overflow=0))
templates = Jinja2Templates(Path(__file__).parent)
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as db:
        yield db


@app.get("/rooms")
async def rooms(request: Request, db: Annotated[AsyncSession, Depends(session)]) -> Response:
    found = await db.execute(
        text("SELECT id, number, floor, beds FROM campus_rooms ORDER BY id LIMIT 20")
    )
    context = {"name": "3号楼", "rooms": found.all()}
    return templates.TemplateResponse(request, "bare_page.html", context)
